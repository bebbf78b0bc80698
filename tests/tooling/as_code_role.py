# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of role vbr_as_code that follow from the kinds: its defaults, what its task hands on, and its specs.

Ansible reads a role's specs from a file and nothing else, so they are made from the modules. `make registered` writes
them.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tooling import marks, tree

ROLE = tree.ROOT / "roles" / "vbr_as_code"
SPECS = ROLE / "meta" / "argument_specs.yml"
DEFAULTS = ROLE / "defaults" / "main.yml"
TASKS = ROLE / "tasks" / "main.yml"
PLUGINS = f"ansible_collections.{tree.NAMESPACE}.{tree.NAME}.plugins"
PREFIX = "vbr_as_code_"
HEADER = f"# It is {marks.MARK}, from the modules of the kinds.\n---\n"
LINK = re.compile(r"\bO\(([^()]*)\)")
# The words of an argument that a role's specs have too.
WORDS = ("type", "elements", "required", "default", "choices")

SERVER = {
    "description": "The server.",
    "type": "dict",
    "required": True,
    "options": {
        "hostname": {"description": "Name or address of the server.", "type": "str", "required": True},
        "port": {"description": "Port of its REST service.", "type": "int", "default": 9419},
        "username": {"description": "Account to sign in with.", "type": "str", "required": True},
        "password": {"description": "Its password, best from a vault.", "type": "str", "required": True},
        "validate_certs": {"description": "Whether the certificate is verified.", "type": "bool", "default": True},
        "ca_path": {"description": "File with the certificate authority to trust.", "type": "path"},
        "timeout": {"description": "Seconds to wait for each answer.", "type": "float", "default": 60},
        "parallel": {
            "description": (
                "How many requests may be under way at a time, 1 to 16. Without it the environment variable "
                "C(VBR_PARALLEL) counts."
            ),
            "type": "int",
            "default": 4,
        },
        "api_version": {
            "description": "The revision to speak. Name one if items have C(settings), which it names.",
            "type": "str",
            "default": "auto",
        },
    },
}

# What is done about what the server has beside the items.
BESIDE: dict[str, dict[str, Any]] = {
    "report_extra": {
        "description": "Whether the result names, as C(extra), what the server has and no variable names.",
        "type": "bool",
        "default": False,
    },
    "purge": {
        "description": "Whether of that is removed what C(vbr_as_code_purge_only) names, unless it is in use.",
        "type": "bool",
        "default": False,
    },
    "purge_only": {
        "description": "What may be removed, names by kind. An asterisk stands for anything.",
        "type": "dict",
        "default": {},
    },
}

# What the role alone does with it.
OF_ROLE: dict[str, dict[str, Any]] = {
    "writes": {
        "description": "Whether the server is changed. Without that the role compares, and counts no change.",
        "type": "bool",
        "default": True,
    },
}


def made() -> Iterator[tuple[Path, str]]:
    """Each file and its text."""
    # Not at the top: what is imported here is made by `make registered` itself.
    fragment = importlib.import_module(f"{PLUGINS}.doc_fragments._estate")
    arguments = importlib.import_module(f"{PLUGINS}.modules.vbr_estate").TASK.arguments
    kinds = {kind: arguments[kind] for kind in fragment.MODULES}
    blank = {f"{PREFIX}{kind}": _nothing(argument) for kind, argument in kinds.items()}
    yield (
        DEFAULTS,
        HEADER + marks.dump(blank | {f"{PREFIX}{name}": one["default"] for name, one in (BESIDE | OF_ROLE).items()}),
    )
    handed = "".join(f'{name}: "{{{{ {PREFIX}{name} }}}}"\n' for name in (*kinds, *BESIDE))
    yield TASKS, marks.between(TASKS, handed)
    specified = {
        f"{PREFIX}{kind}": _kind(argument, fragment.kind_option(kind), fragment.item_options(kind))
        for kind, argument in kinds.items()
    }
    yield SPECS, specs(specified | {f"{PREFIX}{name}": one for name, one in (BESIDE | OF_ROLE).items()})


def specs(kinds: Mapping[str, Any]) -> str:
    """The text of the specs; `kinds` are the variables of the role beside its server."""
    main = {
        "short_description": "Keep a backup server as it is written down",
        "description": [
            "Creates, changes and removes objects of all kinds until the server is as the variables say, in one task.",
            "Objects that no variable names are left alone, unless C(vbr_as_code_purge_only) names them.",
            "The result is in C(vbr_as_code_result).",
        ],
        "author": "The backupfleet.rest authors",
        "options": {"vbr_server": SERVER, **kinds},
    }
    read = {
        "short_description": "Read a backup server as variables of this role",
        "description": [
            "Reads everything that this role manages and keeps it in C(vbr_as_code_variables), without secrets.",
            "Given back to this role, it changes nothing.",
        ],
        "author": "The backupfleet.rest authors",
        "options": {"vbr_server": SERVER},
    }
    return HEADER + marks.dump({"argument_specs": {"main": main, "read": read}})


def _nothing(argument: Mapping[str, Any]) -> Any:
    """What a kind's variable says if there is nothing to keep: no items, or nothing of the one object."""
    return {} if argument["type"] == "dict" else []


def _kind(argument: Mapping[str, Any], option: Mapping[str, Any], documented: Mapping[str, Any]) -> dict[str, Any]:
    """A kind's variable: as vbr_estate takes it and documents it."""
    shape = {word: option[word] for word in ("description", "type", "elements") if word in option}
    return {**shape, "default": _nothing(argument), "options": _options(argument["options"], documented)}


def _options(arguments: Mapping[str, Any], documented: Mapping[str, Any]) -> dict[str, Any]:
    """Options as a role has them: what they take from the declaration, what they mean from the documentation."""
    found = {}
    for name, argument in arguments.items():
        option = {"description": _plain(documented[name]["description"])}
        option |= {word: value for word, value in argument.items() if word in WORDS and value is not False}
        if "options" in argument:
            option["options"] = _options(argument["options"], documented[name]["suboptions"])
        found[name] = option
    return found


def _plain(description: Any) -> Any:
    """Without links to options of the module, which the role does not have."""
    if isinstance(description, list):
        return [_plain(part) for part in description]
    return LINK.sub(r"C(\1)", description)
