# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks exchanges and automation collections by the vendor's OpenAPI files: are they as the revision documents?

    contract = Contract.load()                       # $VENDOR_SPECS, else ../shared/specs beside the repository
    contract.check("POST", "/api/v1/automation/jobs/export", {}, {}, 200, body, "1.2-rev1")   # -> [] or sentences
    contract.check_collection("1.3-rev2", "jobs", body)
    application.observers.append(observer := ContractObserver(contract)); ...; assert not observer.violations

Tests take the session fixture `contract` (`from contract.fixtures import contract` in a conftest or test file), which
skips by name where the files are absent. The files are never part of this repository. Their errors, which
the checker forgives, are listed in `contract.quirks`.
"""

from __future__ import annotations

from .checker import Contract
from .documents import REVISIONS, SpecificationsMissing, spec_directory
from .observer import ContractObserver

__all__ = ["REVISIONS", "Contract", "ContractObserver", "SpecificationsMissing", "spec_directory"]
