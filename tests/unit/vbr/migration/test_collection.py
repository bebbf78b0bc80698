# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing records by a JMESPath expression: whole records, each in its list, or one message."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import query as module
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput, MissingLibrary
from ansible_collections.backupfleet.rest.plugins.module_utils._core.query import compiled, search
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.collection import (
    choose,
    count,
    holes,
    is_collection,
    records,
)

COLLECTION: dict[str, Any] = {
    "windowsHosts": [],
    "linuxHosts": [{"name": "a", "size": 3}, None, None],
    "viHosts": [{"name": "b", "size": 3}, {"name": "b", "size": 3}],
    "later": None,
}


@pytest.mark.parametrize(
    ("expression", "sizes"),
    [
        ("@", (0, 3, 2)),
        ("viHosts", (0, 0, 2)),
        ("viHosts[0]", (0, 0, 1)),
        ("linuxHosts[]", (0, 1, 0)),
        ("linuxHosts[?name=='a']", (0, 1, 0)),
        ("*[]", (0, 1, 2)),
        ("*[][] | [?name=='b']", (0, 0, 2)),
        ("[linuxHosts[?size==`3`], viHosts[1:]]", (0, 1, 1)),
        ("{x: linuxHosts, y: nothing}", (0, 3, 0)),
        ("nothing", (0, 0, 0)),
        ("viHosts[?size>`5`]", (0, 0, 0)),
    ],
)
def test_records_are_chosen_and_stay_in_their_lists(expression: str, sizes: tuple[int, int, int]) -> None:
    part = choose("managedServers", COLLECTION, compiled(expression))
    assert tuple(len(part[name]) for name in ("windowsHosts", "linuxHosts", "viHosts")) == sizes
    assert part["later"] is None
    assert all(any(row is other for other in COLLECTION[name]) for name in list(part)[:3] for row in part[name])


@pytest.mark.parametrize(
    "expression",
    ["viHosts[].name", "viHosts[].{name: name}", "viHosts[*].size", "length(viHosts)", "'text'", "keys(@)", "`[1]`"],
)
def test_a_query_that_makes_other_records_is_refused(expression: str) -> None:
    with pytest.raises(InvalidInput, match="whole records of managedServers"):
        choose("managedServers", COLLECTION, compiled(expression))


@pytest.mark.parametrize("expression", ["viHosts[?", "a..b", "]"])
def test_a_query_that_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(InvalidInput, match="query is no JMESPath expression"):
        compiled(expression)


def test_a_query_that_does_not_fit_the_data_is_refused() -> None:
    with pytest.raises(InvalidInput, match="query cannot be applied"):
        search(compiled("abs(@)"), {})


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_query_is_compiled_to_none(nothing: str | None) -> None:
    assert compiled(nothing) is None


def test_without_jmespath_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MISSING_JMESPATH", "No module named 'jmespath'")
    assert compiled(None) is None, "who does not ask needs no library"
    with pytest.raises(MissingLibrary, match="pip install jmespath"):
        compiled("jobs")


@pytest.mark.parametrize("value", [{}, {"a": []}, {"a": None}, {"a": [{}, None]}, {"a": [{"b": 1}], "c": []}])
def test_lists_of_records_are_a_collection(value: Any) -> None:
    assert is_collection(value)


@pytest.mark.parametrize("value", [None, [], "x", 3, {"a": {}}, {"a": "x"}, {"a": ["x"]}, {"a": [[]]}, {"a": [3]}])
def test_anything_else_is_no_collection(value: Any) -> None:
    assert not is_collection(value)


def test_null_records_are_passed_over_and_counted_apart() -> None:
    collection = {"linuxHosts": [None, {"name": "a"}, None], "viHosts": [{"name": "b"}], "windowsHosts": None}
    assert list(records(collection)) == [("linuxHosts", {"name": "a"}), ("viHosts", {"name": "b"})]
    assert (count(collection), holes(collection)) == (2, {"linuxHosts": 2})
