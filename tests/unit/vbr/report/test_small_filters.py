# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters that take a part of what is there: some entries of a dictionary, the pairs that occur twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.filter import blank_directories as of_directories
from ansible_collections.backupfleet.rest.plugins.filter import only as of_entries
from ansible_collections.backupfleet.rest.plugins.filter import repeated_pairs as of_pairs
from ansible_collections.backupfleet.rest.plugins.filter import shared_servers as of_servers
from ansible_collections.backupfleet.rest.plugins.filter.blank_directories import blank_directories
from ansible_collections.backupfleet.rest.plugins.filter.only import only
from ansible_collections.backupfleet.rest.plugins.filter.repeated_pairs import repeated_pairs
from ansible_collections.backupfleet.rest.plugins.filter.shared_servers import shared_servers
from tooling import tree

SERVER = {"password": "Gt5&only+%=#Vb8", "port": 9419, "hostname": "vbr"}


def test_only_what_is_named_and_there_is_taken() -> None:
    assert list(only(SERVER, "hostname", "port", "ca_path").items()) == [("hostname", "vbr"), ("port", 9419)]
    assert only({}, "hostname") == only(SERVER) == {}
    assert of_entries.FilterModule().filters() == {"only": only}


def pair(source: str, target: str, **of_source: Any) -> dict[str, Any]:
    return {"vbr_source": {"hostname": source, **of_source}, "vbr_target": {"hostname": target}}


@pytest.mark.parametrize(
    ("hosts", "repeated"),
    [
        ([], []),
        ([pair("old", "new"), pair("old", "other"), pair("other", "new")], []),
        ([pair("old", "new"), pair("old", "new"), pair("old", "new")], ["old: -> new:"]),
        ([pair("old", "new", port=9419), pair("old", "new", port="9419")], ["old:9419 -> new:"]),
        ([pair("old", "new", port=9419), pair("old", "new", port=9420)], []),
        ([pair("old", "new", port=9419), pair("Old.", "NEW")], ["old:9419 -> new:"]),
        ([pair("u:Gt5&host@old", "new"), pair("u:Gt5&host@old", "new")], ["old: -> new:"]),
        ([{}, {}, {"vbr_source": {"hostname": "old"}}, {"vbr_source": {"hostname": "old"}}], []),
        ([{"vbr_source": "{{ nothing }}", "vbr_target": None}] * 2, []),
    ],
    ids=[
        "none",
        "different",
        "three times",
        "a port as a text",
        "other ports",
        "another spelling",
        "an account",
        "no pairs",
        "undefined",
    ],
)
def test_pairs_are_compared_by_where_both_servers_are(hosts: list[dict[str, Any]], repeated: list[str]) -> None:
    assert repeated_pairs(iter(hosts)) == repeated
    assert of_pairs.FilterModule().filters() == {"repeated_pairs": repeated_pairs}


def test_pairs_that_share_a_source_are_named() -> None:
    hosts = [
        {"inventory_hostname": name, **variables}
        for name, variables in {
            "one": pair("u:Gt5&host@old", "new", port=9419),
            "two": pair("OLD", "other"),
            "third": pair("older", "new"),
            "fourth": {},
            "fifth": {"vbr_source": "{{ nothing }}"},
            "sixth": pair("old", "new", port="9420"),
        }.items()
    ]
    assert shared_servers(iter(hosts), "vbr_source") == ["one, two (old:9419)"]
    assert shared_servers(hosts[2:], "vbr_source") == []
    assert of_servers.FilterModule().filters() == {"shared_servers": shared_servers}


def test_a_blank_directory_is_named() -> None:
    roots = {"vbr_migration_root": "", "vbaz_sessions_root": None, "vbr_as_code_root": "  ", "awx_migration_root": ""}
    assert blank_directories({**roots, "vbr_own_root": "", "vbr_report_overview": ""}) == [
        f"{name} is blank: give a directory." for name in sorted(roots)
    ]
    assert blank_directories({"vbr_export_dest": "", "vbr_report_dest": "/srv", "vbaz_sessions_dest": "."}) == [
        "vbr_export_dest is blank: give a directory."
    ]
    assert of_directories.FilterModule().filters() == {"blank_directories": blank_directories}


def test_to_find_a_filter_loads_nothing_that_carries_a_migration_out() -> None:
    """Ansible loads all filters of a collection to find one, in each of its workers."""
    names = sorted(path.stem for path in Path(of_entries.__file__).parent.glob("[a-z]*.py"))
    loading = "; ".join(f"import ansible_collections.backupfleet.rest.plugins.filter.{name}" for name in names)
    asked = "import sys; print([name for name in sys.modules if '._vbr.handover' in name or name == 'requests'])"
    done = subprocess.run(
        [sys.executable, "-c", f"{loading}; {asked}"],
        env={**os.environ, "PYTHONPATH": str(tree.checkout())},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
