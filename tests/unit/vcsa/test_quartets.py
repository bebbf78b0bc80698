# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules of a vCenter from creation to deletion, in both styles: check, change, check again, again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from support.quartet import Row, quartet, secrets
from support.tasks import TASKS
from support.vcsa import LOCATION, SECRETS, STYLES, left_open, vcenter

ACCOUNT = {"location_user": "vcenter", **SECRETS}
WEEKDAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"]
ROWS = [
    Row(
        "vcsa_backup_schedule",
        "as the appliance's own interface has it",
        steps={
            "create": {"location": LOCATION, "retention": 3, "recurrence": {"minute": 59, "hour": 23}, **ACCOUNT},
            "update retention": {"retention": 7},
            "update recurrence": {"recurrence": {"days": WEEKDAYS}},
            "update to every day": {"recurrence": {"hour": 1, "days": []}},
            "update to fewer parts": {"parts": []},
            "update parts": {"parts": ["seat"]},
            "update to off": {"enabled": False},
            "update to fast": {"fast_backup": True, "enabled": True},
            "update location": {"location": "smb://backup.tech.local/vcenter"},
            "update user": {"location_user": "another"},
            "recreate without retention": {"retention": 0, **SECRETS},
            "recreate without recurrence": {"recurrence": {}, **SECRETS},
            "recreate without account": {"location_user": "", "backup_password": SECRETS["backup_password"]},
            "delete": {"state": "absent"},
        },
        revisions=("8.0.2", "9.1.1"),
    ),
    Row(
        "vcsa_backup_schedule",
        "with nothing but a location",
        common={"name": "by hand: 1 % ä?#"},
        steps={
            "create": {"location": LOCATION},
            "update user": {"location_user": "vcenter"},
            "recreate without user": {"location_user": "", "backup_password": ""},
            "update recurrence": {"recurrence": {"minute": 0, "hour": 0, "days": ["SUNDAY"]}},
            "delete": {"state": "absent"},
        },
        revisions=("6.7.0", "7.0.3", "8.0.3"),
    ),
]
WITHOUT_API = ("6.7.0",)
CASES = [
    (row, release, style)
    for row in ROWS
    for release in row.revisions
    for style in STYLES
    if style == "rest" or release not in WITHOUT_API
]


@pytest.mark.parametrize("parts", ["complete", "given"])
@pytest.mark.parametrize(("row", "release", "style"), CASES, ids=str)
def test_quartet(row: Row, release: str, style: str, parts: str) -> None:
    with vcenter(release=release, styles=style, schedule_parts=parts) as (server, _clock):
        for step, options in row.steps.items():
            results = quartet(row, server, step, {**row.common, **options})
            assert not [secret for secret in given_secrets(row, options) if secret in results]
        assert left_open(server) == 0


def given_secrets(row: Row, options: Mapping[str, Any]) -> list[str]:
    return [secret for secret in secrets(TASKS[row.module].options, options) if secret]
