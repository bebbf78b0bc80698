# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What servers call the proxy that each has from the beginning, and the host that it stands on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.vbr_caller import VbrCaller

Modern = Callable[[str], VbrCaller]
INFRA = "/backupInfrastructure"


def job_of(caller: VbrCaller) -> dict[str, Any]:
    return dict(caller.get("/jobs")["data"][0])


@pytest.mark.parametrize("revision", ["1.1-rev0", "1.2-rev1", "1.3-rev2"])
def test_the_default_proxy_may_have_a_name_of_its_own(modern: Modern, revision: str) -> None:
    caller = modern(revision)
    caller.server.switch(proxy_names="host")
    path = f"{INFRA}/proxies"
    before = {proxy["id"]: proxy for proxy in caller.get(path)["data"]}
    exported = caller.export("proxies")
    caller.server.switch(proxy_names="own")
    found = {proxy["id"]: proxy for proxy in caller.get(path)["data"]}
    changed = [row_id for row_id in found if found[row_id] != before[row_id]]
    assert [found[row_id]["name"] for row_id in changed] == ["VMware Backup Proxy"]
    assert found[changed[0]] | {"name": ""} == before[changed[0]] | {"name": ""}, "its host is the same"
    assert caller.export("proxies") == exported, "a collection has no names of proxies"
    job = job_of(caller)
    job["storage"]["backupProxies"]["proxyIds"] = [changed[0]]
    assert caller("PUT", f"/jobs/{job['id']}", json=job).status_code == 200
    assert [each["name"] for each in _proxies_of_export(caller)] == ["VMware Backup Proxy"]
    assert caller("PUT", f"{path}/{changed[0]}", json=found[changed[0]]).status_code == 201
    caller.server.switch(proxy_names="host")
    assert {proxy["id"]: proxy for proxy in caller.get(path)["data"]} == before
    assert [each["name"] for each in _proxies_of_export(caller)] == [before[changed[0]]["name"]]


@pytest.mark.parametrize("revision", ["1.2-rev1", "1.3-rev2"])
def test_proxies_may_show_their_servers_own_host_as_this_server(modern: Modern, revision: str) -> None:
    caller = modern(revision)
    own, *others = [proxy["server"]["hostName"] for proxy in caller.export("proxies")["proxies"]]
    ids = [proxy["server"]["hostId"] for proxy in caller.get(f"{INFRA}/proxies")["data"]]
    caller.server.switch(own_host="this_server")
    exported = caller.export("proxies")
    assert [proxy["server"]["hostName"] for proxy in exported["proxies"]] == ["This server", *others]
    found = caller.get(f"{INFRA}/proxies")["data"]
    assert [proxy["server"]["hostId"] for proxy in found] == ids
    if revision == "1.3-rev2":
        states = caller.get(f"{INFRA}/proxies/states")["data"]
        for shown in ([proxy["server"] for proxy in found], states):
            assert [each["hostName"] for each in shown] == ["This server", *others]
    assert caller("DELETE", f"{INFRA}/proxies/{found[0]['id']}").status_code == 204
    caller.import_("proxies", {"proxies": exported["proxies"][:1]})
    caller.server.switch(own_host="name")
    assert sorted(proxy["server"]["hostName"] for proxy in caller.export("proxies")["proxies"]) == sorted(
        [own, *others]
    )


def _proxies_of_export(caller: VbrCaller) -> Any:
    return caller.export("jobs")["jobs"][0]["storage"]["backupProxies"]["proxies"]
