# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter to_safe_yaml: what Ansible reads back is what was written, and none of it is a template."""

from __future__ import annotations

from inspect import signature
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.backupfleet.rest.plugins.filter.to_safe_yaml import FilterModule
from support.server_text import BEGINNINGS, ESCAPES, MARKUP, TEMPLATE

written = FilterModule().filters()["to_safe_yaml"]
TEXTS = (
    TEMPLATE,
    *(f"{beginning} {MARKUP} {TEMPLATE} {ESCAPES}" for beginning in BEGINNINGS),
    *("{{", "{%", "{#", "}}", "a {{ b }} c", "{% raw %}", "#jinja2:x\n[% 1 %]", "{'a': 1}", "[1]"),
    *(
        "",
        " ",
        "  x  ",
        "line\nline\n",
        "\n",
        "tab\t",
        "yes",
        "null",
        "0600",
        "12:30",
        "1e3",
        "2026-11-28",
        "~",
        "=",
        "<<",
    ),
    *("Straße", "\u2028", "\x85", "\ufeff", "\U0001f4be", "!vault |", "$ANSIBLE_VAULT;1.1;AES256\n6135", "C:\\{x}\\n"),
    "word " * 60,
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_back_as_it_was(text: str, tmp_path: Path) -> None:
    value = {"variable": [{"name": text, text: {"deep": [text]}}], "others": [None, True, 0, 1.5, {}, [], ["x", []]]}
    assert rendered(tmp_path, written(value)) == value


def rendered(place: Path, document: str) -> Any:
    """What a task sees of variables that a file has, as Ansible reads the files of an inventory."""
    path, loader = place / "variables.yml", DataLoader()
    path.write_text(document, encoding="utf-8")
    trust = "trusted_as_template"
    words = {trust: True} if trust in signature(loader.load_from_file).parameters else {}
    return Templar(loader, variables={}).template(loader.load_from_file(str(path), **words))


def test_a_template_that_people_put_in_its_place_is_one(tmp_path: Path) -> None:
    document = written({"account": "{{ taken }}", "account_password": "here"})
    variables = rendered(tmp_path, document.replace("here", "'{{ 6 * 7 }}'"))
    assert (variables["account"], str(variables["account_password"])) == ("{{ taken }}", "42")


def test_what_acts_on_a_terminal_is_written_as_a_number() -> None:
    document = written([f"Straße {ESCAPES}", "Straße"])
    assert document == '---\n- "Stra\\xDFe \\e[31m\\x9B2J\\u202E"\n- Straße\n'


def test_ansible_own_kinds_of_texts_are_texts() -> None:
    (marked,) = DataLoader().load("- !unsafe 'a {{ b }}'")
    assert written([marked]) == "---\n- !unsafe 'a {{ b }}'\n"


def test_linters_have_nothing_to_say(tmp_path: Path) -> None:
    pytest.importorskip("yamllint", reason="yamllint is installed with the linters only")
    from yamllint import linter
    from yamllint.config import YamlLintConfig

    config = YamlLintConfig("extends: default")
    document = written({"jobs": [{"name": "word " * 60, "items": [["a"], {"b": ["c"]}]}], "none": [], "empty": {}})
    assert not list(linter.run(document, config))


def test_whoever_else_writes_yaml_writes_it_as_before() -> None:
    assert yaml.safe_dump({"a": ["{{ b }}"]}) == "a:\n- '{{ b }}'\n"
