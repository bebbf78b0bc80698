# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for who may do what: users, roles that are not built in, and the permissions of repositories and jobs."""

from __future__ import annotations

from simulator.testing import Server
from support.quartet import RECENT, Row
from support.tasks import drive

NEWEST = RECENT[-1:]
OPERATOR, VIEWER = "Backup Operator", "Backup Viewer"
STORE, TEAM = "Main Big Repository", "Team of the archive"
SCOPE = {"workloads": [{"type": "Jobs", "jobs": [{"jobId": "Backup Job 2", "jobName": "Backup Job 2"}]}]}
NIGHT = {"name": "TECH\\night", "type": "ExternalGroup"}


def _with_a_role(server: Server) -> None:
    drive("role", server, name=TEAM, manage_backups=True)


def _with_a_user(server: Server) -> None:
    _with_a_role(server)
    drive("user", server, **NIGHT, roles=[VIEWER])


ROWS = [
    Row(
        "user",
        "life in older words",
        common=NIGHT,
        steps={
            "create": {"roles": ["Veeam Backup Operator"]},
            "update": {"roles": ["Veeam Backup Viewer"], "service_account": True},
            "delete": {"state": "absent"},
        },
        revisions=RECENT[2:3],
    ),
    Row(
        "user",
        "life",
        common=NIGHT,
        steps={
            "create": {"roles": [OPERATOR, VIEWER]},
            "update": {"roles": [VIEWER]},
            "update to a service account": {"service_account": True},
            "delete": {"state": "absent"},
        },
        revisions=NEWEST,
    ),
    Row(
        "user",
        "with a role that is not built in",
        common=NIGHT,
        steps={
            "create": {"roles": [TEAM, VIEWER]},
            "update to that role alone": {"roles": [TEAM]},
        },
        revisions=NEWEST,
        prepare=_with_a_role,
    ),
    Row(
        "role",
        "life",
        common={"name": TEAM},
        steps={
            "create": {"manage_backups": True, "entire_inventory": False, "settings": {"inventoryScope": SCOPE}},
            "update": {"all_repositories": False, "repositories": [STORE], "manage_restores": True},
            "delete": {"state": "absent"},
        },
        revisions=NEWEST,
    ),
    Row(
        "repository_permissions",
        "life",
        common={"repository": STORE},
        steps={
            "update": {"access": "AllowExplicit", "accounts": [{"name": "TECH\\tapes", "type": "ExternalUser"}]},
            "update encryption": {
                "encryption": True,
                "encryption_type": "ByUserPassword",
                "encryption_password_hint": "Long-term archive",
            },
            "update to nobody": {"access": "DenyAll", "accounts": [], "encryption": False},
        },
        revisions=NEWEST,
    ),
    Row(
        "job_permissions",
        "life",
        common={"job": "Backup Job 2"},
        steps={
            "update": {"owner": NIGHT["name"]},
            "update roles": {"access": [{"role": TEAM, "rights": ["write", "restore"]}]},
            "update rights": {"access": [{"role": each, "rights": ["restore"]} for each in (TEAM, VIEWER)]},
            "update to nobody": {"access": []},
        },
        revisions=NEWEST,
        prepare=_with_a_user,
    ),
]
