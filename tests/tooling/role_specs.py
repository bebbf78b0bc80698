# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the argument specs of role vbr_as_code: each item is what the module of its kind takes.

Ansible reads a role's specs from a file and nothing else, so the text is made from the modules and kept in step by a
test. `nox -s specs` writes it anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from ansible_collections.backupfleet.rest.plugins.doc_fragments._estate import MODULES, item_options
from ansible_collections.backupfleet.rest.plugins.modules.vbr_estate import TASK
from tooling import tree

ROLE = tree.ROOT / "roles" / "vbr_as_code"
SPECS = ROLE / "meta" / "argument_specs.yml"
PREFIX = "vbr_as_code_"
WIDTH = 90
HEADER = "# Made by tests/tooling/role_specs.py from the modules of each kind.\n"
LINK = re.compile(r"\bO\(([^()]*)\)")

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
        "api_version": {
            "description": "The revision to speak. Name one if items have C(settings), which it spells.",
            "type": "str",
            "default": "auto",
        },
    },
}


def specs() -> str:
    """The text of the file."""
    kinds = {f"{PREFIX}{kind}": _kind(kind) for kind in MODULES}
    main = {
        "short_description": "Keep a backup server as it is written down",
        "description": [
            "Creates, changes and removes objects of all kinds until the server is as the variables say, in one task.",
            "Objects that no variable names are left alone.",
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
    return HEADER + "---\n" + _dump({"argument_specs": {"main": main, "read": read}})


def _kind(kind: str) -> dict[str, Any]:
    module = MODULES[kind]
    arguments, one = TASK.arguments[kind]["options"], TASK.arguments[kind]["type"] == "dict"
    name = f"{tree.NAMESPACE}.{tree.NAME}.{module.__name__.rpartition('.')[2]}"
    shape = {"type": "dict", "default": {}} if one else {"type": "list", "elements": "dict", "default": []}
    return {
        "description": f"{'The options' if one else 'Items with the options'} of M({name}).",
        **shape,
        "options": _options(arguments, item_options(kind, module)),
    }


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


WORDS = ("type", "elements", "required", "default", "choices")


def _plain(description: Any) -> Any:
    """Without links to options of the module, which the role does not have."""
    if isinstance(description, list):
        return [_plain(part) for part in description]
    return LINK.sub(r"C(\1)", description)


class Dumper(yaml.SafeDumper):
    """Indents lists, as the project's style wants it, and repeats what occurs twice."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _dump(value: Any) -> str:
    return yaml.dump(value, Dumper=Dumper, sort_keys=False, width=WIDTH)


if __name__ == "__main__":
    SPECS.write_text(specs(), encoding="utf-8")
