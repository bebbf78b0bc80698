# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proxies beyond the quartet: each is known by its host and type, and its name is the server's affair."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.quartet import ALL, BUILDS
from support.tasks import drive

OWN = "srv04.tech.local"
FURTHER = "enterprise05.tech.local"
DEFAULT = "VMware Backup Proxy"
JOB = "Backup Job 2"


@pytest.fixture(name="newest")
def of_newest_revision() -> Iterator[Server]:
    with simulated_pair(source_build=BUILDS["1.3-rev2"]) as pair:
        yield pair.source


def done(module: str, server: Server, **options: Any) -> dict[str, Any]:
    """A task that goes well."""
    result = drive(module, server, **options)
    assert not result.get("failed"), result["msg"]
    return result


@pytest.mark.parametrize("revision", ALL)
@pytest.mark.parametrize("own_host", ["name", "this_server"])
def test_the_default_proxy_is_read_and_given_back_without_its_name(revision: str, own_host: str) -> None:
    with simulated_pair(source_build=BUILDS[revision]) as pair:
        server = pair.source
        server.switch(own_host=own_host)
        items = done("info", server, resource="estate")["resource"]["proxies"]
        assert [item["host"] for item in items] == [OWN, FURTHER]
        assert DEFAULT not in json.dumps(items)
        assert "This server" not in json.dumps(items)
        server.readonly()
        assert done("estate", server, proxies=items)["changed"] is False
        assert done("proxy", server, **items[0])["changed"] is False


def test_the_state_of_the_default_proxy_is_that_of_its_host(newest: Server) -> None:
    path = "/api/v1/backupInfrastructure/proxies"
    disabled = done("proxy", newest, host=OWN, state="disabled")
    assert (disabled["action"], disabled["resource"]["name"]) == ("update", DEFAULT)
    assert writes(newest) == [f"POST {path}/{disabled['resource']['id']}/disable"]
    newest.journal.clear()
    assert done("proxy", newest, host=OWN, state="absent")["action"] == "delete"
    assert writes(newest) == [f"DELETE {path}/{disabled['resource']['id']}"]
    assert done("proxy", newest, host=OWN, state="absent")["changed"] is False


def test_what_is_to_be_gone_from_a_host_that_is_gone_is_gone(server: Server) -> None:
    server.readonly()
    assert done("proxy", server, host="nobody", state="absent")["changed"] is False
    assert done("estate", server, proxies=[{"host": "nobody", "state": "absent"}])["changed"] is False


def test_what_is_to_be_gone_from_one_of_two_hosts_is_not_guessed(server: Server) -> None:
    server.switch(names="exact")
    document = server.snapshot()
    rows = document["rows"]["managedServers"]
    one = next(row for row in rows.values() if row["body"]["name"] == FURTHER)
    for number, name in enumerate(("Twin01", "TWIN01")):
        twin = f"11111111-2222-4333-8444-00000000000{number}"
        rows[twin] = {**one, "id": twin, "body": {**one["body"], "name": name}}
    server.restore(document)
    server.readonly()
    result = drive("proxy", server, host="twin01", state="absent")
    assert result["failed"]
    assert "host: 2 managed server are called 'twin01'" in result["msg"]


def test_a_proxy_of_no_host_is_refused_with_what_there_is(server: Server) -> None:
    server.readonly()
    result = drive("proxy", server, host="nobody")
    assert result["failed"]
    assert "host: there is no managed server 'nobody'" in result["msg"]
    assert FURTHER in result["msg"]


def test_a_proxy_of_a_host_that_the_same_task_makes_is_made_and_named_by_its_host(server: Server) -> None:
    host = {"name": "proxy09.tech.local", "type": "WindowsHost", "credentials": "tech\\username02"}
    items = {
        "managed_servers": [host],
        "proxies": [{"host": host["name"]}],
        "jobs": [{"name": JOB, "proxies": [host["name"], DEFAULT]}],
    }
    check = done("estate", server, check=True, **items)
    made = done("estate", server, **items)
    assert made["counts"] == check["counts"] == {"create": 2, "update": 1, "delete": 0, "none": 0, "failed": 0}
    assert done("estate", server, **items)["changed"] is False
    gone = {"managed_servers": [{**host, "state": "absent"}], "proxies": [{"host": host["name"], "state": "absent"}]}
    done("job", server, name=JOB, proxies=[])
    assert done("estate", server, **gone)["counts"]["delete"] == 2


@pytest.mark.parametrize("names", ["own", "host"])
def test_a_job_names_a_proxy_by_its_name_or_by_its_host(server: Server, names: str) -> None:
    server.switch(proxy_names=names)
    done("job", server, name=JOB, proxies=[OWN])
    server.readonly()
    assert done("job", server, name=JOB, proxies=[DEFAULT if names == "own" else OWN])["changed"] is False
    (read,) = done("info", server, resource="estate", query=f"jobs[?name=='{JOB}'].proxies[]")["resource"]
    assert read == (DEFAULT if names == "own" else OWN)


def test_a_job_does_not_mean_the_proxy_for_hyper_v_of_that_host(newest: Server) -> None:
    document = newest.snapshot()
    rows = document["rows"]["proxies"]
    (there,) = [row for row in rows.values() if row["body"]["server"]["hostName"] == FURTHER]
    # It comes before the other one.
    other = {**there, "id": "00000000-2222-4333-8444-000000000001", "body": {**there["body"], "type": "HvProxy"}}
    document["rows"]["proxies"] = {other["id"]: other, **rows}
    newest.restore(document)
    done("job", newest, name=JOB, proxies=[FURTHER])
    newest.readonly()
    assert done("job", newest, name=JOB, proxies=[FURTHER])["changed"] is False
    assert done("proxy", newest, host=FURTHER)["resource"]["id"] == there["id"]
    read = done("info", newest, resource="estate")["resource"]["proxies"]
    assert {("HvProxy", FURTHER), ("ViProxy", FURTHER)} <= {(each["type"], each["host"]) for each in read}
