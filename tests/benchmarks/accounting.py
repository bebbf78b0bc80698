# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The purpose of each request of a migration, read from the journals of both servers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from benchmarks.simulation import Request

SIGN_IN, SIGN_OUT = "/api/oauth2/token", "/api/oauth2/logout"
EXPORT = re.compile(r"/automation/[^/]+/export$")
IMPORT = re.compile(r"/automation/[^/]+/import$")
SESSION = re.compile(r"/automation/sessions/[^/]+$")
LOG = re.compile(r"/automation/sessions/[^/]+/logs$")
JOBS = re.compile(r"/api/v1/jobs$")
DISABLE = re.compile(r"/api/v1/jobs/[^/]+/disable$")

# In the order of the table; the first ones are the migration itself.
MOVING = ("sign in and out", "export", "import", "poll", "log", "list jobs", "disable")
DISCOVERY = "discovery"
BEFORE, AFTER = "look before", "look after"
# What a whole session on a server is for. Judging is the preflight, which the bare script leaves out.
EXPORT_SESSION, JUDGING, IMPORT_SESSION, VERIFICATION = "export", "preflight", "import", "verification"
SESSIONS = (EXPORT_SESSION, JUDGING, IMPORT_SESSION, VERIFICATION)
PURPOSES = (*MOVING, DISCOVERY, BEFORE, AFTER, JUDGING, VERIFICATION)

_SIMPLE = ((IMPORT, "import"), (SESSION, "poll"), (LOG, "log"), (JOBS, "list jobs"), (DISABLE, "disable"))


def sessions(requests: Iterable[Request], server: str) -> list[list[Request]]:
    """The requests to a server, split after each sign-out. Requests without sign-in belong to the next session."""
    found: list[list[Request]] = [[]]
    for request in requests:
        if request.server == server:
            found[-1].append(request)
            if request.path == SIGN_OUT:
                found.append([])
    return [session for session in found if session]


def labelled(source: list[list[Request]], target: list[list[Request]]) -> list[tuple[str, list[Request]]]:
    """Each session with what it is for: known by what is asked in it, and on the target by what came before."""
    found = [(EXPORT_SESSION if _holds(session, EXPORT) else JUDGING, session) for session in source]
    imported = False
    for session in target:
        imports = _holds(session, IMPORT)
        found.append((IMPORT_SESSION if imports else VERIFICATION if imported else JUDGING, session))
        imported = imported or imports
    return found


def _holds(session: list[Request], pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(request.path) for request in session)


def purposes(sessions: Iterable[tuple[str, list[Request]]]) -> Counter[str]:
    """How many requests have each purpose, of sessions with what each is for."""
    counts: Counter[str] = Counter()
    for label, session in sessions:
        if label == EXPORT_SESSION:
            counts.update(_of(session, "export", "export"))
        elif label == IMPORT_SESSION:
            counts.update(_of(session, BEFORE, AFTER))
        else:
            counts[label] += len(session)
    return counts


def _of(session: list[Request], before: str, after: str) -> Iterator[str]:
    """The purpose of each request; that of an export differs before and after the first import."""
    export = before
    for request in session:
        if request.path in (SIGN_IN, SIGN_OUT):
            yield "sign in and out"
        elif EXPORT.search(request.path):
            yield export
        else:
            purpose = next((name for pattern, name in _SIMPLE if pattern.search(request.path)), DISCOVERY)
            export = after if purpose == "import" else export
            yield purpose
