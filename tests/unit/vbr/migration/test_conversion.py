# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bundle whose revision the target does not serve is converted; one that it serves moves verbatim."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract import Contract, ContractObserver
from simulator.testing import Pair, simulated_pair
from support.estates import (
    CHAIN_SECRETS,
    account,
    actions,
    bundle_of,
    chain_of_four,
    codes,
    estate_of,
    exported,
    rows,
    secrets_of,
    writes,
)
from support.tasks import drive

# Revision of the bundle, build it comes from, build of the target, revision it is imported in.
UPWARD = [
    ("1.0-rev2", "11.0.1.1261", "13.0.1.180", "1.3-rev1"),
    ("1.0-rev2", "11.0.1.1261", "13.1.0.411", "1.3-rev2"),
]
DOWNWARD = [
    ("1.1-rev0", "12.0.0.1420", "11.0.1.1261", "1.0-rev2"),
    ("1.2-rev1", "12.3.1.1139", "11.0.1.1261", "1.0-rev2"),
    ("1.2-rev1", "12.3.1.1139", "12.0.0.1420", "1.1-rev0"),
    ("1.1-rev1", "12.1.0.2131", "12.0.0.1420", "1.1-rev0"),
    ("1.3-rev0", "13.0.0.4967", "12.3.1.1139", "1.2-rev1"),
    ("1.3-rev2", "13.1.0.411", "12.3.1.1139", "1.2-rev1"),
    ("1.3-rev2", "13.1.0.411", "11.0.1.1261", "1.0-rev2"),
    ("1.3-rev2", "13.1.0.411", "13.0.1.180", "1.3-rev1"),
]
# 1.0-rev2 has no cloud credentials; the others of the seed exist in every revision.
MOVABLE = ["credentials", "encryptionPasswords", "managedServers", "repositories", "proxies", "jobs"]


@pytest.mark.parametrize(("bundled", "source", "target", "spoken"), [*UPWARD, *DOWNWARD])
def test_a_bundle_of_a_revision_the_target_does_not_serve_is_converted(
    bundled: str, source: str, target: str, spoken: str, tmp_path: Path, contract: Contract
) -> None:
    observer = ContractObserver(contract, expected=lambda exchange: exchange.path.endswith("/serverInfo"))
    with simulated_pair(source_build=source, target_build=target) as pair:
        pair.target.app.observers.append(observer)
        bundle = exported(pair, tmp_path / "bundle", for_server=None, api_version=bundled)

        options: dict[str, Any] = {"src": bundle, "kinds": MOVABLE, "secrets": secrets_of(bundle)}
        first = drive("import", pair.target, **options)
        assert not first.get("failed"), first["msg"]
        assert first["api_version"] == spoken
        assert "create" in actions(first).values()

        pair.target.readonly()
        second = drive("import", pair.target, **options)
        assert not second.get("failed"), second["msg"]
        assert (second["changed"], second["diff"]) == (False, [])
    assert observer.violations == []


def test_kinds_that_are_not_to_be_imported_need_not_fit_into_the_targets_revision(tmp_path: Path) -> None:
    with simulated_pair(target_build="11.0.1.1261") as pair:
        bundle = exported(pair, tmp_path / "bundle", for_server=None)

        refused = drive("import", pair.target, check=True, src=bundle, secrets=secrets_of(bundle))
        assert refused["failed"] and "cloudcredentials" in refused["msg"]

        chosen = drive("import", pair.target, check=True, src=bundle, secrets=secrets_of(bundle), kinds=["credentials"])
        assert not chosen.get("failed"), chosen["msg"]
        assert set(chosen["counts"]) == {"credentials"}


def test_a_kind_the_target_does_not_have_is_refused_in_an_inline_estate_too() -> None:
    key = {"type": "Amazon", "accessKey": "AKIA", "uniqueId": "key", "description": "", "secretKey": "Pw6&inline+Gt1"}
    with simulated_pair(target_build="11.0.1.1261") as pair:
        result = drive("import", pair.target, spec={"cloudcredentials": {"amazon": [key]}})

        assert result["failed"] and "Revision 1.0-rev2 has no cloudcredentials" in result["msg"]
        assert writes(pair.target) == []


def test_an_object_that_is_replaced_need_not_fit_into_the_targets_revision(tmp_path: Path) -> None:
    managed = account("group-managed", "tech\\gmsa$", type="ManagedService")
    bundle = bundle_of(tmp_path / "bundle", estate_of(credentials=[managed]), revision="1.3-rev1")
    with simulated_pair(target_build="12.3.1.1139") as pair:
        result = drive("import", pair.target, src=bundle, mappings={"credentials": {"group-managed": "another"}})

        assert not result.get("failed"), result["msg"]
        assert actions(result) == {"group-managed": "skip"}


def test_what_the_targets_revision_cannot_hold_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    managed = account("group-managed", "tech\\gmsa$", type="ManagedService")
    bundle = bundle_of(tmp_path / "bundle", estate_of(credentials=[managed]), revision="1.3-rev1")
    with simulated_pair(target_build="12.3.1.1139") as pair:
        result = drive("import", pair.target, src=bundle)

        assert result["failed"]
        assert "group-managed" in result["msg"] and "1.2-rev1" in result["msg"]
        assert writes(pair.target) == []


@pytest.mark.parametrize("odd", [{"fieldOfTomorrow": {"a": [1, {"b": None}]}, "Another": "x"}])
def test_unknown_fields_survive_untouched(pair: Pair, odd: dict[str, Any], tmp_path: Path) -> None:
    estate = chain_of_four()
    for kind, (name, list_) in {kind: next(iter(lists.items())) for kind, lists in estate.items()}.items():
        estate[kind][name] = [{**list_[0], **odd}]
    bundle = bundle_of(tmp_path / "bundle", estate)

    result = drive("import", pair.target, src=bundle, secrets=CHAIN_SECRETS)

    assert not result.get("failed"), result["msg"]
    for kind in estate:
        assert any(odd.items() <= record.items() for record in rows(pair.target, kind)), kind


def test_unknown_fields_survive_a_conversion_too(tmp_path: Path) -> None:
    odd = {"fieldOfTomorrow": {"a": [1, {"b": None}]}}
    bundle = bundle_of(tmp_path / "bundle", estate_of(credentials=[account("one", **odd)]))
    with simulated_pair(target_build="12.0.0.1420") as pair:
        result = drive("import", pair.target, src=bundle, secrets={"credentials": {"one": {"password": "Zt5&one+Xw8"}}})

        assert not result.get("failed"), result["msg"]
        assert result["api_version"] == "1.1-rev0"
        assert [record["fieldOfTomorrow"] for record in rows(pair.target, "credentials")] == [odd["fieldOfTomorrow"]]


def test_the_same_revision_moves_verbatim(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle", kinds=["credentials"])
    sent: list[Any] = []
    pair.target.app.observers.append(
        lambda exchange: sent.append(exchange.json) if exchange.path.endswith("credentials/import") else None
    )
    secrets = secrets_of(bundle)

    drive("import", pair.target, src=bundle, secrets=secrets)

    had = drive("export", pair.source, kinds=["credentials"], api_version="1.2-rev1")["resources"]["credentials"]
    for record in had["credentials"]:
        record["password"] = secrets["credentials"][record["uniqueId"]]["password"]
    assert sent == [had]


def test_a_named_revision_is_spoken_even_if_a_newer_one_is_common(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle", kinds=["credentials"])
    options = {"src": bundle, "secrets": secrets_of(bundle)}

    first = drive("import", pair.target, api_version="1.3-rev0", **options)
    second = drive("import", pair.target, api_version="1.1-rev0", **options)

    assert (first["api_version"], first["changed"], codes(first, "error")) == ("1.3-rev0", True, [])
    assert (second["api_version"], second["changed"]) == ("1.1-rev0", False)
