# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role vbr_as_code, the options of vbr_estate and the kinds they manage are one list, in one order."""

from __future__ import annotations

from typing import Any

import yaml

from ansible_collections.backupfleet.rest.plugins.doc_fragments._estate import MODULES
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.kinds import KINDS
from tooling.role_specs import PREFIX, ROLE, SPECS, specs


def _yaml(path: str) -> Any:
    return yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))


def test_every_kind_is_documented() -> None:
    assert list(MODULES) == list(KINDS)


def test_the_role_is_specified_as_the_modules_are() -> None:
    assert SPECS.read_text(encoding="utf-8") == specs(), "write it anew: nox -s specs"


def test_the_role_passes_every_kind_on() -> None:
    (task,) = _yaml("tasks/main.yml")
    options = task["backupfleet.rest.vbr_estate"]
    assert {kind: options.get(kind) for kind in KINDS} == {kind: f"{{{{ {PREFIX}{kind} }}}}" for kind in KINDS}
    assert _yaml("defaults/main.yml") == {
        f"{PREFIX}{kind}": {} if resource.singleton else [] for kind, resource in KINDS.items()
    }
