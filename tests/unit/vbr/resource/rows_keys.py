# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for key management servers, domains and mount servers: kinds that lack one of the calls that others have."""

from __future__ import annotations

from support.quartet import RECENT, Row

SINCE_1_3 = RECENT[1:]
CERTIFICATE = "MIIKzQIBAzCCCpMGCSqGSIb3Qz7serverPfx"
CLIENT = "MIIKzQIBAzCCCpMGCSqGSIb3Qz8clientPfx"
NEW = {
    "server_certificate": CERTIFICATE,
    "server_certificate_format": "Pfx",
    "client_certificate": CLIENT,
    "client_certificate_format": "Pfx",
    "client_certificate_password": "Qz9&client+pfx%=#Ub3",
}
DEFAULT = {"host": "srv04.tech.local"}
FURTHER = {"host": "enterprise05.tech.local"}

ROWS = [
    Row(
        "kms_server",
        "life",
        common={"name": "keys.tech.local"},
        steps={
            "create": NEW,
            "update": {"description": "Keys of all tapes", "kms_port": 5697},
            "delete": {"state": "absent"},
        },
    ),
    Row(
        "ad_domain",
        "life",
        common={"server_name": "dc01.tech.local"},
        steps={"create": {"credentials": "linux01", "domain_port": 3268}, "delete": {"state": "absent"}},
        revisions=SINCE_1_3,
    ),
    Row(
        "mount_server",
        "of the backup server",
        common=DEFAULT,
        steps={
            "update": {"write_cache_folder": "E:\\Cache", "vpower_nfs": False},
            "update ports": {"mount_port": 1060, "vpower_nfs_port": 2050},
        },
        revisions=SINCE_1_3,
    ),
    Row(
        "mount_server",
        "of another server",
        common=FURTHER,
        steps={
            "create": {"write_cache_folder": "F:\\Cache", "vpower_nfs": True},
            "update to the default one": {"state": "default"},
        },
        revisions=SINCE_1_3,
    ),
    Row(
        "mount_server",
        "of another server, the default one at once",
        common=FURTHER,
        steps={"create": {"state": "default", "write_cache_folder": "F:\\Cache"}},
        revisions=SINCE_1_3,
    ),
]
