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
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.verification import verification
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.words import PLAIN, TRANSPORTS
from tooling import tree

TEMPLATE = tree.ROOT / "roles" / "vbr_report" / "templates" / "report.html.j2"
CHANGE = {"field": "isEnabled", "before": False, "after": True}
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


def test_a_terminal_has_how_many_went_in_which_way() -> None:
    assert "went: 2 by REST" in summary(reported())
    assert "to go: 1 by REST" in summary(reported())


def test_what_is_beside_a_comparison_is_said_once_and_not_contradicted() -> None:
    """A setting that the target keeps, and what is left to hands, are no fault; and they are not as they should be."""
    plan = [
        {**item("configurationBackup", "configurationBackup", "drift", "rest"), "diff": [CHANGE]},
        item("jobs", "Lab agents", "blocked", "rest", "needs protectionGroups 'Labs', which no call creates"),
        item("jobs", "Nightly", "keep", "rest"),
    ]
    finding = {"code": "needs-by-hand", "severity": "warning", "kind": "jobs", "key": "Lab agents"}
    imported = {"plan": plan, "findings": [{**finding, "message": "m", "remedy": "r"}]}
    steps = {"import": imported, "verify": verification(imported)}
    report = migration_report({"pair": "demo", "for_show": False, "times": {}, "steps": steps})
    lines = summary(report)
    said = ", but for 1 setting of which the target keeps its own and 1 object left out until something is done by hand"
    assert f"verified: 1 objects, all as they should be{said}" in lines
    assert not any(line.startswith(("differs", "blocked")) for line in lines)
    assert sum("configurationBackup'" in line for line in lines) == 1
    assert said in migration_page(report, TEMPLATE.read_text(encoding="utf-8"))
    drifted = {"pair": "demo", "name": "drift", "for_show": False, "times": {}, "steps": {"verify": steps["verify"]}}
    assert migration_report(drifted)["outcome"] == "alike"
    assert migration_report(drifted)["next"].startswith("Nothing has drifted. What is shown besides")


def test_what_an_earlier_run_noticed_is_counted() -> None:
    noticed = {"severity": "warning", "code": "c", "kind": "jobs", "key": "a", "message": "m.", "remedy": "Do it."}
    first = {"pair": "demo", "for_show": False, "times": {}, "steps": {"import": {"plan": [], "findings": [noticed]}}}
    earlier = migration_report(first)
    assert "warning: jobs 'a': m. Do it." in summary(earlier)
    later = migration_report({**first, "steps": {"cutover": {"counts": {}}}}, earlier)
    assert "noticed so far: 1 warning; see the report" in summary(later)
    assert not any(line.startswith("warning") for line in summary(later))
    page = migration_page(later, TEMPLATE.read_text(encoding="utf-8"))
    assert "What was noticed by an earlier run: 1 warning" in page


def test_what_was_noticed_is_one_number_in_every_run() -> None:
    """Whichever run notices some of it anew, and whether a preflight says it object by object or at once."""
    one = {"severity": "warning", "code": "c", "kind": "jobs", "message": "m.", "remedy": "Do it."}
    several = {**one, "code": "d", "key": "", "count": 3, "objects": {"jobs": ["x", "y", "z"]}}
    judged = {"findings": [{**one, "key": "a"}, {**one, "key": "b", "severity": "info"}, several]}
    waits = {**one, "severity": "info", "code": "waits-for-cutover", "key": "w"}
    imported = {"plan": [], "findings": [{**one, "key": "a"}, waits]}
    run: dict[str, Any] = {"pair": "demo", "for_show": False, "times": {}}
    report: dict[str, Any] = {}
    said = "4 warnings, 2 remarks"
    template = TEMPLATE.read_text(encoding="utf-8")
    for steps in ({"preflight": judged, "import": imported}, {"cutover": {"counts": {}}}, {"import": imported}, {}):
        report = migration_report({**run, "steps": steps}, report or None)
        assert f": {said}</h2>" in migration_page(report, template)
        assert "preflight" in steps or f"noticed so far: {said}; see the report" in summary(report)


def test_what_was_noticed_of_several_objects_keeps_their_names() -> None:
    """Their number, too: a result has the first names only."""
    one = {"severity": "warning", "code": "c", "kind": "jobs", "key": "", "remedy": "Do it."}
    several = {**one, "message": "it is old.", "count": 23, "objects": {"jobs": ["a", "b"], "proxies": ["p"]}}
    alone = {**one, "code": "d", "key": "x", "message": "m.", "count": 1, "objects": {"jobs": ["x"]}}
    steps = {"preflight": {"findings": [alone, several]}}
    lines = summary(migration_report({"pair": "demo", "for_show": False, "times": {}, "steps": steps}))
    assert [line for line in lines if line.startswith("warning")] == [
        "warning: jobs 'a', 'b'; proxies 'p' and 20 more: it is old. Do it.",
        "warning: jobs 'x': m. Do it.",
    ]
