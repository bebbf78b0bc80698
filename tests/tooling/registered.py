# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make registered`: writes every list of modules and of kinds, from the modules and the declarations themselves.

A module is registered by standing in `plugins/modules`, a kind of object by the `kind` and the `order` of its
declaration in `_vbr/resources`. A text that is only in part made here has that part between two marks.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from ansible.module_utils.common.yaml import yaml_load

from tooling import as_code_role, cores, marks, moving_kinds, tree

COLLECTION = f"{tree.NAMESPACE}.{tree.NAME}"
PACKAGE = f"ansible_collections.{COLLECTION}.plugins"
MODULES = tree.ROOT / "plugins" / "modules"
ACTIONS = tree.ROOT / "plugins" / "action"
RESOURCES = tree.ROOT / "plugins" / "module_utils" / "_vbr" / "resources"
KINDS = RESOURCES / "kinds.py"
FRAGMENT = tree.ROOT / "plugins" / "doc_fragments" / "_estate.py"
RUNTIME = tree.ROOT / "meta" / "runtime.yml"
README = tree.ROOT / "README.md"
GUIDES = tree.ROOT / "docs" / "docsite" / "rst"
PREFLIGHT = GUIDES / "guide_preflight.rst"
MIGRATION = GUIDES / "guide_migration.rst"
# The services in README's table, in its order.
PREFIXES = ("vbr", "vcsa", "em", "vbaz")
ESTATE = "vbr_estate"
SEVERITIES = ("error", "warning", "info")
# What a module is declared by.
TASK = "\nTASK = "

# Words of documentation that name something: M(backupfleet.rest.vbr_job), O(query), V(csv).
MARKUP = re.compile(rf"\b[A-Z]\((?:{re.escape(COLLECTION)}\.)?([^()]*)\)")
LICENCE = """\
# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""


def made() -> Iterator[tuple[Path, str]]:
    """Every file and its text. Each may be needed to make the next: write it before asking for more."""
    yield KINDS, kinds_file()
    yield from ((ACTIONS / f"{name}.py", action(name)) for name in names())
    yield RUNTIME, runtime()
    yield FRAGMENT, marks.between(FRAGMENT, documented_kinds())
    yield README, marks.between(README, table(), moving_kinds.table(f"{PACKAGE}.module_utils"))
    yield PREFLIGHT, marks.between(PREFLIGHT, codes())
    yield MIGRATION, marks.between(MIGRATION, moving_kinds.names(f"{PACKAGE}.module_utils"))
    yield from as_code_role.made()


def left_over() -> list[Path]:
    """The action plugins whose modules are gone; one that is a task of its own has a documentation there."""
    return sorted({*ACTIONS.glob("*.py")} - {ACTIONS / f"{name}.py" for name in (*names(), *documented())})


def main() -> None:
    for path, text in made():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"Wrote {path.relative_to(tree.ROOT)}")
    for path in left_over():
        path.unlink()
        print(f"Removed {path.relative_to(tree.ROOT)}")


# -- the modules -------------------------------------------------------------------------------------------------------


def names() -> list[str]:
    """The modules of the collection, in the order of the alphabet."""
    return sorted(path.stem for path in MODULES.glob("[a-z]*.py") if TASK in path.read_text(encoding="utf-8"))


def documented() -> list[str]:
    """What stands among the modules only to be documented: it is an action, and runs on the controller alone."""
    return sorted({path.stem for path in MODULES.glob("[a-z]*.py")} - {*names()})


def loaded(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.modules.{name}")


def action(name: str) -> str:
    """The action plugin of a module."""
    return (
        f"{LICENCE}"
        f'"""The task of {name}, run in the controller\'s own process. It is {marks.MARK}."""\n\n'
        "from __future__ import annotations\n\n"
        f"from ..modules.{name} import TASK\n"
        "from ..plugin_utils.on_controller import OnController\n\n\n"
        "class ActionModule(OnController):\n"
        "    task = TASK\n"
    )


def runtime() -> str:
    """The action groups, one for each prefix. A module that has no connection of its own cannot be given one."""
    groups: dict[str, list[str]] = {}
    for name in (name for name in names() if "hostname" in loaded(name).TASK.options):
        groups.setdefault(name.partition("_")[0], []).append(name)
    return (
        f"# It is {marks.MARK}, from plugins/modules.\n---\n"
        f'requires_ansible: ">={next(iter(cores.PYTHONS))}.0"\n\n'
        "# `module_defaults: group/backupfleet.rest.vbr:` gives the connection once.\n"
        f"{marks.dump({'action_groups': groups})}"
    )


def table() -> str:
    """README's rows: what each module does, as the first sentence of its documentation says it."""
    kinds = list(modules_of_kinds().values())

    def place(name: str) -> tuple[int, int, str]:
        """By service; what keeps a server as it is written down comes first, with its kinds in their order."""
        order = [ESTATE, *kinds]
        return PREFIXES.index(name.partition("_")[0]), order.index(name) if name in order else len(order), name

    rows = (f"| `{name}` | {summary(name)} |\n" for name in sorted(names(), key=place))
    return "".join(("| module | what it does |\n", "|---|---|\n", *rows))


def summary(name: str) -> str:
    """The first sentence of a module's documentation, as a cell of a table has it."""
    description = yaml_load(loaded(name).DOCUMENTATION)["description"]
    first = MARKUP.sub(r"`\1`", description if isinstance(description, str) else description[0])
    return first[0].lower() + first[1:].removesuffix(".")


def codes() -> str:
    """The guide's table: every code of a preflight, the errors first."""
    rules = importlib.import_module(f"{PACKAGE}.module_utils._vbr.preflight.codes").CODES
    ordered = sorted(rules.items(), key=lambda row: SEVERITIES.index(row[1].severity))
    heads = [("code", "severity", "what it means", "what to do")]
    rows = [(f"``{code}``", rule.severity, f"{rule.meaning}.", rule.remedy) for code, rule in ordered]
    cells = (
        "".join(f"   {'  -' if column else '* -'} {cell}\n" for column, cell in enumerate(row)) for row in heads + rows
    )
    return "\n.. list-table::\n   :header-rows: 1\n\n" + "".join(cells) + "\n"


# -- the kinds ---------------------------------------------------------------------------------------------------------


def declared() -> list[tuple[str, str, Any]]:
    """The kinds of object, in their order: the file of the declaration, its name there, and the declaration."""
    resource = importlib.import_module(f"{PACKAGE}.module_utils._vbr.resource.schema").Resource
    found = []
    for path in sorted(RESOURCES.glob("[a-z]*.py")):
        if path != KINDS:
            module = importlib.import_module(f"{PACKAGE}.module_utils._vbr.resources.{path.stem}")
            declarations = {name: value for name, value in vars(module).items() if isinstance(value, resource)}
            found += [(path.stem, name, value) for name, value in declarations.items() if value.kind]
    return sorted(found, key=lambda row: (row[2].order, row[2].kind))


def kinds_file() -> str:
    rows = declared()
    files = sorted({file for file, _name, _value in rows})
    names_in = {file: sorted(name for other, name, _value in rows if other == file) for file in files}
    imports = "".join(f"from .{file} import {', '.join(found)}\n" for file, found in names_in.items())
    entries = "".join(f'    "{value.kind}": {name},\n' for _file, name, value in rows)
    return (
        f"{LICENCE}"
        '"""The kinds of object an estate is made of, each by the name of its option: '
        "a list, or one object of a singleton."
        f'\n\nIt is {marks.MARK}, from the declarations beside it.\n"""\n\n'
        "from __future__ import annotations\n\n"
        "from collections.abc import Mapping\n\n"
        "from ..resource.schema import Resource\n"
        f"{imports}\n"
        "# In the order in which they need one another: nothing refers to a kind below its own.\n"
        f"KINDS: Mapping[str, Resource] = {{\n{entries}}}\n"
    )


def modules_of_kinds() -> dict[str, str]:
    """The module that manages each kind: the one that imports its declaration."""
    found = {}
    for _file, _name, declaration in declared():
        owners = [name for name in names() if any(value is declaration for value in vars(loaded(name)).values())]
        if len(owners) != 1:
            raise LookupError(f"{declaration.kind} is managed by one module, not by {len(owners)}: {owners}")
        found[declaration.kind] = owners[0]
    return found


def documented_kinds() -> str:
    """The imports and the table of the fragment that documents the options of vbr_estate."""
    kinds = modules_of_kinds()
    imports = "".join(f"    {name},\n" for name in sorted({*kinds.values(), ESTATE}))
    rows = "".join(f'    "{kind}": {name},\n' for kind, name in kinds.items())
    return f"from ..modules import (\n{imports})\nfrom . import _vbr\n\nMODULES = {{\n{rows}}}\n"


if __name__ == "__main__":
    main()
