# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles and playbooks only string modules together: short expressions, a connection given once, no files for show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.yaml import SafeLoader, yaml_load

from ansible_collections.backupfleet.rest.plugins.module_utils._core.option import CONNECTION_OPTIONS
from tooling import tree

COLLECTION = f"{tree.NAMESPACE}.{tree.NAME}"
FILES = sorted(path for pattern in ("roles/*/*/*.yml", "playbooks/**/*.yml") for path in tree.ROOT.glob(pattern))
BLOCKS = ("tasks", "block", "rescue", "always")


class Loader(SafeLoader):
    """Reads what is marked as no template as the text it is."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def tasks(entries: Any) -> Iterator[Mapping[str, Any]]:
    """Every task of a play or of a list of tasks, in blocks too."""
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, Mapping):
            yield entry
            for name in BLOCKS:
                yield from tasks(entry.get(name))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(tree.ROOT)))
def test_an_expression_stands_on_one_line(path: Path) -> None:
    """One that needs a second line belongs into a module or a filter."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    assert not [number for number, line in lines if line.count("{{") > line.count("}}")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(tree.ROOT)))
def test_a_connection_is_given_once(path: Path) -> None:
    """As the defaults of the action group, not option by option."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader)
    ours = ((name, task[name]) for task in tasks(document) for name in task if str(name).startswith(f"{COLLECTION}."))
    assert not [name for name, options in ours if set(options or ()) & set(CONNECTION_OPTIONS)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(tree.ROOT)))
def test_a_key_is_given_once(path: Path) -> None:
    """A key beside a merge that has it too is one given twice to ansible-core 2.21; so is the same key again."""
    nodes = [yaml.compose(path.read_text(encoding="utf-8"), Loader)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _value in node.value]
            assert len(keys) == len(set(keys)) and "<<" not in keys, f"line {node.start_mark.line + 1}: {keys}"
            nodes += [value for _key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            nodes += node.value


def test_a_dry_run_needs_no_file() -> None:
    document = yaml.load((tree.ROOT / "playbooks" / "migrate.yml").read_text(encoding="utf-8"), Loader)
    used = {name for task in tasks(document) for name in task}
    assert not used & {"ansible.builtin.tempfile", "ansible.builtin.copy", "check_mode"}


@pytest.mark.parametrize("path", sorted((tree.ROOT / "roles").glob("*/tasks/*.yml")), ids=str)
def test_a_role_begins_with_its_variables_and_checks_them_nowhere_else(path: Path) -> None:
    """Each entry point, and no other file: what they do was copied into every role."""
    text = path.read_text(encoding="utf-8")
    specs = yaml_load((path.parents[1] / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    begins = next(iter(yaml.load(text, Loader))).get("backupfleet.rest.check_role_variables")
    assert (begins is not None) is (path.stem in specs["argument_specs"])
    assert begins is None or begins.get("entry_point", "main") == path.stem
    assert "validate_argument_spec" not in text and "backupfleet.rest.unread" not in text
