# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter verification: what is behind it needs no Ansible and stands with the service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"verification": verification}


def verification(*given: Any, **options: Any) -> Any:
    """What is behind it is imported when it is used: Ansible loads all filters to find one, in each of its workers."""
    from ..module_utils._vbr.report import verification

    return verification.verification(*given, **options)
