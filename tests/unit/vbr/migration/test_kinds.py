# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seven kinds: their order, how a record is recognised, which lists are a collection."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from ansible_collections.backupfleet.rest.plugins.doc_fragments import _vbr_kinds
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import (
    AUTOMATED,
    KINDS,
    kinds_of,
    lookup_keys,
)
from tooling import tree

AWX = tree.ROOT / "playbooks" / "vars" / "awx.yml"


def test_kinds_are_in_the_order_in_which_they_can_be_imported() -> None:
    assert list(AUTOMATED) == [
        "credentials",
        "cloudcredentials",
        "encryptionPasswords",
        "managedServers",
        "repositories",
        "proxies",
        "jobs",
    ]


def test_what_is_documented_and_what_awx_asks_for_are_the_kinds_that_there_are() -> None:
    options = yaml.safe_load(_vbr_kinds.ModuleDocFragment.DOCUMENTATION)["options"]
    assert options["kinds"]["choices"] == list(KINDS)
    (default,) = re.findall(r'variable: vbr_import_kinds\n.*?default: "(.*?)"', AWX.read_text(encoding="utf-8"), re.S)
    assert re.sub(r"\\\n *", "", default).split(",") == list(KINDS)


@pytest.mark.parametrize("revision", ["1.0-rev2", "1.1-rev0", "1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2"])
def test_every_revision_has_all_kinds_but_the_oldest(revision: str) -> None:
    lacking = ["cloudcredentials"] if revision == "1.0-rev2" else []
    assert kinds_of(revision) == [kind for kind in AUTOMATED if kind not in lacking]


@pytest.mark.parametrize(
    ("kind", "record", "key"),
    [
        ("credentials", {"uniqueId": "main", "username": "u"}, "main"),
        ("credentials", {"tag": "main", "username": "u"}, "main"),
        ("credentials", {"uniqueId": None, "tag": "old"}, "old"),
        ("credentials", {"username": "u"}, ""),
        ("cloudcredentials", {"uniqueId": "U", "account": "a"}, "U"),
        ("encryptionPasswords", {"uniqueId": "U", "hint": "h"}, "U"),
        ("encryptionPasswords", {"uniqueId": None, "hint": "h"}, "h"),
        ("encryptionPasswords", {"hint": ""}, ""),
        ("managedServers", {"name": "srv"}, "srv"),
        ("repositories", {"name": "R", "uniqueId": "U"}, "R"),
        ("repositories", {"name": None}, ""),
        ("proxies", {"type": "ViProxy", "server": {"hostName": "srv"}}, "srv"),
        ("proxies", {"server": {"hostName": "srv"}}, "srv"),
        ("proxies", {"type": "HvProxy", "server": {"hostName": "srv"}}, "srv (HvProxy)"),
        ("proxies", {"type": "HvProxy", "server": None}, ""),
        ("jobs", {"name": "Nightly"}, "Nightly"),
    ],
)
def test_a_record_is_recognised_by_its_key(kind: str, record: dict[str, Any], key: str) -> None:
    assert KINDS[kind].key(record) == key


@pytest.mark.parametrize(
    ("kind", "record", "keys"),
    [
        ("encryptionPasswords", {"uniqueId": "U", "hint": "Tapes"}, {"U", "Tapes"}),
        ("encryptionPasswords", {"hint": "Tapes"}, {"Tapes"}),
        ("jobs", {"name": "Nightly", "hint": "Tapes"}, {"Nightly"}),
        ("jobs", {}, set()),
    ],
)
def test_a_record_is_found_by_its_key_or_hint(kind: str, record: dict[str, Any], keys: set[str]) -> None:
    assert lookup_keys(kind, record) == keys
