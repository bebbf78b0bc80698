# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No text that came from a server becomes a template: the ways that lead there are used nowhere.

What Ansible does with such a text on its own is tested by playing, in tests/integration/test_server_text.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from tooling import guides, tree
from tooling.sources import python_files
from unit.meta.test_roles import FILES, Loader, tasks

QUOTED = "| to_json }}"
CONDITIONS = ("when", "that", "until", "failed_when", "changed_when", "break_when")
# Tasks and lookups that read a file, or a text, as a template or as variables.
RENDERING = re.compile(
    r"ansible\.builtin\.(template|include_vars|add_host)\b|(lookup|query|q)\(\s*['\"](ansible\.builtin\.)?(template|vars)"
)
# What is written by these is read again as variables, with all templates that are in it.
WRITING = re.compile(r"\|\s*(ansible\.builtin\.)?to_(nice_)?yaml")
# The playbooks that use one of these for what people here have written, and for nothing of a server's.
OURS = {
    "playbooks/demo.yml": "add_host",
    "playbooks/awx_setup.yml": "to_nice_yaml",
    # A file that the user names, as with -e @; where as_code_read wrote it, a server's texts in it are no templates.
    "roles/vbr_verify/tasks/code.yml": "include_vars",
}
# The loops over such things.
LOOPS_OF_OURS = ("playbooks/awx_setup.yml",)
# How plugins would declare a text of theirs to be a template, or carry one out.
TRUST = re.compile(r"trust_as_template|TrustedAsTemplate|Templar|_templar|\.template\(|allow_unsafe|_dataloader")


def texts() -> Iterator[tuple[str, str]]:
    """Every playbook and tasks file of ours, and every one in a guide."""
    for path in FILES:
        yield str(path.relative_to(tree.ROOT)), path.read_text(encoding="utf-8")
    for path in guides.texts():
        for block in guides.blocks(path):
            if block.language in ("yaml", "yml"):
                yield str(block), block.code


def documents() -> Iterator[tuple[str, Any]]:
    for name, text in texts():
        yield name, yaml.load(text, Loader)


def test_nothing_renders_what_was_read() -> None:
    found = [(name, match[0]) for name, text in texts() for way in (RENDERING, WRITING) for match in way.finditer(text)]
    assert not [(name, way) for name, way in found if OURS.get(name, "none") not in way]


@pytest.mark.parametrize(
    ("name", "document"), list(documents()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_condition_is_an_expression_and_a_label_is_quoted(name: str, document: Any) -> None:
    """A condition that is a template is evaluated a second time; a label is written to the terminal as it is."""
    for task in tasks(document):
        for word in CONDITIONS:
            conditions = [task.get(word), *(part.get(word) for part in task.values() if isinstance(part, Mapping))]
            assert not [condition for condition in conditions if "{{" in str(condition)], task.get("name")
        label = (task.get("loop_control") or {}).get("label", QUOTED)
        assert str(label).endswith(QUOTED) or name.startswith(LOOPS_OF_OURS), task.get("name")


def test_no_plugin_makes_a_template_of_a_text() -> None:
    files = python_files("plugins")
    assert files
    assert not [str(source) for source in files if TRUST.search(source.text)]
