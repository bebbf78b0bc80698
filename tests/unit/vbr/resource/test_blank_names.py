# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A name of nothing but blanks is refused before anybody is asked, whatever it would name."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.schema import KEY
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.kinds import KINDS
from simulator.testing import Server
from support.tasks import drive

KEYS = [
    (kind, name)
    for kind, resource in KINDS.items()
    for name, spec in resource.fields.items()
    if spec.role is KEY and not spec.option.choices
]
STATES: dict[str, dict[str, str]] = {"job_run": {}}


@pytest.mark.parametrize("blank", ["", "   ", "\t\n", "\u00a0"])
@pytest.mark.parametrize(("kind", "name"), KEYS)
def test_an_item_without_a_name_is_refused(server: Server, kind: str, name: str, blank: str) -> None:
    resource = KINDS[kind]
    required: dict[str, Any] = {
        each: spec.option.choices[0] if spec.option.choices else "x"
        for each, spec in resource.fields.items()
        if spec.option.required
    }
    # What nobody removes has no such state.
    state = {} if resource.stays or resource.always_there else {"state": "absent"}
    result = drive("estate", server, **{kind: [{**required, name: blank, **state}]})
    assert result["failed"]
    assert result["msg"].startswith(f"{kind}[0].{name} is blank.")
    assert not server.journal.counts


@pytest.mark.parametrize("module", ["job", "job_run", "repository", "managed_server", "scaleout_repository"])
def test_a_module_without_a_name_refuses(server: Server, module: str) -> None:
    result = drive(module, server, name="  ", **STATES.get(module, {"state": "absent"}))
    assert result["failed"]
    assert result["msg"].startswith("name is blank.")
    assert not server.journal.counts
