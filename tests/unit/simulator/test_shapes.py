# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the shape tables, each with the smallest object that shows it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.services.vbr.kinds import KINDS
from simulator.services.vbr.revisions import SHAPES
from simulator.services.vbr.shapes.infrastructure import FlatMountServer
from simulator.services.vbr.shapes.jobs import DaysOfSyntheticFull
from simulator.services.vbr.shapes.rules import (
    Alias,
    Default,
    Lowered,
    Narrowed,
    NullAs,
    Only,
    Rename,
    Rule,
    TwelveHours,
    Values,
    parse,
    places,
    render,
)

FLAT = {"mountServerName": "h"}
OLD, NEW = "1.1-rev0", "1.3-rev2"


@pytest.mark.parametrize(
    ("rule", "stored", "old"),
    [
        (Rename("a.b", "c", "1.2-rev1"), {"a": {"b": 1}}, {"a": {"c": 1}}),
        (Rename("a[].b", "c", "1.2-rev1"), {"a": [{"b": 1}, {}]}, {"a": [{"c": 1}, {}]}),
        (Values("a", {"New": "Old"}, "1.2-rev1"), {"a": "New"}, {"a": "Old"}),
        (Lowered("a[]", "1.3-rev1"), {"a": ["Monday"]}, {"a": ["monday"]}),
        (Default("a.b", 1, "1.2-rev1"), {"a": {"b": 1}}, {"a": {}}),
        (NullAs("a", "0", "1.2-rev1"), {"a": None}, {"a": "0"}),
        (TwelveHours("a", "1.2-rev1"), {"a": "22:00"}, {"a": "10:00 PM"}),
        (
            FlatMountServer(),
            {"mountServer": {"mountServerSettingsType": "Windows", "windows": FLAT}},
            {"mountServer": FLAT},
        ),
    ],
)
def test_rules_that_go_both_ways(rule: Rule, stored: dict[str, Any], old: dict[str, Any]) -> None:
    assert render([rule], stored, OLD) == old
    assert parse([rule], old, OLD) == stored
    assert render([rule], stored, NEW) == stored
    assert parse([rule], stored, NEW) == stored


@pytest.mark.parametrize(
    ("rule", "revision", "shown"),
    [
        (Only("a", since="1.2-rev1"), "1.1-rev0", {}),
        (Only("a", since="1.2-rev1"), "1.2-rev1", {"a": "x"}),
        (Only("a", until="1.1-rev0"), "1.1-rev0", {"a": "x"}),
        (Only("a", until="1.1-rev0"), "1.2-rev1", {}),
        (Narrowed("a", {"x": "y"}, "1.2-rev1"), "1.1-rev0", {"a": "y"}),
        (Narrowed("a", {"x": "y"}, since="1.3-rev0"), "1.2-rev1", {"a": "x"}),
        (Narrowed("a", {"x": "y"}, since="1.3-rev0"), "1.3-rev2", {"a": "y"}),
    ],
)
def test_rules_that_only_show(rule: Rule, revision: str, shown: dict[str, Any]) -> None:
    assert render([rule], {"a": "x"}, revision) == shown
    assert parse([rule], {"a": "x"}, revision) == {"a": "x"}


def test_reading_ignores_case() -> None:
    assert parse([Lowered("a", "1.3-rev1")], {"a": "monday"}, NEW) == {"a": "Monday"}
    assert parse([Values("a", {"New": "Old"}, "1.2-rev1")], {"a": "oLD"}, OLD) == {"a": "New"}


def test_an_alias_is_read_and_never_written() -> None:
    rule = Alias("a.b", "c")
    assert parse([rule], {"a": {"c": 1}}, NEW) == {"a": {"b": 1}}
    assert render([rule], {"a": {"b": 1}}, OLD) == {"a": {"b": 1}}


@pytest.mark.parametrize("text", ["soon", None, 5])
def test_times_that_are_none_pass_untouched(text: Any) -> None:
    assert render([TwelveHours("a", "1.2-rev1")], {"a": text}, OLD) == {"a": text}


def test_a_mount_server_on_linux_is_shown_flat_too() -> None:
    both = {"mountServerSettingsType": "Linux", "windows": None, "linux": FLAT}
    assert render([FlatMountServer()], {"mountServer": both}, OLD) == {"mountServer": FLAT}


def test_days_of_synthetic_full() -> None:
    def job(fulls: dict[str, Any]) -> dict[str, Any]:
        return {"storage": {"advancedSettings": {"syntheticFulls": fulls}}}

    today = job({"isEnabled": True, "weekly": {"isEnabled": True, "days": ["Sunday"]}})
    assert render([DaysOfSyntheticFull()], today, "1.0-rev2") == job({"isEnabled": True, "days": ["Sunday"]})
    assert parse([DaysOfSyntheticFull()], job({"isEnabled": True, "days": ["Sunday"]}), "1.0-rev2") == today


@pytest.mark.parametrize("node", [None, [], {}, {"a": None}, {"a": []}, {"a": [None]}, {"a": "text"}])
def test_paths_that_lead_nowhere(node: Any) -> None:
    assert list(places(node, "a[].b.c")) == []


@pytest.mark.parametrize("revision", SHAPES)
def test_unknown_fields_pass_untouched(revision: str) -> None:
    for kind in KINDS:
        for group in kind.groups:
            strange = {"x": {"y": [1, None, {"z": "lower"}]}}
            assert render(group.rules, strange, revision) == parse(group.rules, strange, revision) == strange
