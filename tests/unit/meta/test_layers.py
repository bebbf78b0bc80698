# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drawing of docs/architecture.md as a test: who may import whom in plugins/, and that nothing points up."""

from __future__ import annotations

import sys

import pytest

from tooling.sources import Import, Source, calls, imports, python_files

# From the top down. A layer may import the layers named beside it, all of which stand below it, and itself if a folder.
MAY_IMPORT: dict[str, set[str]] = {
    "action": {"modules", "_module", "_resource", "_wire"},
    # The options of an estate's items are documented where the modules document them.
    "doc_fragments": {"modules"},
    "modules": {"_module", "_operations", "_resources", "_dialects"},
    "filter": set(),
    "_module": {"_managing", "_deed", "_resource", "_estate", "_connection"},
    # One file per deed, shared by the module and the action plugin.
    "_operations": {
        "_importing",
        "_automation",
        "_managing",
        "_as_code",
        "_endpoint",
        "_reconcile",
        "_wish",
        "_resources",
        "_estate",
        "_vbaz",
        "_draft",
        "_deed",
        "_resource",
        "_dialects",
        "_em",
        "_vcsa",
        "_moments",
        "_connection",
        "_redaction",
    },
    "_importing": {"_automation", "_estate", "_resource"},
    "_automation": {"_estate", "_dialects"},
    "_managing": {"_endpoint", "_reconcile", "_wish", "_deed", "_resource"},
    "_as_code": {"_wish", "_compare", "_resource", "_times"},
    "_endpoint": {"_reconcile", "_wish", "_resource", "_dialects"},
    "_resources": {"_resource"},
    "_reconcile": {"_compare", "_wish", "_resource"},
    "_wish": {"_compare", "_resource"},
    "_estate": {"_compare"},
    "_vbaz": {"_moments"},
    "_draft": set(),
    "_compare": {"_times"},
    "_deed": {"_resource"},
    "_resource": {"_times"},
    "_times": set(),
    "_dialects": {"_wire", "_connection", "_answer", "_em", "_vcsa", "_moments"},
    # What is known of one service, and needs no network.
    "_em": set(),
    "_vcsa": {"_moments"},
    "_wire": {"_connection", "_answer", "_redaction"},
    "_connection": set(),
    "_moments": set(),
    "_answer": set(),
    "_redaction": set(),
}
FOR_EVERYONE = {"_errors", "_revision", "_version"}
FOLDERS = {
    "action",
    "doc_fragments",
    "modules",
    "filter",
    "_operations",
    "_resources",
    "_estate",
    "_dialects",
    "_em",
    "_vbaz",
    "_vcsa",
}
# Everything else in plugins/ runs without Ansible.
KNOWS_ANSIBLE = {"action", "_module"}
THIRD_PARTY = {
    "plugins/module_utils/_wire.py": {"requests", "urllib3"},
    "plugins/module_utils/_estate/choose.py": {"jmespath"},
    # Filters run where Ansible itself runs, and it stands on this.
    "plugins/filter/migration_page.py": {"jinja2"},
    # Only Ansible's own tools read documentation, and they have it.
    "plugins/doc_fragments/_connection.py": {"yaml"},
    "plugins/doc_fragments/_estate.py": {"yaml"},
}

PLUGINS = python_files("plugins")


def layer(inside: tuple[str, ...]) -> str:
    """The layer of a path below the repository: ('plugins', 'module_utils', '_estate', 'plan') is in `_estate`."""
    return inside[2].removesuffix(".py") if inside[1] == "module_utils" else inside[1]


def allowed(importer: str) -> set[str]:
    return FOR_EVERYONE if importer in FOR_EVERYONE else MAY_IMPORT[importer] | FOR_EVERYONE | (FOLDERS & {importer})


def test_nothing_in_the_table_points_up() -> None:
    order = list(MAY_IMPORT)
    for position, (name, below) in enumerate(MAY_IMPORT.items()):
        assert below <= set(order[position + 1 :]), f"{name} would import a layer above it"


@pytest.mark.parametrize("source", PLUGINS, ids=str)
def test_every_import_is_an_arrow_of_the_drawing(source: Source) -> None:
    importer = layer(source.path.parts)
    assert importer in MAY_IMPORT.keys() | FOR_EVERYONE, (
        f"{source}: no layer of the drawing; give it a place there first"
    )
    for found in imports(source):
        if found.inside:
            assert found.relative, f"{source}:{found.line}: {found.name} is imported by its full name, not relatively"
            imported = layer(found.inside)
            assert imported in allowed(importer), f"{source}:{found.line}: {importer} must not know {imported}"
        else:
            assert _may_use(source, found), f"{source}:{found.line}: must not know {found.name}"


def _may_use(source: Source, found: Import) -> bool:
    package = found.name.partition(".")[0]
    if package == "ansible":
        return layer(source.path.parts) in KNOWS_ANSIBLE
    return package in sys.stdlib_module_names or package in THIRD_PARTY.get(str(source), set())


@pytest.mark.parametrize("source", PLUGINS, ids=str)
def test_imports_are_literal(source: Source) -> None:
    """What is not imported literally is not shipped to the host that runs the module."""
    assert not [found for found in imports(source) if found.name.partition(".")[0] == "importlib"]
    assert "__import__" not in {name for _line, name in calls(source)}
