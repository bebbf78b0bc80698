# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Export: the objects of a kind that a filter chooses, without ids and with blank secrets."""

from __future__ import annotations

from typing import Any

from werkzeug import Response

from ....core.call import Call
from ....core.store import Row
from ..bodies import optional_object
from ..errors import json_answer
from ..kind import Body, Group, Kind, name_of
from ..kinds import CREDENTIALS, JOBS, PROXIES
from ..listing import matches_any
from ..revisions import older
from ..server import VbrServer, shape
from ..shapes.jobs import SAMPLE_SPELLING
from ..shapes.rules import places, render
from ..switches import EXACT

EXPORTED_JOB = "VSphereBackup"
Filter = dict[str, Any]


def export_objects(server: VbrServer, call: Call, kind: Kind) -> Response:
    """Answer 200 with a collection, which import takes."""
    wanted = optional_object(call)
    revision = shape(call)
    groups = {group.name: group for group in kind.moving if not older(revision, group.since)}
    collection: dict[str, list[Body | None]] = {name: [] for name in groups}
    for row in server.estate.rows(kind):
        group = groups.get(row["group"])
        if group is None or not _exported(kind, row, wanted):
            continue
        shown = _shown(server, kind, group, row, revision)
        if _chosen(kind, row, shown, wanted, server.switches.names == EXACT):
            # A real server does not keep the account of such a host, and exports null in its place.
            collection[group.name].append(None if row["state"].get("singleUse") else shown)
    return json_answer(collection)


def _exported(kind: Kind, row: Row, wanted: Filter) -> bool:
    """Whether an object may be exported: not the backup server, hidden credentials, and jobs of other types."""
    state = row["state"]
    if state.get("backupServer"):
        return False
    if kind is CREDENTIALS and state.get("hidden"):
        return bool(wanted.get("showHiddenCreds"))
    return kind is not JOBS or row["body"].get("type") == EXPORTED_JOB


def _shown(server: VbrServer, kind: Kind, group: Group, row: Row, revision: str) -> Body:
    body = render(group.rules, row["body"], revision)
    for path in group.plain:
        for container, key in list(places(body, path)):
            del container[key]
    if kind is PROXIES:
        body["server"]["hostName"] = server.estate.shown_host(body["server"]["hostName"])
    if kind is JOBS and server.switches.job_spelling == "sample":
        for rule in SAMPLE_SPELLING:
            if rule.concerns(revision):
                rule.render(body)
    return body


def _chosen(kind: Kind, row: Row, shown: Body, wanted: Filter, exact: bool) -> bool:
    body = row["body"]
    tests: dict[str, bool] = {
        "ids": not wanted.get("ids") or row["id"] in [str(one).lower() for one in wanted["ids"]],
        "types": not wanted.get("types")
        or str(shown.get("type", "")).casefold() in [str(one).casefold() for one in wanted["types"]],
        "names": matches_any(wanted.get("names"), name_of(kind, body), exact),
        "hints": matches_any(wanted.get("hints"), str(body.get("hint", "")), exact),
        "tags": matches_any(wanted.get("tags"), str(body.get("uniqueId", "")), exact),
        "modificationTimeFrom": str(row["changed"]) >= str(wanted.get("modificationTimeFrom") or ""),
    }
    return all(tests.get(name, True) for name in kind.filters)
