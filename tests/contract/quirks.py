# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of the vendor's files: each entry is something that a real server was seen to do differently."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# The vendor's captured 1.0-rev2 export has two other names of properties than the vendor's schema of 1.0-rev2.
# schema -> {declared name: the other name that a server uses}
ALIASES: Mapping[str, Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "1.0-rev2": {
            "ScheduleBackupWindowModel": {"backupWindow": "WindowSetting"},
            "GuestOsCredentialsImportModel": {"creds": "credentials"},
        }
    }
)

# Up to 1.1-rev0 times of day are written for a 12-hour clock ("10:00 PM"), later for a 24-hour clock ("22:00").
TWELVE_HOUR_REVISIONS = frozenset({"1.0-rev2", "1.1-rev0"})

# A rejected token is answered with 401 and no body; a deletion (204) never has one.
BODILESS_STATUSES = frozenset({204, 401})

# Servers read these form values in any letter case; the files print them capitalised from 1.3-rev1.
CASELESS_FORM_FIELDS = frozenset({"grant_type"})

# Three further rules need no list, see `contract.schemas`:
# - null stands in any field (reported only on request with `strict_nulls`);
# - a required property that is declared nowhere (`kind` on repositories) is not required;
# - a discriminator value without a schema of its own is judged by the base schema.
