# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The session fixture `vcsa_contract`; who takes it is skipped, by name, where the vendor's files are absent."""

from __future__ import annotations

import pytest

from .documents import SpecificationsMissing
from .vcsa import VcsaContract


@pytest.fixture(scope="session")
def vcsa_contract() -> VcsaContract:
    try:
        return VcsaContract.load()
    except SpecificationsMissing as reason:
        pytest.skip(str(reason))
