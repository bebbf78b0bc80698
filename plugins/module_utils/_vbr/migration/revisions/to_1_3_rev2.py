# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The step from 1.3-rev1 to 1.3-rev2: two misspelt fields and the names of some appliances are put right."""

from __future__ import annotations

from .places import ADVANCED
from .rules import Rename, Step, Values

_COMPONENTS = (("OpenSSL3v13", "OpenSSL300"),)
_REPOSITORY_TYPES = (
    ("DDBoost", "DellDataDomain"),
    ("HPStoreOnceIntegration", "HPEStoreOnce"),
    ("Quantum", "QuantumDXi"),
    ("SmartObjectS3", "S3Integrated"),
)

STEP = Step(
    "1.3-rev1",
    "1.3-rev2",
    {
        "managedServers": (
            Values("networkSettings.components[]", "componentName", _COMPONENTS),
            Values("sshSettings.components[]", "componentName", _COMPONENTS),
        ),
        "repositories": (Values("", "type", _REPOSITORY_TYPES),),
        "jobs": (
            Rename(ADVANCED, "synthenticFulls", "syntheticFulls"),
            Rename(f"{ADVANCED}.fullBackupMaintenance", "RemoveData", "removeData"),
        ),
    },
)
