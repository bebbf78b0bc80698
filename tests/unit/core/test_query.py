# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A query that finds nothing says so, with the keys that may be meant."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.query import chosen, compiled
from simulator.testing import Server
from support.tasks import drive

ROWS: list[dict[str, Any]] = [{"name": "One", "server": {"hostName": "a"}}, {"name": "Two", "server": None}]
NEAREST = "query finds nothing, although there is something to search. No key is called"


@pytest.mark.parametrize(
    ("expression", "warning"),
    [
        ("[].nmae", f"{NEAREST} 'nmae'; the nearest: 'name'."),
        ("[?server.hostname=='a'].name", f"{NEAREST} 'hostname'; the nearest: 'hostName'."),
        ("[?zzzz]", f"{NEAREST} 'zzzz'."),
        ("[?name=='Three']", "query finds nothing, although there is something to search."),
        ("[].{a: nmae}", f"{NEAREST} 'nmae'; the nearest: 'name'."),
    ],
)
def test_what_finds_nothing_is_said(expression: str, warning: str) -> None:
    assert chosen("resources", compiled(expression), ROWS)["warnings"] == [warning]


@pytest.mark.parametrize("expression", ["[].name", "[?name=='One']", "length(@)", "length([?name=='Three'])"])
def test_what_finds_something_needs_no_warning(expression: str) -> None:
    assert "warnings" not in chosen("resources", compiled(expression), ROWS)
    assert chosen("resources", compiled("[].nmae"), []) == {"resources": []}
    assert chosen("resources", None, ROWS) == {"resources": ROWS}


def test_a_module_warns(server: Server) -> None:
    result = drive("info", server, resource="credentials", query="[].usernmae")
    assert [each for each in result["warnings"] if "the nearest: 'username'" in each]
    result = drive("rest", server, path="/api/v1/credentials", query="[].usernmae")
    assert [each for each in result["warnings"] if "the nearest: 'username'" in each]
