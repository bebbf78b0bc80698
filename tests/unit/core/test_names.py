# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names are one: character by character without regard to case, and the exact spelling before any other."""

from __future__ import annotations

import sys
from operator import itemgetter

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.compare import (
    Names,
    Patterns,
    closest,
    drift,
    fold,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from simulator.core.names import folded

ONE = [
    ("Daily", "DAILY"),
    ("Müller", "MÜLLER"),
    ("Ωmega", "ωMEGA"),
    ("\u03a3\u0391\u03a3", "\u03c3\u03b1\u03c2"),
    ("ÿ", "Ÿ"),
    ("ᾳ", "ᾼ"),
    ("\U00010428", "\U00010400"),
]
TWO = [
    ("weiß", "weiss"),
    ("weiß", "WEISS"),
    ("weiß", "WEIẞ"),
    ("\u0131", "i"),
    ("\u0131", "I"),
    ("İ", "i"),
    ("İ", "i\u0307"),
    ("\u017f", "s"),
    ("\u212a", "k"),
    ("ﬁn", "fin"),
    ("é", "e\u0301"),
    ("ŉ", "\u02bcn"),
    ("a", "a "),
]


@pytest.mark.parametrize(("one", "other"), ONE)
def test_names_that_differ_by_case_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), TWO)
def test_names_that_differ_by_more_are_two(one: str, other: str) -> None:
    assert fold(one) != fold(other)
    assert folded(one) != folded(other)
    assert drift({"hostName": one}, {"hostName": other})


def test_the_collection_and_the_simulator_agree_on_every_character_and_keep_the_length_of_a_text() -> None:
    letters = [chr(code) for code in range(sys.maxunicode + 1) if chr(code) != chr(code).swapcase()]
    assert all(len(fold(letter)) == 1 for letter in letters)
    ours: dict[str, set[str]] = {}
    theirs: dict[str, set[str]] = {}
    for letter in letters:
        ours.setdefault(fold(letter), set()).add(letter)
        theirs.setdefault(folded(letter), set()).add(letter)
    assert sorted(map(sorted, ours.values())) == sorted(map(sorted, theirs.values()))


def test_the_exact_spelling_wins_and_several_others_are_an_error_that_names_them() -> None:
    names = Names([("Daily", 1), ("DAILY", 2), ("Weekly", 3)])
    assert [names.get(name) for name in ("Daily", "DAILY", "WEEKLY", "Monthly")] == [1, 2, 3, None]
    with pytest.raises(InvalidInput, match="'daily' can mean 'DAILY', 'Daily'"):
        names.get("daily")
    assert names.meant("daily", besides={"Daily"}) == {"DAILY": 2}
    assert names.meant("weekly", besides={"Weekly"}) == {}


def test_of_several_the_closest_are_taken_the_most_important_name_first() -> None:
    rows = [{"name": "a", "type": "X"}, {"name": "A", "type": "x"}, {"name": "A", "type": "X"}]

    assert closest(rows, ("A", itemgetter("name")), ("X", itemgetter("type"))) == [rows[2]]
    assert closest(rows[:2], ("A", itemgetter("name")), ("X", itemgetter("type"))) == [rows[1]]
    assert closest(rows, ("other", itemgetter("name"))) == rows


@pytest.mark.parametrize(
    ("patterns", "name", "means"),
    [
        (["Nightly"], "NIGHTLY", True),
        (["Nightly"], "Nightly 2", False),
        (["Nightly*"], "nightly 2", True),
        (["*x*", "a.b"], "a.b", True),
        (["a.b"], "axb", False),
        (["*"], "", True),
        ([], "", False),
    ],
)
def test_patterns_are_looked_up_together(patterns: list[str], name: str, means: bool) -> None:
    assert Patterns(patterns).means(name) is means
    assert bool(Patterns(patterns)) is bool(patterns)
