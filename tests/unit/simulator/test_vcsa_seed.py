# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exchange that users sent us, repeated on a simulated vCenter (seed 003)."""

from __future__ import annotations

from simulator.testing import simulated
from support.vcsa_caller import VcsaCaller

PIECE = {
    "backup_password": "Abcdef1!",
    "parts": ["common", "seat"],
    "location": "sftp://10.0.0.5/backups/",
    "location_password": "Vf5#cK8+tR2%location",
    "comment": "pre-patch",
    "location_type": "SFTP",
    "location_user": "bk",
}
PATH = "/rest/appliance/recovery/backup/job"
SHOWN = {"id", "state", "messages", "progress", "start_time"}


def test_starting_a_backup() -> None:
    with simulated("vcsa", clock="polls") as server:
        caller = VcsaCaller(server, "rest")
        answer = caller("POST", PATH, json={"piece": PIECE})
        assert answer.status_code == 200
        assert set(answer.json()) == {"value"}
        job = answer.json()["value"]
        assert job == {**job, "state": "INPROGRESS", "messages": [], "progress": 0}
        assert set(job) == SHOWN
        server.service.settle()
        ended = caller("GET", f"{PATH}/{job['id']}").json()["value"]
        assert set(ended) == SHOWN | {"end_time"}
        assert (ended["state"], ended["progress"]) == ("SUCCEEDED", 100)


def test_what_it_says_when_it_failed() -> None:
    with simulated("vcsa") as server:
        server.switch(job_outcome="FAILED")
        job = VcsaCaller(server, "rest")("POST", PATH, json={"piece": PIECE}).json()["value"]
        assert job["state"] == "FAILED"
        assert [set(message) for message in job["messages"]] == [{"id", "default_message", "args"}]


def test_a_second_one_meanwhile() -> None:
    with simulated("vcsa", clock="polls", polls=9) as server:
        caller = VcsaCaller(server, "rest")
        caller("POST", PATH, json={"piece": PIECE})
        answer = caller("POST", PATH, json={"piece": PIECE})
        assert (answer.status_code, answer.json()["type"]) == (400, "com.vmware.vapi.std.errors.feature_in_use")
