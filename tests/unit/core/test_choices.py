# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choices are taken in any case, in every module of every service and at both of its edges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.option import Option, in_their_spelling
from tooling import registered

NAMES = registered.names()


def choices(options: Mapping[str, Option]) -> Iterator[tuple[str, ...]]:
    for option in options.values():
        yield option.choices
        yield from choices(option.options or {})


def other_case(option: Option) -> Any:
    """Something that the option takes, with each of its choices in another case."""
    if option.options is not None:
        made: Any = {name: other_case(one) for name, one in option.options.items()}
    else:
        made = option.choices[-1].swapcase() if option.choices else "As It Is"
    return [made] if option.type == "list" else made


def as_spelled(option: Option) -> Any:
    if option.options is not None:
        made: Any = {name: as_spelled(one) for name, one in option.options.items()}
    else:
        made = option.choices[-1] if option.choices else "As It Is"
    return [made] if option.type == "list" else made


@pytest.mark.parametrize("name", NAMES)
def test_every_choice_may_be_written_in_any_case(name: str) -> None:
    options = import_module(f"{registered.PACKAGE}.modules.{name}").TASK.options
    given = {option: other_case(options[option]) for option in options}
    assert in_their_spelling(options, given) == {option: as_spelled(options[option]) for option in options}
    for found in choices(options):
        assert len({choice.lower() for choice in found}) == len(found), "two choices that differ by case only"


def test_what_is_no_choice_is_left_for_ansible_to_refuse() -> None:
    options = {"day": Option(choices=("MONDAY",)), "deep": Option(type="dict", options={})}
    given = {"day": "never", "deep": "no dictionary", "unknown": "MONDAY", "Day": "monday"}
    assert in_their_spelling(options, given) == given
    assert in_their_spelling(options, {"day": ["monday", 1, None, " Monday"]})["day"] == ["MONDAY", 1, None, "MONDAY"]
    assert in_their_spelling(options, "nothing") == "nothing"


@pytest.mark.parametrize("text", ['{"a": {"b": "\\/é"}}', '\n  {"a": {"b": "\\/é"}}  \n'])
def test_an_object_may_be_given_as_its_json(text: str) -> None:
    """A survey of AWX gives a text, of which Python would make another one."""
    options = {"secrets": Option(type="dict"), "text": Option()}
    assert in_their_spelling(options, {"secrets": text, "text": text}) == {"secrets": {"a": {"b": "/é"}}, "text": text}


@pytest.mark.parametrize("text", ["", "[1]", "a=b", "{", "{'a': 1}", "[" * 100_000])
def test_what_is_no_json_of_an_object_is_left_for_ansible_to_refuse(text: str) -> None:
    assert in_their_spelling({"secrets": Option(type="dict")}, {"secrets": text}) == {"secrets": text}
