# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The session fixture `vbaz_contract`; a test that takes it is skipped, by name, where the vendor's file is absent."""

from __future__ import annotations

import pytest

from .documents import SpecificationsMissing
from .vbaz import VbazContract


@pytest.fixture(scope="session")
def vbaz_contract() -> VbazContract:
    try:
        return VbazContract.load()
    except SpecificationsMissing as reason:
        pytest.skip(str(reason))
