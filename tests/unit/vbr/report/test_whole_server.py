# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says of a whole server: how each object goes there, what was updated, what is left to do by hand."""

from __future__ import annotations

from typing import Any

from ansible_collections.backupfleet.rest.plugins.filter.migration_page import migration_page
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.plan import AUTOMATION, HAND, MAPPED, REST
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.document import migration_report
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.summary import summary
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.words import PLAIN, TRANSPORTS
from tooling import tree

TEMPLATE = tree.ROOT / "roles" / "vbr_report" / "templates" / "report.html.j2"
BY_HAND = "no call creates one: create it on the target by hand"


def item(kind: str, key: str, action: str, transport: str, reason: str = "") -> dict[str, Any]:
    return {"kind": kind, "key": key, "action": action, "transport": transport, "reason": reason, "diff": []}


def reported() -> dict[str, Any]:
    plan = [
        item("kmsServers", "kms01", "create", "rest"),
        item("generalOptions", "generalOptions", "update", "rest"),
        item("trafficRules", "trafficRules", "update", "rest"),
        item("wanAccelerators", "wan01", "skip", "by hand", BY_HAND),
        item("roles", "Operator", "skip", "mapped", "the target has one of this name"),
    ]
    done = {"created": {"kmsServers": ["kms01"]}, "updated": {"generalOptions": ["generalOptions"]}}
    steps = {"import": {"changed": True, "plan": plan, **done}}
    return migration_report({"pair": "demo", "for_show": False, "times": {}, "steps": steps})


def test_what_became_of_each() -> None:
    report = reported()
    outcomes = {row["key"]: (row["outcome"], row["transport"]) for row in report["objects"]}
    assert outcomes == {
        "kms01": ("created", "rest"),
        "generalOptions": ("updated", "rest"),
        "trafficRules": ("planned", "rest"),
        "wan01": ("by_hand", "by hand"),
        "Operator": ("skipped", "mapped"),
    }
    assert report["totals"]["updated"] == report["totals"]["by_hand"] == 1


def test_a_page_has_what_is_left_to_do_by_hand() -> None:
    page = migration_page(reported(), TEMPLATE.read_text(encoding="utf-8"))
    assert 'data-group="by_hand" open' in page and "No call moves these" in page and BY_HAND in page
    assert "key management servers" in page and 'data-transport="rest">REST' in page


def test_a_terminal_has_it_too() -> None:
    assert f"by hand: wanAccelerators 'wan01': {BY_HAND}" in summary(reported())


def test_an_earlier_report_that_counted_less_is_gone_on_with() -> None:
    earlier = {**reported(), "totals": {"created": 1}, "kinds": {"jobs": {"created": 1}}}
    report = migration_report({"pair": "demo", "for_show": False, "times": {}, "steps": {}}, earlier)
    assert report["totals"]["by_hand"] == report["kinds"]["jobs"]["updated"] == 0
    assert migration_page(report, TEMPLATE.read_text(encoding="utf-8"))


def test_every_kind_and_transport_has_words() -> None:
    as_they_are = {"repositories", "proxies", "jobs", "roles", "users"}
    assert {*PLAIN} | as_they_are == {*KINDS}
    assert {*TRANSPORTS} == {AUTOMATION, REST, MAPPED, HAND}
