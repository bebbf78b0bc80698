# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The round trip: what is read from a server as code changes nothing when it is given back, and is free of ids."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.kinds import KINDS
from simulator.seeds.generator import SHIPPED, estate_of
from simulator.testing import Pair, Server, simulated_pair
from support.quartet import BUILDS, RECENT
from support.tasks import drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

JOBS = 5
SECRET = "Gt5&as-code+%=#Vb8"
# The secret a new object of a type needs; None is any other type of the kind.
SECRETS: dict[str, dict[str | None, str]] = {
    "credentials": {None: "account_password"},
    "encryption_passwords": {None: "encryption_password"},
    "cloud_credentials": {
        "AzureStorage": "shared_key",
        "AzureCompute": "application_secret",
        None: "secret_key",
    },
}
# What the vCenter of the seed's job has, and what every vCenter of the simulator has.
POOLS = {"likhtarovich": "Services", "resgroup-32774": "resgroup-27"}


def read(server: Server, **options: Any) -> dict[str, Any]:
    result = drive("info", server, resource="estate", **options)
    assert not result.get("failed"), result["msg"]
    return result


def test_what_is_read_changes_nothing(server: Server) -> None:
    found = read(server)
    # As it would come out of a file of variables.
    items = json.loads(json.dumps(found["resource"]))
    assert set(items) == set(KINDS)
    server.readonly()
    for check in (True, False):
        result = drive("estate", server, check=check, **items)
        assert not result.get("failed"), result["msg"]
        assert (result["changed"], result["diff"]) == (False, [])


def test_an_id_of_zeros_is_read_as_none(server: Server) -> None:
    found = read(server)
    for accounts in (None, []):
        if accounts is not None:
            _without_guest_accounts(server)
            found = read(server)
        server.switch(zero_ids="on")
        assert read(server)["resource"] == found["resource"]
        server.readonly()
        result = drive("estate", server, **found["resource"])
        assert (result["changed"], result["diff"]) == (False, [])
        server.readonly(False)
        server.switch(zero_ids="off")


def _without_guest_accounts(server: Server) -> None:
    for row in server.service.store.rows("jobs"):
        row["body"]["guestProcessing"]["guestCredentials"] = {"creds": None, "credentialsPerMachine": []}


@pytest.fixture(name="server", params=[(build, jobs) for build in BUILDS.values() for jobs in (0, JOBS)], ids=str)
def served(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of each revision, with the estate of the seed and with a generated one."""
    build, jobs = request.param
    with simulated_pair(source_build=build, source_seed=estate_of(jobs) if jobs else None) as pair:
        yield pair.source


def test_no_id_is_read(pair: Pair) -> None:
    lists = ("credentials", "encryptionPasswords", "managedServers", "repositories", "proxies", "jobs")
    found = [drive("info", pair.source, resource=name) for name in lists]
    ids = {row["id"] for result in found for row in result["resources"]}
    text = json.dumps(read(pair.source)["resource"])
    assert not [each for each in ids if each in text]


def test_the_backup_server_itself_is_left_out(pair: Pair) -> None:
    (itself,) = read(pair.target)["left_out"]
    assert (itself["kind"], itself["name"]) == ("managed_servers", "backupserver02.tech.local")


def test_a_query_chooses(pair: Pair) -> None:
    result = read(pair.source, query="credentials[?type=='Linux'].account")
    assert result["resource"] == ["username01", "linux01"]


@pytest.mark.parametrize("revision", RECENT)
def test_what_is_read_can_be_made_elsewhere(revision: str) -> None:
    """A whole estate, out of a server and into an empty one, by names alone."""
    text = SHIPPED.read_text("utf-8")
    for there, everywhere in POOLS.items():
        text = text.replace(there, everywhere)
    seed = json.loads(text)
    with simulated_pair(source_build=BUILDS[revision], source_seed=seed) as pair:
        items = read(pair.source)["resource"]
    with simulated_pair(source_build=BUILDS[revision], source_seed=empty(seed)) as pair:
        result = drive("estate", pair.source, **with_secrets(items))
        assert not result.get("failed"), result["msg"]
        # What every server has from the beginning.
        there = [
            each["kind"]
            for each in result["resources"]
            if not KINDS[each["kind"]].always_there and each["action"] != "create"
        ]
        assert set(there) <= {"mount_servers", "users"}, there
        # Which of those made side by side the server lists first is chance.
        assert in_any_order(read(pair.source)["resource"]) == in_any_order(items)


def in_any_order(estate: dict[str, Any]) -> dict[str, Any]:
    return {
        kind: sorted(found, key=lambda each: json.dumps(each, sort_keys=True)) if isinstance(found, list) else found
        for kind, found in estate.items()
    }


def empty(seed: dict[str, Any]) -> dict[str, Any]:
    """The same server with nothing but itself."""
    hosts = seed["estate"]["managedServers"].items()
    itself = {group: [host for host in some if "backupServer" in host.get("_state", {})] for group, some in hosts}
    return {**seed, "estate": {"managedServers": itself}}


def with_secrets(items: dict[str, Any]) -> dict[str, Any]:
    """The items with what nobody can read, and with trust in the servers."""
    given: dict[str, Any] = json.loads(json.dumps(items))
    for kind, names in SECRETS.items():
        for item in given[kind]:
            item[names.get(item.get("type"), names[None])] = SECRET
    for server in given["managed_servers"]:
        server["trust"] = "first_use"
    return given


def test_an_object_whose_required_reference_means_nothing_is_left_out_by_name(server: Server) -> None:
    (row, *_others) = server.service.store.rows("jobs")
    row["body"]["storage"]["backupRepository"] = {"name": "Gone", "uniqueId": "gone"}
    found = read(server)
    (left,) = [each for each in found["left_out"] if each["kind"] == "jobs"]
    assert left["name"] == row["body"]["name"]
    assert left["reason"].startswith("repository: the server lists no backup repository")
    assert left["name"] not in [each["name"] for each in found["resource"]["jobs"]]
