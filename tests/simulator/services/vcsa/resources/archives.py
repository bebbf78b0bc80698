# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""com.vmware.appliance.recovery.backup.system_name and its archives: what lies at a location."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..backups.archives import info, summary
from ..structures import ARCHIVE, ARCHIVE_FILTER, ARCHIVE_INFO, ARCHIVE_SUMMARY, LOCATION_SPEC, SYSTEM_NAME
from ..vapi.errors import error
from ..vapi.operations import SINCE_SCHEDULES, Asked, Operation, Place
from ..vapi.scalars import read_time
from ..vapi.types import STRING, Field, ListOf

if TYPE_CHECKING:
    from ....core.store import Row
    from ..server import VcsaServer

PATH = "/appliance/recovery/backup/system-name"
ARCHIVES = f"{PATH}/<system_name>/archives"
ONE = f"{ARCHIVES}/<archive>"
NAME = Field("system_name", STRING)
MOST_RESULTS = 128


def systems(server: VcsaServer, asked: Asked) -> Any:
    found = server.archives.at(asked["loc_spec"]["location"])
    if not found:
        raise _nothing(asked["loc_spec"]["location"])
    return list(dict.fromkeys(row["system_name"] for row in found))


def listed(server: VcsaServer, asked: Asked) -> Any:
    """The most recent ones that pass the filter, newest first."""
    location, wish = asked["loc_spec"]["location"], asked["filter_spec"]
    found = server.archives.at(location, asked["system_name"])
    if not found:
        raise _nothing(location)
    chosen = [row for row in reversed(found) if _passes(row, wish)]
    return [summary(row) for row in chosen[: wish["max_results"] or MOST_RESULTS]]


def get(server: VcsaServer, asked: Asked) -> Any:
    for row in server.archives.at(asked["spec"]["location"], asked["system_name"]):
        if row["archive"] == asked["archive"]:
            return info(row)
    raise _nothing(asked["archive"])


def _passes(row: Row, wish: dict[str, Any]) -> bool:
    started = read_time(row["started"])
    return (
        (wish["start_timestamp"] is None or started >= read_time(wish["start_timestamp"]))
        and (wish["end_timestamp"] is None or started <= read_time(wish["end_timestamp"]))
        and (wish["comment_substring"] or "") in row["comment"]
    )


def _nothing(what: str) -> Exception:
    return error("not_found", "archive.unknown", f"There is no backup at '{what}'.", what)


OPERATIONS = (
    Operation(
        SYSTEM_NAME,
        "list",
        systems,
        rest=Place("GET", PATH),
        api=Place("POST", PATH, "list"),
        takes=(Field("loc_spec", LOCATION_SPEC),),
        gives=ListOf(STRING),
        reads=True,
        since=SINCE_SCHEDULES,
    ),
    Operation(
        ARCHIVE,
        "list",
        listed,
        rest=Place("GET", ARCHIVES),
        api=Place("POST", ARCHIVES, "list"),
        takes=(Field("loc_spec", LOCATION_SPEC), NAME, Field("filter_spec", ARCHIVE_FILTER)),
        gives=ListOf(ARCHIVE_SUMMARY),
        reads=True,
        since=SINCE_SCHEDULES,
    ),
    Operation(
        ARCHIVE,
        "get",
        get,
        rest=Place("GET", ONE),
        api=Place("POST", ONE, "get"),
        takes=(Field("spec", LOCATION_SPEC), NAME, Field("archive", STRING)),
        gives=ARCHIVE_INFO,
        reads=True,
        since=SINCE_SCHEDULES,
    ),
)
