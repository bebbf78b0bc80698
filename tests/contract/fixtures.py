# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Session fixtures of the three contracts; a test that needs one is skipped, by name, where its files are absent."""

from __future__ import annotations

import pytest

from .checker import Contract
from .documents import SpecificationsMissing
from .vbaz import VbazContract
from .vcsa import VcsaContract


@pytest.fixture(scope="session")
def contract() -> Contract:
    try:
        return Contract.load()
    except SpecificationsMissing as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def vbaz_contract() -> VbazContract:
    try:
        return VbazContract.load()
    except SpecificationsMissing as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def vcsa_contract() -> VcsaContract:
    try:
        return VcsaContract.load()
    except SpecificationsMissing as reason:
        pytest.skip(str(reason))
