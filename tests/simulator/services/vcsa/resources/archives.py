# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""com.vmware.appliance.recovery.backup.system_name and its archives: the backups at a location."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..backups.archives import info, summary
from ..structures import ARCHIVE, ARCHIVE_FILTER, ARCHIVE_INFO, ARCHIVE_SUMMARY, LOCATION_SPEC, SYSTEM_NAME
from ..vapi.errors import error
from ..vapi.operations import SINCE_SCHEDULES, Asked, Operation, RestRoute
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
        raise _unknown(asked["loc_spec"]["location"])
    return list(dict.fromkeys(row["system_name"] for row in found))


def listed(server: VcsaServer, asked: Asked) -> Any:
    """The most recent archives that pass the filter, newest first."""
    location, filters = asked["loc_spec"]["location"], asked["filter_spec"]
    found = server.archives.at(location, asked["system_name"])
    if not found:
        raise _unknown(location)
    chosen = [row for row in reversed(found) if _passes(row, filters)]
    return [summary(row) for row in chosen[: filters["max_results"] or MOST_RESULTS]]


def get(server: VcsaServer, asked: Asked) -> Any:
    for row in server.archives.at(asked["spec"]["location"], asked["system_name"]):
        if row["archive"] == asked["archive"]:
            return info(row)
    raise _unknown(asked["archive"])


def _passes(row: Row, filters: dict[str, Any]) -> bool:
    started = read_time(row["started"])
    return (
        (filters["start_timestamp"] is None or started >= read_time(filters["start_timestamp"]))
        and (filters["end_timestamp"] is None or started <= read_time(filters["end_timestamp"]))
        and (filters["comment_substring"] or "") in row["comment"]
    )


def _unknown(what: str) -> Exception:
    return error("not_found", "archive.unknown", f"There is no backup at '{what}'.", what)


OPERATIONS = (
    Operation(
        SYSTEM_NAME,
        "list",
        systems,
        rest=RestRoute("GET", PATH),
        api=RestRoute("POST", PATH, "list"),
        takes=(Field("loc_spec", LOCATION_SPEC),),
        gives=ListOf(STRING),
        reads=True,
        since=SINCE_SCHEDULES,
    ),
    Operation(
        ARCHIVE,
        "list",
        listed,
        rest=RestRoute("GET", ARCHIVES),
        api=RestRoute("POST", ARCHIVES, "list"),
        takes=(Field("loc_spec", LOCATION_SPEC), NAME, Field("filter_spec", ARCHIVE_FILTER)),
        gives=ListOf(ARCHIVE_SUMMARY),
        reads=True,
        since=SINCE_SCHEDULES,
    ),
    Operation(
        ARCHIVE,
        "get",
        get,
        rest=RestRoute("GET", ONE),
        api=RestRoute("POST", ONE, "get"),
        takes=(Field("spec", LOCATION_SPEC), NAME, Field("archive", STRING)),
        gives=ARCHIVE_INFO,
        reads=True,
        since=SINCE_SCHEDULES,
    ),
)
