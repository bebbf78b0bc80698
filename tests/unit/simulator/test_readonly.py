# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read-only: every write is refused and nothing else is."""

from __future__ import annotations

from simulator.testing import Pair, estate
from support.vbr_caller import VbrCaller

REFUSED = 599


def test_writes_are_refused(pair: Pair, source: VbrCaller) -> None:
    job = source.get("/jobs")["data"][0]
    before = estate(pair.source)
    pair.source.readonly()
    writes = [
        ("POST", f"/jobs/{job['id']}/disable"),
        ("PUT", f"/jobs/{job['id']}"),
        ("DELETE", f"/jobs/{job['id']}"),
        ("POST", "/automation/jobs/import"),
        ("POST", "/somewhere"),
    ]
    assert [source(method, path, json={}).status_code for method, path in writes] == [REFUSED] * len(writes)
    assert estate(pair.source) == before
    assert source("DELETE", f"/jobs/{job['id']}").json()["errorCode"] == "UnknownError"
    pair.source.readonly(False)
    assert source("DELETE", f"/jobs/{job['id']}").status_code == 204


def test_looking_is_allowed(pair: Pair, source: VbrCaller) -> None:
    pair.source.readonly()
    caller = VbrCaller(pair.source, "1.2-rev1")
    assert caller.export("jobs")["jobs"]
    assert caller.get("/automation/sessions")["data"] == []
    assert caller("POST", "/api/oauth2/logout").status_code == 200


def test_strangers_are_still_turned_away_first(pair: Pair, source: VbrCaller) -> None:
    pair.source.readonly()
    del source.session.headers["Authorization"]
    assert source("DELETE", "/jobs/x").status_code == 401
