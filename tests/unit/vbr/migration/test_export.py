# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exporting: which kinds, which records, for whom; and that nothing is changed at the source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Pair, Server, simulated_pair
from support.estates import REVISION, account, codes, exported, linux_host, manifest, writes
from support.tasks import drive

ALL = ["credentials", "cloudcredentials", "encryptionPasswords", "managedServers", "repositories", "proxies", "jobs"]


def export(server: Server, **options: Any) -> dict[str, Any]:
    """Export; it has to go well."""
    result = drive("export", server, api_version=options.pop("api_version", REVISION), **options)
    assert not result.get("failed"), result["msg"]
    return result


def names(collection: dict[str, Any]) -> list[str]:
    """How people call the records of a collection."""
    rows = [row for rows in collection.values() for row in rows]
    words = ("name", "hint", "username", "account", "accessKey", "connectionName")
    return [
        next((row[word] for word in words if row.get(word)), (row.get("server") or {}).get("hostName")) for row in rows
    ]


# -- which records -----------------------------------------------------------------------------------------------------


def test_all_seven_kinds_are_exported_if_none_is_named(pair: Pair) -> None:
    result = export(pair.source)
    assert list(result["resources"]) == list(result["counts"]) == ALL


@pytest.mark.parametrize("kind", ALL)
def test_one_kind_is_exported_if_it_is_named(pair: Pair, kind: str) -> None:
    result = export(pair.source, kinds=[kind])
    assert list(result["resources"]) == [kind]
    asked = [path for path in pair.source.journal.counts if path.endswith("/export")]
    assert asked == [f"POST /api/v1/automation/{kind}/export"]


def id_of(server: Server, kind: str, name: str) -> str:
    stored = server.snapshot()["rows"][kind]
    return next(key for key, row in stored.items() if name in (row["body"].get("name"), row["body"].get("username")))


@pytest.mark.parametrize(
    ("kind", "filters", "expected"),
    [
        ("credentials", {"names": ["linux*"]}, ["linux01"]),
        ("credentials", {"types": ["Standard"]}, ["tech\\username02", "srv05\\username03"]),
        ("credentials", {"showHiddenCreds": True, "names": ["hidden"]}, ["hidden"]),
        ("credentials", {"names": ["hidden"]}, []),
        ("cloudcredentials", {"types": ["Amazon"]}, ["AKIATECHLOCALEXAMPLE"]),
        ("encryptionPasswords", {"hints": ["Long*"]}, ["Long-term archive"]),
        ("encryptionPasswords", {"tags": ["7D0C6A1B-3E84-4B6C-8B4D-9A6B2F1C0E11"]}, ["Offsite tapes 2023"]),
        ("encryptionPasswords", {"modificationTimeFrom": "2099-01-01T00:00:00+00:00"}, []),
        ("managedServers", {"types": ["ViHost"], "names": ["*02*"]}, ["vcenter02.tech.local"]),
        ("repositories", {"types": ["Nfs"]}, ["Linux NFS Backup Repository 1"]),
        ("proxies", {"names": ["enterprise05.tech.local"]}, ["enterprise05.tech.local"]),
        ("jobs", {"names": ["Backup Job 2"]}, ["Backup Job 2"]),
        ("jobs", {"names": ["backup*"], "types": ["Backup"]}, ["Backup Job 2"]),
        ("jobs", {}, ["Backup Job 2"]),
    ],
)
def test_each_filter_is_applied_by_the_server(
    pair: Pair, kind: str, filters: dict[str, Any], expected: list[str]
) -> None:
    document = pair.source.snapshot()
    document["rows"]["credentials"]["5d2b7f0e-0000-4f0c-8d5e-0f4a9c1b2d31"] = {
        **next(iter(document["rows"]["credentials"].values())),
        "id": "5d2b7f0e-0000-4f0c-8d5e-0f4a9c1b2d31",
        "body": account("hidden", "hidden"),
        "state": {"hidden": True},
    }
    pair.source.restore(document)
    result = export(pair.source, kinds=[kind], filters={kind: filters})
    assert names(result["resources"][kind]) == expected


@pytest.mark.parametrize(("kind", "name"), [("credentials", "linux01"), ("jobs", "Backup Job 2")])
def test_records_are_chosen_by_their_ids(pair: Pair, kind: str, name: str) -> None:
    result = export(pair.source, kinds=[kind], filters={kind: {"ids": [id_of(pair.source, kind, name)]}})
    assert names(result["resources"][kind]) == [name]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("credentials[?type=='Linux']", {"credentials": ["username01", "linux01"]}),
        ("*[?name=='vcenter01.tech.local'][]", {"managedServers": ["vcenter01.tech.local"]}),
        ("viHosts[1:]", {"managedServers": ["vcenter02.tech.local"]}),
        ("{viHosts: viHosts}", {"managedServers": ["vcenter01.tech.local", "vcenter02.tech.local"]}),
        ("credentials[0]", {"credentials": ["username01"]}),
        ("@", {"credentials": ["username01", "linux01", "tech\\username02", "srv05\\username03"]}),
        ("nothing", {}),
    ],
)
def test_a_query_chooses_whole_records_of_each_collection(pair: Pair, query: str, expected: dict[str, Any]) -> None:
    result = export(pair.source, query=query)
    chosen = {kind: names(collection) for kind, collection in result["resources"].items()}
    assert {kind: chosen[kind] for kind in expected} == expected
    if query not in ("@",):
        assert {kind for kind, records in chosen.items() if records} == set(expected)


def test_a_query_leaves_the_lists_of_a_collection_in_place(pair: Pair) -> None:
    result = export(pair.source, kinds=["managedServers"], query="viHosts[?port==`443`]")
    assert {name: len(rows) for name, rows in result["resources"]["managedServers"].items()} == {
        "windowsHosts": 0,
        "linuxHosts": 0,
        "viHosts": 2,
        "cloudDirectorHosts": 0,
    }


def test_a_query_for_everything_takes_records_that_are_null_too(pair: Pair) -> None:
    lonely = {**linux_host("a.tech.local", account("a")), "_state": {"singleUse": True}}
    seed = {"server": {"name": "srv04.tech.local"}, "estate": {"managedServers": {"linuxHosts": [lonely, lonely]}}}
    pair.source.seed(seed)
    for query in ("@", "linuxHosts"):
        result = export(pair.source, kinds=["managedServers"], query=query)
        assert codes(result) == ["null-record"], query


# -- secrets and remarks -----------------------------------------------------------------------------------------------


def test_a_bundle_never_holds_a_secret_even_if_the_server_sends_one(pair: Pair, tmp_path: Path) -> None:
    leaks = {
        "credentials": {
            "credentials": [
                account("one", password="Leak&1"),
                account(
                    "two",
                    linuxAdditionalSettings={"privateKey": "Leak&2", "passphrase": "Leak&3", "rootPassword": "Leak&4"},
                ),
            ]
        },
        "cloudcredentials": {
            "amazon": [{"uniqueId": "three", "type": "Amazon", "accessKey": "key", "secretKey": "Leak&5"}],
            "azureStorage": [{"uniqueId": "four", "type": "AzureStorage", "account": "a", "sharedKey": "Leak&6"}],
            "azureCompute": [
                {
                    "uniqueId": "five",
                    "type": "AzureCompute",
                    "connectionName": "c",
                    "existingAccount": {
                        "subscription": {
                            "secret": "Leak&7",
                            "certificate": {"certificate": "Leak&8", "password": "Leak&9"},
                        }
                    },
                }
            ],
        },
        "encryptionPasswords": {"encryptionPasswords": [{"uniqueId": "six", "hint": "h", "password": "Leak&10"}]},
    }
    for kind, body in leaks.items():
        pair.source.faults.add(do="status", status=200, path=f"{kind}/export$", body=body)

    result = export(pair.source, dest=str(tmp_path / "bundle"))

    written = "".join(file.read_text() for file in (tmp_path / "bundle").iterdir())
    assert "Leak" not in written + json.dumps(result)
    assert [(finding["code"], finding["key"]) for finding in result["findings"]] == [
        ("secret-in-export", key) for key in ("one", "two", "three", "four", "five", "six")
    ]


def test_the_secrets_an_import_will_ask_for_are_listed_with_who_needs_them(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle")
    slots = {slot["key"]: slot for slot in manifest(bundle)["secrets"]}
    assert slots["main-domain-credentials"] == {
        "kind": "credentials",
        "key": "main-domain-credentials",
        "name": "tech\\username02",
        "needs_one_of": [["password"]],
        "used_by": ["managedServers/vcenter01.tech.local", "managedServers/vcenter02.tech.local", "jobs/Backup Job 2"],
    }
    assert len(slots) == 10
    assert slots["linux01"]["needs_one_of"] == [["password"], ["private_key"]]


def test_records_the_server_could_not_write_down_are_reported(pair: Pair) -> None:
    lonely = {**linux_host("a.tech.local", account("a")), "_state": {"singleUse": True}}
    pair.source.seed({"server": {"name": "srv04.tech.local"}, "estate": {"managedServers": {"linuxHosts": [lonely]}}})
    result = export(pair.source)
    assert result["resources"]["managedServers"]["linuxHosts"] == [None]
    (finding,) = result["findings"]
    assert (finding["severity"], finding["code"], finding["kind"]) == ("warning", "null-record", "managedServers")
    assert "by hand" in finding["remedy"]


def test_a_kind_that_was_asked_for_and_that_the_revision_lacks_is_a_finding() -> None:
    with simulated_pair(source_build="11.0.1.1261") as pair:
        asked = drive("export", pair.source, kinds=["cloudcredentials", "credentials"])
        assert codes(asked, "warning") == ["kind-not-served"] and asked["findings"][0]["kind"] == "cloudcredentials"
        everything = drive("export", pair.source)
        assert (codes(everything), "cloudcredentials" in everything["counts"]) == ([], False)


# -- for whom ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "revision"),
    [
        ("13.1.0.411", "12.3.1.1139", "1.2-rev1"),
        ("12.3.1.1139", "13.1.0.411", "1.2-rev1"),
        ("12.2.0.334", "13.0.1.180", "1.1-rev2"),
        ("11.0.1.1261", "13.0.1.180", "1.0-rev2"),
    ],
)
def test_the_newest_revision_that_both_serve_is_used_else_the_sources_newest(
    source: str, target: str, revision: str
) -> None:
    with simulated_pair(source_build=source, target_build=target) as pair:
        result = drive("export", pair.source, for_server={"hostname": pair.target.hostname})
        assert result["api_version"] == revision
        assert not [path for path in pair.target.journal.counts if "oauth2" in path], "nobody signs in there"


def test_nothing_is_changed_on_the_source(pair: Pair, tmp_path: Path) -> None:
    before = pair.source.snapshot()
    pair.source.readonly()
    exported(pair, tmp_path / "bundle")
    assert pair.source.snapshot() == before
    assert writes(pair.source) == []
