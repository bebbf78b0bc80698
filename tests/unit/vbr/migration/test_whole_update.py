# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the target has otherwise is given what the source has: settings and objects, planned, shown, applied, idle."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.seeds import headquarters
from simulator.testing import Server, simulated_pair
from support.estates import writes
from support.headquarters import Moment, Move, moment
from support.tasks import drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILD = "13.1.0.411"
OPTIONS = "/api/v1/generalOptions"
EVENTS, MAIL, TRAFFIC = f"{OPTIONS}/eventForwarding", f"{OPTIONS}/emailSettings", "/api/v1/trafficRules"
LATENCY = f"{OPTIONS}/storageLatency"
STORES = f"{LATENCY}/datastores"
COMMUNITY, OTHER = "Cm7&orion+community%Tq3=", "Cm8&target+community%Uw4="
SERVER = {"receiver": "snmp.orion.local", "port": 162}
ADDRESSES = ("sourceIPStart", "sourceIPEnd", "targetIPStart", "targetIPEnd")


def rest(server: Server, path: str, body: Any = None, method: str = "PUT") -> dict[str, Any]:
    """What a server shows of its settings, after they were changed if there is a body."""
    if body is not None:
        result = drive("rest", server, path=path, method=method, body=body)
        assert not result.get("failed"), result["msg"]
    found: dict[str, Any] = drive("rest", server, path=path)["resource"]
    return found


def receivers(server: Server) -> list[dict[str, Any]]:
    """The receivers of events as a server keeps them; an answer hides their communities."""
    found: list[dict[str, Any]] = server.service.store.get("singletons", EVENTS.lower())["body"]["SNMPServers"]
    return found


def stores(server: Server) -> list[dict[str, Any]]:
    """The datastores of a server with limits of their own."""
    found: list[dict[str, Any]] = rest(server, LATENCY)["storageLatencyControlOptions"]["advancedOptions"]
    return found


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Moment:
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        made = Move(pair, tmp_path_factory.mktemp("settled") / "bundle")
        made.export()
        made.brought_in()
        return moment(made)


@pytest.fixture
def move(settled: Moment, tmp_path: Path) -> Iterator[Move]:
    """Everything is there; what is changed on the source from now on is what the target has otherwise."""
    with simulated_pair(source_build=BUILD, target_build=BUILD, source_seed=headquarters.document()) as pair:
        yield settled.again(pair, tmp_path)


def updated(move: Move, **other: Any) -> dict[str, Any]:
    """An export, and an import that updates: as planned, and idle when it is done again."""
    move.export()
    options = {"on_existing": "update", **other}
    planned, done = move.bring_in(check=True, **options), move.brought_in(**options)
    assert planned["changed"] == done["changed"]
    assert [row for row in planned["plan"] if row["action"] == "update"] == [
        row for row in done["plan"] if row["action"] == "update"
    ]
    again = move.brought_in(**options)
    assert again["changed"] is False and not [row for row in again["plan"] if row["action"] == "update"]
    return done


def test_a_receiver_of_snmp_gets_the_community_that_was_given(move: Move) -> None:
    source, target = move.pair.servers
    rest(source, EVENTS, {"SNMPServers": [{**SERVER, "communityString": COMMUNITY}], "syslogEventFiltering": []})
    # The general options say the same again.
    given = {**move.secrets, **{kind: {kind: {"community": OTHER}} for kind in ("eventForwarding", "generalOptions")}}
    done = updated(move, secrets=given)
    assert done["updated"]["eventForwarding"] == ["eventForwarding"]
    assert receivers(target) == [{**SERVER, "communityString": OTHER}]
    written = "".join(path.read_text(encoding="utf-8") for path in move.bundle.iterdir() if path.is_file())
    assert COMMUNITY not in written + json.dumps(done) and OTHER not in written + json.dumps(done)


def test_a_receiver_of_snmp_whose_community_nobody_gave_is_not_sent(move: Move) -> None:
    source, target = move.pair.servers
    rest(source, EVENTS, {"SNMPServers": [{**SERVER, "communityString": COMMUNITY}], "syslogEventFiltering": []})
    move.export()
    before = rest(target, EVENTS)
    result = move.bring_in(on_existing="update")
    said = result["failed_objects"]["eventForwarding"]["eventForwarding"]
    assert SERVER["receiver"] in said and "community in secrets" in said
    assert rest(target, EVENTS) == before


def test_a_receiver_of_snmp_that_the_target_has_keeps_its_community(move: Move) -> None:
    source, target = move.pair.servers
    second = {**SERVER, "port": 1162}
    syslog = {"serverName": "log.orion.local", "port": 514, "transportProtocol": "Udp", "certificateThumbprint": ""}
    there = [{**second, "communityString": COMMUNITY}, {**SERVER, "communityString": OTHER}]
    rest(target, EVENTS, {"SNMPServers": there, "syslogEventFiltering": []})
    here = {"SNMPServers": [{**SERVER, "communityString": COMMUNITY}], "syslogServer": syslog}
    rest(source, EVENTS, {**here, "syslogEventFiltering": []})
    updated(move)
    after = rest(target, EVENTS)
    assert receivers(target) == [{**SERVER, "communityString": OTHER}]
    assert after["syslogServer"]["serverName"] == syslog["serverName"]


def test_mail_by_another_service_leaves_nothing_of_the_one_before(move: Move) -> None:
    source, target = move.pair.servers
    before = rest(target, MAIL)
    gmail = {name: copy.deepcopy(before[name]) for name in ("notificationsEnabled", "emailSettings")}
    gmail |= {"mailServer": "Gmail", "appClientId": "orion.apps", "userId": "5f1a6c1e-1d0b-4c57-9a0f-00000000ab01"}
    rest(target, MAIL, {**gmail, "clientSecret": OTHER})
    rest(source, MAIL, {**before, "smtpServerName": "mail.orion.local"})
    move.export(kinds=["emailSettings"])
    move.brought_in(on_existing="update")
    assert move.brought_in(on_existing="update")["changed"] is False
    after = rest(target, MAIL)
    assert (after["mailServer"], after["smtpServerName"]) == ("SMTP", "mail.orion.local")
    assert not {"appClientId", "clientSecret", "userId"} & {name for name, value in after.items() if value}


def test_a_rule_of_traffic_keeps_the_id_that_its_server_gave(move: Move) -> None:
    source, target = move.pair.servers
    rule = {"name": "WAN", **dict.fromkeys(ADDRESSES, "10.0.0.1"), "encryptionEnabled": True}
    rest(target, TRAFFIC, {**rest(target, TRAFFIC), "trafficRules": [{**rule, "encryptionEnabled": False}]})
    (own,) = rest(target, TRAFFIC)["trafficRules"]
    rest(source, TRAFFIC, {**rest(source, TRAFFIC), "trafficRules": [{**rule, "name": "LAN"}, rule]})
    updated(move)
    lan, wan = rest(target, TRAFFIC)["trafficRules"]
    assert (lan["name"], wan["name"], wan["encryptionEnabled"], wan["id"]) == ("LAN", "WAN", True, own["id"])
    assert lan["id"] not in {each["id"] for each in rest(source, TRAFFIC)["trafficRules"]}


def test_the_latency_of_a_datastore_is_changed_once_where_the_target_has_it(move: Move) -> None:
    source, target = move.pair.servers
    updated(move)
    (here,), (own,) = stores(source), stores(target)
    rest(source, f"{STORES}/{here['id']}", {**here, "latencyLimitMs": 40})
    before = len(writes(target))
    done = updated(move)
    assert done["updated"] == {"datastoreLatencies": ["vcenter01.tech.local/datastore1"]}
    # What the setting itself is lists it, too, and is not written for it.
    sent = [each for each in writes(target)[before:] if "/inventory/" not in each]
    assert sent == [f"PUT {STORES}/{own['id']}"]
    assert stores(target) == [{**own, "latencyLimitMs": 40}]


def test_other_limits_of_all_datastores_leave_that_of_one_as_it_is(move: Move) -> None:
    source, target = move.pair.servers
    updated(move)
    (own,) = stores(target)
    setting = rest(source, LATENCY)
    setting["storageLatencyControlOptions"]["latencyLimitMs"] = 33
    rest(source, LATENCY, setting)
    done = updated(move)
    assert done["updated"] == {"storageLatency": ["storageLatency"]}
    assert rest(target, LATENCY)["storageLatencyControlOptions"]["latencyLimitMs"] == 33
    assert stores(target) == [own]
