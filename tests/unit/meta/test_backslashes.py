# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account is DOMAIN, one backslash, user: in YAML without double quotes a second one would be part of the name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.yaml import yaml_load

from tooling import tree

DOCUMENTED = ("DOCUMENTATION", "EXAMPLES", "RETURN")
DOUBLED = re.compile(r"\w\\\\\w")
MODULES = sorted((tree.ROOT / "plugins" / "modules").glob("*.py"))


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_documented_name_has_two_backslashes(path: Path) -> None:
    module = ast.parse(path.read_text(encoding="utf-8"))
    documents = [
        yaml_load(ast.literal_eval(node.value))
        for node in module.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in DOCUMENTED
    ]
    assert len(documents) == len(DOCUMENTED)
    assert not [text for document in documents for text in texts(document) if DOUBLED.search(text)]
