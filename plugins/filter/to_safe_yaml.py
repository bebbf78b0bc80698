# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML that Ansible reads back as the very same values: no text in it is a template, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import yaml

from ..module_utils._core.errors import visible

UNSAFE = "!unsafe"
# As wide as linters of YAML like a line; PyYAML breaks it after that.
WIDTH = 77
# Every template has the one somewhere (`{{`, `{%`, `{#`), or begins with the other, which names other signs for that.
SIGN = "{"
HEADER = "#jinja2"


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    """The node of a text; a marked text of Ansible's is an ordinary one here."""
    text = str.__str__(value)
    tag = UNSAFE if SIGN in text or text.startswith(HEADER) else "tag:yaml.org,2002:str"
    style = None if visible(text, keep="\n") == text else '"'
    return dumper.represent_scalar(tag, text, style=style)


def _mapping(dumper: yaml.SafeDumper, value: dict[Any, Any]) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items())


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value)


# For these and for Ansible's own kinds of them.
OURS: dict[type[Any], Callable[[Any, Any], yaml.Node]] = {str: _text, dict: _mapping, list: _list, tuple: _list}


class _Dumper(yaml.SafeDumper):
    """Writes texts so that they stay texts, and lists as YAML's linters like to see them."""

    # The tables of PyYAML are those of everybody in this process.
    yaml_multi_representers: ClassVar[dict[Any, Any]] = {**yaml.SafeDumper.yaml_multi_representers, **OURS}
    yaml_representers: ClassVar[dict[Any, Any]] = {
        kind: how for kind, how in yaml.SafeDumper.yaml_representers.items() if kind not in OURS
    }

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        # What acts on a terminal or turns the direction of a line is written as its number.
        self.allow_unicode = text.isprintable()
        super().write_double_quoted(text, split)
        self.allow_unicode = True


def to_safe_yaml(value: Any) -> str:
    """A whole document. Keys stay in their order.

    A text that Ansible could take for a template is tagged `!unsafe`, and so it does not. All others are written as
    they are, so that people can put templates of their own in their place.
    """
    document: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, explicit_start=True, width=WIDTH
    )
    return document


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"to_safe_yaml": to_safe_yaml}
