# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every request of the VCSA modules, and every answer they accept, is as the vendor documents it for the style."""

from __future__ import annotations

from typing import Any

import pytest

from contract.fixtures import vcsa_contract
from contract.vcsa import RELEASES, VcsaContract, VcsaObserver
from simulator.testing import Server
from support.tasks import drive
from support.vcsa import INFO, JOB, ORDER, PLACE, SCHEDULE, SECRETS, STYLES, back_up, vcenter

__all__ = ["vcsa_contract"]

EVERYTHING = ["summary", "parts", "jobs", "schedules", "archives"]
WHOLE: dict[str, Any] = {"retention": 3, "recurrence": {"minute": 5, "hour": 2}, "parts": ["seat"], "enabled": True}
# How many operations both styles have; each is sent at least once.
OPERATIONS = 19


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("style", STYLES)
def test_every_request_and_answer_fits_the_contract(vcsa_contract: VcsaContract, style: str, release: str) -> None:
    observer = VcsaObserver(vcsa_contract, release=release)
    with vcenter("polls", release=release) as (server, _clock):
        server.app.observers.append(observer)
        do_everything(server, style)
        asked = {(entry["method"], entry["path"], str(entry["query"])) for entry in server.journal.entries}
    assert observer.violations == []
    assert observer.judged >= len(asked) >= OPERATIONS


def do_everything(server: Server, style: str) -> None:
    speaking = {"api_style": style}
    back_up(server, comment="pre patch", fast_backup=True, max_age="1h", **speaking)
    back_up(server, max_age="1h", **speaking)
    back_up(server, validate_only=True, **speaking)
    results = [drive(SCHEDULE, server, **ORDER, **WHOLE, **speaking)]
    results += [drive(SCHEDULE, server, retention=5, recurrence={"days": ["SUNDAY"]}, **speaking)]
    results += [drive(SCHEDULE, server, recurrence={}, **SECRETS, **speaking)]
    results += [drive(SCHEDULE, server, run=True, comment="now", **speaking)]
    narrow = {"start_timestamp": "2020-01-01T00:00:00.000Z", "comment_substring": "pre", "max_results": 3}
    results += [drive(INFO, server, gather=EVERYTHING, archive_filter=narrow, **PLACE, **speaking)]
    job_id = results[-1]["resource"]["jobs"][0]["id"]
    results += [drive(INFO, server, gather=["jobs"], job_ids=[job_id, "another"], **speaking)]
    results += [drive(SCHEDULE, server, state="absent", **speaking)]
    server.clock.change({"polls": 1000})
    back_up(server, wait=False, **speaking)
    assert drive(JOB, server, **ORDER, **speaking)["error"]["code"] == "FEATURE_IN_USE"
    results += [drive(JOB, server, state="canceled", **speaking)]
    assert not [result["msg"] for result in results if result.get("failed")]
