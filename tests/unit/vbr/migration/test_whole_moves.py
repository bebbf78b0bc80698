# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mixed server of some 250 objects goes over as a whole and comes back: both are equal but for what the plan says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import KINDS, SETTINGS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.revisions import rank
from simulator.seeds import headquarters
from simulator.testing import Server, estate, simulated_pair
from support.estates import writes
from support.headquarters import Move, Result, differences, enabled, guard, rows
from support.reports import report, run
from support.tasks import drive

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

BUILDS = (
    ("12.3.1.1139", "13.0.1.180"),
    ("13.0.1.180", "13.1.0.411"),
    ("12.3.1.1139", "12.3.1.1139"),
    ("13.1.0.411", "13.1.0.411"),
)
# It is searched by POST.
ASKED = " /api/v1/inventory/"
PATHS = {
    kind.name: kind.rest.path.removeprefix("/api/v1/")
    for kind in KINDS.values()
    if kind.rest and not kind.rest.always_there and not kind.rest.shown_in
}
# A server is itself one of its hosts, which needs no moving.
ITSELF = Counter({"managedServers": 1, "mountServers": 1})
# What only a server says of its objects, what is hidden, and which of both runs the jobs (`schedule` of one that has
# none), by kind.
OF_ONE_SERVER = {
    "repositories": {"repository.makeRecentBackupsImmutableDays", "repository.useImmutableBackups"},
    "managedServers": {"sshSettings.managementPort"},
    "entraTenants": {"creationMode"},
    "kmsServers": {f"{side}Certificate.{name}" for side in ("client", "server") for name in ("formatType", "password")},
    "jobs": {"schedule", "computers.parentObjectId", "virtualMachines.includes.urn"},
    "protectionGroups": {"computers.singleUseCredentials.password", "activeDirectory.objects.id"},
}


@dataclass
class Moved:
    """What was seen on the way there and back."""

    source: str
    revision: str
    listed: dict[str, list[dict[str, Any]]]
    plan: list[dict[str, Any]]
    states: dict[str, dict[str, bool]] = field(default_factory=dict)
    repeated: dict[str, tuple[Result, list[str]]] = field(default_factory=dict)
    different: dict[str, set[str]] = field(default_factory=dict)
    # By kind, what each of the two shows.
    settings: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    reported: dict[str, Any] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)


def again(move: Move, step: Callable[[], Result]) -> tuple[Result, list[str]]:
    """A step that has nothing more to do: its result, and the writes it sent."""
    for server in move.pair.servers:
        server.app.journal.clear()
    result = step()
    sent = [each for server in move.pair.servers for each in writes(server)]
    return result, [each for each in sent if ASKED not in each]


def settings(server: Server, revision: str) -> dict[str, dict[str, Any]]:
    """What a server shows of its settings in a revision."""
    served = {kind.name: kind.rest.path for kind in SETTINGS if kind.rest and kind.served_in(revision)}
    return {name: drive("rest", server, path=path, api_version=revision)["resource"] for name, path in served.items()}


def set_apart(server: Server) -> None:
    """Give a server a setting that no other one has."""
    path = "/api/v1/trafficRules"
    body = {**drive("rest", server, path=path)["resource"], "uploadStreamsCount": 7}
    drive("rest", server, path=path, method="PUT", body=body)


def shown(server: Server, revision: str) -> dict[str, list[dict[str, Any]]]:
    """What each list of a server shows in a revision, and the jobs of which only the states are listed."""
    found = {kind: rows(server, PATHS[kind]) for kind in PATHS if rank(KINDS[kind].since) <= rank(revision)}
    names = {row["name"] for row in found["jobs"]}
    states = rows(server, "jobs/states") if rank(revision) >= rank("1.3-rev0") else []
    return {**found, "jobs": [*found["jobs"], *(row for row in states if row["name"] not in names)]}


@pytest.fixture(scope="module", params=BUILDS, ids=lambda builds: f"{builds[0][:4]}-{builds[1][:4]}")
def moved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    source, target = request.param
    with simulated_pair(source_build=source, target_build=target, source_seed=headquarters.document()) as pair:
        if source >= "13.1":
            guard(pair.source)
        set_apart(pair.source)
        # Some of what a server has is made up when it is first shown.
        before = shown(pair.target, "1.2-rev1") and estate(pair.target)
        move = Move(pair, tmp_path_factory.mktemp("whole") / "bundle")
        revision = move.export()["api_version"]
        imported = move.brought_in()
        found = Moved(source, revision, shown(pair.source, revision), imported["plan"])
        found.reported = report(run(pair, import_=imported))
        found.states["source before"] = enabled(pair.source)
        found.repeated["import"] = again(move, move.brought_in)
        move.hand_over()
        move.brought_in(phase="cutover")
        move.hand_over()
        found.repeated["late import"] = again(move, lambda: move.brought_in(phase="cutover"))
        found.repeated["cutover"] = again(move, move.hand_over)
        found.states |= {"source": enabled(pair.source), "target": enabled(pair.target)}
        found.different = differences(pair.source, pair.target)
        both = [settings(server, revision) for server in pair.servers]
        found.settings = {kind: [each[kind] for each in both] for kind in both[0]}
        move.hand_over("rolled_back", remove=True)
        found.repeated["rollback"] = again(move, lambda: move.hand_over("rolled_back", remove=True))
        found.states["source after"] = enabled(pair.source)
        after = estate(pair.target)
        found.left = {kind: [one for one in after[kind] if one not in before[kind]] for kind in after}
        found.left |= {f"no {kind}": [one for one in before[kind] if one not in after[kind]] for kind in after}
        yield found


def test_every_object_that_the_source_lists_is_a_line_of_the_plan(
    moved: Moved, record_property: Callable[[str, object], None]
) -> None:
    planned = Counter(row["kind"] for row in moved.plan)
    record_property("lines", dict(Counter(f"{row['transport']} {row['action']}" for row in moved.plan)))
    there = {kind for kind in PATHS if rank(KINDS[kind].since) <= rank(moved.revision)}
    # What no list of this revision shows and something else refers to is a line, too.
    unlisted = Counter(row["kind"] for row in moved.plan if "does not list it" in row["reason"])
    lines = {kind: planned[kind] - unlisted[kind] for kind in there}
    assert lines == {kind: len(moved.listed[kind]) - ITSELF[kind] for kind in there}
    assert len({(row["kind"], row["key"]) for row in moved.plan}) == len(moved.plan)


def test_every_line_of_the_plan_is_in_the_report(moved: Moved) -> None:
    listed = {(row["kind"], row["key"]): row["transport"] for row in moved.reported["objects"]}
    assert listed == {(row["kind"], row["key"]): row["transport"] for row in moved.plan}


def test_the_settings_are_equal_but_for_what_the_plan_says(moved: Moved) -> None:
    said = {row["kind"]: {change["field"] for change in row["diff"]} for row in moved.plan}
    assert "uploadStreamsCount" in said["trafficRules"]
    other = {kind for kind, (here, there) in moved.settings.items() if here != there}
    assert other and not {kind for kind in other if not said[kind]}
    assert {*moved.settings} <= {*said}


def test_nothing_is_blocked_without_a_reason_that_names_what_to_do(moved: Moved) -> None:
    for row in moved.plan:
        if row["action"] in ("skip", "blocked"):
            assert row["reason"], row


@pytest.mark.parametrize("step", ["import", "late import", "cutover", "rollback"])
def test_a_second_run_changes_nothing(moved: Moved, step: str) -> None:
    result, sent = moved.repeated[step]
    assert result["changed"] is False and sent == []


def test_the_servers_are_equal_but_for_what_the_plan_says(moved: Moved) -> None:
    left = {row["key"] for row in moved.plan if row["action"] in ("skip", "blocked") or row["diff"]}
    late, _sent = moved.repeated["late import"]
    stays = {row["key"]: row["reason"] for row in late["plan"] if row["key"] in late["waiting"].get(row["kind"], ())}
    # What can be seen of the jobs differs: what only a job uses that is left out is still used on the source.
    assert list(stays) == (["Kiosks"] if moved.source >= "13" else ["Cloud objects"])
    assert all("stay on the source" in reason for reason in stays.values())
    left |= set(stays)
    listed = {(kind, row.get("name")) for kind, found in moved.listed.items() for row in found}
    unsaid = {}
    for title, fields in moved.different.items():
        kind, _space, typed = title.replace("globalExclusions", "vmExclusions").partition(" ")
        _type, _space, name = typed.partition(" ")
        hidden = fields == {"only here"} and (kind, name) not in listed
        others = fields - OF_ONE_SERVER.get(kind, set())
        if others and not hidden and name not in left and kind in PATHS:
            unsaid[title] = others
    own = [title for title, fields in unsaid.items() if fields == {"only there"}]
    assert {title.partition(" ")[0] for title in own} <= {"repositories", "mountServers"} and len(own) <= 2
    assert {title: fields for title, fields in unsaid.items() if title not in own} == {}


def test_each_job_runs_on_one_of_the_two(moved: Moved) -> None:
    before, source, target = (moved.states[name] for name in ("source before", "source", "target"))
    assert {name for name, on in before.items() if on} == {name for name, on in {**source, **target}.items() if on}
    assert not [name for name, on in target.items() if on and source.get(name)]
    assert moved.states["source after"] == before


def test_after_a_rollback_that_removes_the_target_is_as_it_was(moved: Moved) -> None:
    assert {kind: found for kind, found in moved.left.items() if found} == {}


def test_the_plan_holds_no_id_of_the_source(moved: Moved) -> None:
    assert '"refersTo"' not in json.dumps([row["diff"] for row in moved.plan if row["action"] == "keep"])


def test_each_reason_is_said_once(moved: Moved) -> None:
    """Several fields of one object may need the same other one."""
    parts = [item["reason"].split("; ") for item in moved.plan]
    assert all(len(set(found)) == len(found) for found in parts)
