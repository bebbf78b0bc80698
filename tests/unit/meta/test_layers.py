# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drawing of docs/architecture.md as a test: who may import whom in plugins/, and that nothing points up."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import pytest

from tooling.sources import Import, Source, calls, imports, python_files

# One sentence rules the imports of module_utils: a service imports `_core` and itself.
CORE = "_core"
SERVICES = {"_vbr", "_em", "_vcsa", "_vbaz"}
# What stands outside of the wings, and the wings it may know: declarations are in the services, the edge is in `_core`.
OUTSIDE: dict[str, set[str]] = {
    "action": {"modules", "plugin_utils", CORE},
    # The report of a run is made of what the filters make, and of what the service says of it.
    "plugin_utils": {"filter", "plugin_utils", CORE, "_vbr"},
    # The options of an estate's items are documented where the modules document them; the codes of a preflight are a
    # table of the service.
    "doc_fragments": {"doc_fragments", "modules", "_vbr"},
    "modules": {CORE, *SERVICES},
    # What is known of a service stands there; its filters only hand it on.
    "filter": {"filter", CORE, "_vbr"},
}
# Inside VBR, from the top down: a room may know the rooms beside it, all of which stand below it, and itself.
ROOMS_OF_VBR: dict[str, set[str]] = {
    "operations": {
        "preflight",
        "apply",
        "creating",
        "objects",
        "handover",
        "automation",
        "resources",
        "resource",
        "migration",
        "client",
        "revisions",
    },
    # What people see of a move: pure, and made of what the steps of a run left.
    "report": {"handover", "migration"},
    # Judging a move before it begins: one file reads the servers, all others are pure.
    "preflight": {"automation", "migration", "client", "revisions"},
    # Carrying a plan out: of the migration, this one file talks to a server.
    "apply": {"sleeping", "creating", "objects", "automation", "migration", "client"},
    "sleeping": {"automation", "migration"},
    "creating": {"objects", "migration"},
    # Jobs that change hands: who decides it is pure. How an object is deleted, the engine of objects knows.
    "handover": {"objects", "kind_lists", "automation", "resources", "resource", "migration", "client", "revisions"},
    # The second transport beside the automation section.
    "objects": {"kind_lists", "seen", "inventory", "resource", "automation", "migration", "client", "revisions"},
    # Its lists, each read once, and many of them side by side.
    "kind_lists": {"seen", "migration", "client"},
    # Looking up what has ids of one server only.
    "inventory": {"migration", "client", "revisions"},
    # What a server shows of things that it has no list of.
    "seen": {"migration", "client", "revisions"},
    "resources": {"resource", "migration", "revisions"},
    "resource": {"client", "private_keys", "revisions"},
    "automation": {"migration", "client"},
    "migration": {"private_keys", "revisions"},
    "client": {"by_type", "revisions"},
    "by_type": {"revisions"},
    "revisions": set(),
    "private_keys": set(),
}
# Of the migration, these files talk to a server.
TALKATIVE = ("apply", "creating", "sleeping")
# Everything else in plugins/ runs without Ansible.
KNOWS_ANSIBLE = (
    "plugins/plugin_utils/on_controller.py",
    "plugins/action/check_role_variables.py",
    "plugins/action/vbr_migration_overview.py",
    "plugins/action/vbr_migration_report.py",
    "plugins/module_utils/_core/edge.py",
)
THIRD_PARTY = {
    "plugins/module_utils/_core/transport.py": {"requests", "urllib3"},
    "plugins/module_utils/_core/query.py": {"jmespath"},
    # Filters run where Ansible itself runs, and it stands on this.
    "plugins/filter/migration_page.py": {"jinja2"},
    "plugins/filter/to_safe_yaml.py": {"yaml"},
    # Only Ansible's own tools read documentation, and they have it.
    "plugins/doc_fragments/_connection.py": {"yaml"},
    "plugins/doc_fragments/_estate.py": {"yaml"},
    "plugins/doc_fragments/_handover.py": {"yaml"},
    "plugins/doc_fragments/_pair.py": {"yaml"},
    "plugins/doc_fragments/_preflight.py": {"yaml"},
}

PLUGINS = python_files("plugins")
MODULE_UTILS = ("plugins", "module_utils")


def wing(inside: tuple[str, ...]) -> str:
    """The part of plugins/ that a path is in: ('plugins', 'module_utils', '_vbr', 'client') is in `_vbr`."""
    return inside[2] if inside[:2] == MODULE_UTILS else inside[1]


def room(inside: tuple[str, ...]) -> str:
    """The part of the VBR wing that a path is in."""
    name, file = inside[3].removesuffix(".py"), (inside[4:5] or ("",))[0].removesuffix(".py")
    return file if name == "migration" and file in TALKATIVE else name


def allowed(source: Source) -> set[str]:
    """The wings that a file may import from."""
    here = wing(source.path.parts)
    assert here in {CORE, *SERVICES, *OUTSIDE}, f"{source}: no part of the drawing; give it a place there first"
    return OUTSIDE.get(here, {CORE, here})


def test_nothing_in_the_table_points_up() -> None:
    order = list(ROOMS_OF_VBR)
    for position, (name, below) in enumerate(ROOMS_OF_VBR.items()):
        assert below <= set(order[position + 1 :]), f"{name} would import a room above it"


def strangers(source: Source) -> Iterator[str]:
    """What a file imports and must not."""
    for found in imports(source):
        if found.inside and not found.relative:
            yield f"{source}:{found.line}: {found.name} is imported by its full name, not relatively"
        if found.inside and wing(found.inside) not in allowed(source):
            yield f"{source}:{found.line}: must not know {wing(found.inside)}"
        if not found.inside and not _may_use(source, found):
            yield f"{source}:{found.line}: must not know {found.name}"


def test_a_service_imports_core_and_itself() -> None:
    assert PLUGINS
    found = [line for source in PLUGINS for line in strangers(source)]
    assert not found, "\n".join(found)


def upwards(source: Source) -> Iterator[str]:
    """What a file of the VBR wing imports from a room that is not below its own."""
    if source.path.name == "__init__.py":
        if source.text:
            yield f"{source}: a package has no code of its own"
        return
    here = room(source.path.parts)
    for found in imports(source):
        if found.inside[2:3] == ("_vbr",) and room(found.inside) not in ROOMS_OF_VBR[here] | {here}:
            yield f"{source}:{found.line}: {here} must not know {room(found.inside)}"


def test_inside_vbr_nothing_points_up() -> None:
    files = python_files("plugins/module_utils/_vbr")
    assert files
    found = [line for source in files for line in upwards(source)]
    assert not found, "\n".join(found)


def test_there_are_no_circles() -> None:
    files = python_files("plugins/module_utils")
    graph = {
        source.path.with_suffix("").parts: {found.inside for found in imports(source) if found.inside}
        for source in files
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join("/".join(step[2:]) for step in circle.args[1]))


def _may_use(source: Source, found: Import) -> bool:
    package = found.name.partition(".")[0]
    if package == "ansible":
        return str(source).startswith(KNOWS_ANSIBLE)
    return package in sys.stdlib_module_names or package in THIRD_PARTY.get(str(source), set())


def test_imports_are_literal() -> None:
    """What is not imported literally is not shipped to the host that runs the module."""
    modules = [(source, found.line, found.name.partition(".")[0]) for source in PLUGINS for found in imports(source)]
    called = [(source, line, name) for source in PLUGINS for line, name in calls(source)]
    ways = {"importlib", "__import__"}
    assert not [f"{source}:{line}: {name}" for source, line, name in modules + called if name in ways]
