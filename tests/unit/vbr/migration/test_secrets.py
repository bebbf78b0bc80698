# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of records: which are needed, filling in, blanking, finding them to hide them; and where they are listed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.redaction import values_in
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration import secrets
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS

SUBSCRIPTION = {"existingAccount": {"subscription": {"tenantId": "t"}}}

# kind, record, the alternatives it needs, secrets that are enough
NEEDS: list[tuple[str, dict[str, Any], list[list[str]], dict[str, str]]] = [
    ("credentials", {"type": "Standard"}, [["password"]], {"password": "p"}),
    ("credentials", {"type": "standard"}, [["password"]], {"password": "p"}),
    ("credentials", {}, [["password"]], {"password": "p"}),
    ("credentials", {"type": "Linux"}, [["password"], ["private_key"]], {"private_key": "k"}),
    ("credentials", {"type": "Linux"}, [["password"], ["private_key"]], {"password": "p"}),
    ("credentials", {"type": "ManagedService"}, [], {}),
    ("cloudcredentials", {"type": "AzureStorage"}, [["shared_key"]], {"shared_key": "s"}),
    ("cloudcredentials", {"type": "Amazon"}, [["secret_key"]], {"secret_key": "s"}),
    ("cloudcredentials", {"type": "Google"}, [["secret_key"]], {"secret_key": "s"}),
    (
        "cloudcredentials",
        {"type": "AzureCompute", **SUBSCRIPTION},
        [["application_secret"], ["certificate", "certificate_password"]],
        {"application_secret": "s"},
    ),
    (
        "cloudcredentials",
        {"type": "AzureCompute", **SUBSCRIPTION},
        [["application_secret"], ["certificate", "certificate_password"]],
        {"certificate": "c", "certificate_password": "p"},
    ),
    ("encryptionPasswords", {}, [["password"]], {"password": "p"}),
    *((kind, {"type": "Any"}, [], {}) for kind in ("managedServers", "repositories", "proxies", "jobs")),
]


@pytest.mark.parametrize(("kind", "record", "wanted", "enough"), NEEDS)
def test_a_record_says_what_it_needs_and_one_alternative_is_enough(
    kind: str, record: dict[str, Any], wanted: list[list[str]], enough: dict[str, str]
) -> None:
    before = copy.deepcopy(record)
    assert secrets.alternatives(KINDS[kind], record) == wanted
    assert secrets.missing(KINDS[kind], record) == wanted
    filled = secrets.filled(KINDS[kind], record, enough)
    assert secrets.missing(KINDS[kind], filled) == []
    assert secrets.held(KINDS[kind], filled) == enough
    assert record == before, "the original is left alone"


@pytest.mark.parametrize(("kind", "record", "wanted", "enough"), NEEDS)
def test_what_is_filled_in_can_be_blanked_again(
    kind: str, record: dict[str, Any], wanted: list[list[str]], enough: dict[str, str]
) -> None:
    blank = secrets.blanked(KINDS[kind], secrets.filled(KINDS[kind], record, enough))
    assert secrets.held(KINDS[kind], blank) == {}
    assert secrets.blanked(KINDS[kind], blank) is blank, "nothing to do, nothing copied"


def test_a_certificate_alone_is_not_enough() -> None:
    record = secrets.filled(KINDS["cloudcredentials"], {"type": "AzureCompute"}, {"certificate": "c"})
    assert secrets.missing(KINDS["cloudcredentials"], record)


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_secret_is_none(nothing: Any) -> None:
    record = secrets.filled(KINDS["credentials"], {"type": "Standard", "password": ""}, {"password": nothing})
    assert record["password"] == "" and secrets.missing(KINDS["credentials"], record)


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ({"a": {"b": {"c": "x", "d": None}}}, ["x"]),
        ({"a": ["x", {"b": "y"}], "c": 3, "d": True, "e": ""}, ["x", "y", "3"]),
        ("x", ["x"]),
        (None, []),
    ],
)
def test_every_value_in_a_structure_is_found(given: Any, values: list[str]) -> None:
    assert list(values_in(given)) == values


def test_the_slot_of_a_secret_lists_the_alternatives_and_who_needs_it() -> None:
    estate = {
        "credentials": {
            "credentials": [
                {"type": "Linux", "username": "root", "uniqueId": "linux"},
                {"type": "ManagedService", "username": "gmsa", "uniqueId": "managed"},
            ]
        },
        "encryptionPasswords": {"encryptionPasswords": [{"hint": "Tapes", "uniqueId": "U"}]},
        "managedServers": {
            "linuxHosts": [None, {"name": "srv", "credentials": {"credentialsName": "root", "credentialsTag": "linux"}}]
        },
    }
    assert list(secrets.slots(estate)) == [
        {
            "kind": "credentials",
            "key": "linux",
            "name": "root",
            "needs_one_of": [["password"], ["private_key"]],
            "used_by": ["managedServers/srv"],
        },
        {"kind": "encryptionPasswords", "key": "U", "name": "Tapes", "needs_one_of": [["password"]], "used_by": []},
    ]


def test_an_export_that_leaks_is_blanked_and_reported() -> None:
    leaky = {"type": "Standard", "uniqueId": "a", "password": "Xp4&leak+Rw7="}
    clean = {"type": "Standard", "uniqueId": "b", "password": ""}
    collection, findings = secrets.without_secrets("credentials", {"credentials": [leaky, None, clean], "other": None})
    assert collection == {"credentials": [{**leaky, "password": ""}, None, clean], "other": None}
    assert [(finding.code, finding.key) for finding in findings] == [("secret-in-export", "a")]
    assert "leak+" not in str(findings)
