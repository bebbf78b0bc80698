# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proxies that jobs name: known by their hosts, whatever either server calls them or their hosts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Pair, Server, simulated_pair
from support.estates import (
    CHAIN_SECRETS,
    SOURCE,
    TARGET_NAME,
    actions,
    bundle_of,
    chain_of_four,
    codes,
    estate_of,
    exported,
    job,
    manifest,
    proxy,
    secrets_of,
)
from support.imports import imported, only, refused
from support.tasks import drive

FURTHER = "enterprise05.tech.local"
DEFAULT = "VMware Backup Proxy"
NAMED = "Backup Job 2"
SWITCHES = [
    {"proxy_names": names, "own_host": own, "other": other}
    for names in ("own", "host")
    for other in ("own", "host")
    for own in ("name", "this_server")
]


@pytest.fixture(name="servers", params=SWITCHES, ids=lambda each: "-".join(each.values()))
def switched(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """A source and a target that call their default proxies and their own hosts in all ways."""
    with simulated_pair() as pair:
        pair.source.switch(proxy_names=request.param["proxy_names"], own_host=request.param["own_host"])
        pair.target.switch(proxy_names=request.param["other"], own_host=request.param["own_host"])
        yield pair


def proxy_on(server: Server, host: str) -> str:
    """What a server calls the proxy of a host."""
    hosts = {row["id"]: row["name"] for row in listed(server, "managedServers")}
    (found,) = [row for row in listed(server, "proxies") if hosts[row["server"]["hostId"]] == host]
    return str(found["name"])


def listed(server: Server, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = drive("info", server, resource=f"/api/v1/backupInfrastructure/{name}")["resources"]
    return rows


def chosen(server: Server, name: str) -> list[str]:
    """The proxies that a job names."""
    return [each["name"] for each in only(server, "jobs", name)["storage"]["backupProxies"]["proxies"]]


def naming(*names: str) -> dict[str, Any]:
    """A job's storage that names these proxies."""
    named = [{"name": name, "type": "vmware", "uniqueId": None} for name in names]
    return {
        "backupRepository": {"name": "Default Backup Repository", "uniqueId": ""},
        "backupProxies": {"automaticSelection": False, "proxies": named},
    }


def test_a_job_keeps_the_proxies_of_its_hosts(servers: Pair, tmp_path: Path) -> None:
    used = [proxy_on(servers.source, host) for host in (SOURCE.name, FURTHER)]
    assert not drive("job", servers.source, name=NAMED, proxies=used).get("failed")
    bundle = exported(servers, tmp_path / "bundle")

    options = {"src": bundle, "secrets": secrets_of(bundle)}
    result = drive("import", servers.target, **options)
    assert not result.get("failed"), result["msg"]
    assert actions(result, "proxies") == {TARGET_NAME: "keep", FURTHER: "create"}
    assert sorted(chosen(servers.target, NAMED)) == sorted([proxy_on(servers.target, TARGET_NAME), FURTHER])

    servers.target.readonly()
    again = drive("import", servers.target, **options)
    assert again["changed"] is False, again
    assert actions(again, "proxies") == {TARGET_NAME: "keep", FURTHER: "keep"}
    assert actions(again, "jobs")[NAMED] == "keep", again["plan"]


def test_a_bundle_says_whose_a_proxy_is_that_is_called_otherwise(pair: Pair, tmp_path: Path) -> None:
    assert manifest(exported(pair, tmp_path / "own"))["proxies"] == {DEFAULT: SOURCE.name}
    pair.source.switch(proxy_names="host")
    assert manifest(exported(pair, tmp_path / "host"))["proxies"] == {}
    assert manifest(exported(pair, tmp_path / "few", kinds=["credentials"]))["proxies"] == {}


@pytest.mark.parametrize("names", ["own", "host"])
@pytest.mark.parametrize("named", [DEFAULT, SOURCE.name])
def test_a_bundle_that_does_not_say_it_means_the_default_one(
    target: Server, tmp_path: Path, names: str, named: str
) -> None:
    target.switch(proxy_names=names)
    imported(target, tmp_path, estate_of(proxies=[proxy(SOURCE.name)], jobs=[job("Nightly", storage=naming(named))]))
    assert chosen(target, "Nightly") == [proxy_on(target, TARGET_NAME)]


def test_a_specification_given_inline_means_the_default_one_too(target: Server) -> None:
    spec = estate_of(proxies=[proxy("This server")], jobs=[job("Nightly", storage=naming(DEFAULT))])
    result = drive("import", target, spec=spec, spec_version="1.2-rev1")
    assert not result.get("failed"), result["msg"]
    assert result["kept"] == {"proxies": [TARGET_NAME]}
    assert chosen(target, "Nightly") == [DEFAULT]


def test_the_users_word_on_the_source_server_is_that_on_its_proxy(target: Server, tmp_path: Path) -> None:
    estate = chain_of_four()
    estate |= estate_of(proxies=[proxy("linux01.tech.local")], jobs=[job("Nightly", storage=naming(DEFAULT))])
    mapped = {"hosts": {SOURCE.name: "linux01.tech.local"}}
    result = imported(target, tmp_path, estate, secrets=CHAIN_SECRETS, mappings=mapped)
    assert chosen(target, "Nightly") == ["linux01.tech.local"]
    assert "unused-mapping" not in codes(result)


def test_a_host_that_only_a_job_names_can_be_mapped(target: Server, tmp_path: Path) -> None:
    estate = estate_of(jobs=[job("Nightly", storage=naming("gone.tech.local"))])
    result = imported(target, tmp_path, estate, mappings={"hosts": {"gone.tech.local": TARGET_NAME}})
    assert chosen(target, "Nightly") == [DEFAULT]
    assert codes(result) == []


def test_the_name_of_a_proxy_is_no_host_that_could_be_mapped(target: Server, tmp_path: Path) -> None:
    estate = estate_of(jobs=[job("Nightly", storage=naming(DEFAULT))])
    result = imported(target, tmp_path, estate, mappings={"hosts": {DEFAULT: "elsewhere"}})
    assert codes(result) == ["unused-mapping"]


def test_a_job_whose_proxy_the_target_lacks_is_refused(target: Server, tmp_path: Path) -> None:
    assert drive("proxy", target, host=TARGET_NAME, state="absent")["changed"]
    target.journal.clear()
    estate = estate_of(proxies=[proxy(SOURCE.name)], jobs=[job("Nightly", storage=naming(DEFAULT))])
    refused(target, f"proxies '{TARGET_NAME}' is neither on the target", src=bundle_of(tmp_path / "bundle", estate))


def test_a_proxy_of_another_type_on_the_same_host_is_not_meant(target: Server, tmp_path: Path) -> None:
    document = target.snapshot()
    rows = document["rows"]["proxies"]
    one = next(iter(rows.values()))
    other = "11111111-2222-4333-8444-000000000001"
    rows[other] = {**one, "id": other, "body": {**one["body"], "type": "HvProxy", "name": DEFAULT}, "state": {}}
    target.restore(document)
    imported(target, tmp_path, estate_of(jobs=[job("Nightly", storage=naming(DEFAULT))]))
    assert chosen(target, "Nightly") == [DEFAULT]


@pytest.mark.parametrize("name", [DEFAULT, "VMware*", FURTHER])
def test_a_filter_by_the_name_of_a_proxy_is_read(pair: Pair, name: str) -> None:
    result = drive("export", pair.source, kinds=["proxies"], filters={"proxies": {"names": [name]}})
    assert result["counts"] == {"proxies": 1}
    assert codes(result) == []


def test_a_proxy_that_no_export_shows_is_there_all_the_same(target: Server, tmp_path: Path) -> None:
    path = "/automation/proxies/export$"
    target.faults.add(do="status", method="POST", path=path, status=200, body={"proxies": []})
    estate = estate_of(proxies=[proxy(SOURCE.name)], jobs=[job("Nightly", storage=naming(DEFAULT))])
    result = imported(target, tmp_path, estate)
    assert result["kept"] == {"proxies": [TARGET_NAME]}
    assert result["created"] == {"jobs": ["Nightly"]}
