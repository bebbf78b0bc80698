# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences between revisions in scale-out repositories."""

from __future__ import annotations

from .infrastructure import CASE_WAVE, TAG_WAVE
from .rules import Lowered, Only, Rename, Rule

ENCRYPTION = "capacityTier.encryption"
HEALTH = "capacityTier.backupHealth"
SINCE_REV2 = (
    "archiveTier.extentCryptoKeyId",
    "archiveTier.copyPolicyEnabled",
    "archiveTier.movePolicyEnabled",
    "archiveTier.encryption",
    "capacityTier.extents[].cryptoKeyId",
)
DAYS = ("capacityTier.offloadWindow.days[].day", f"{HEALTH}.weekly.days[]", f"{HEALTH}.monthly.dayOfWeek")

SCALE_OUT: tuple[Rule, ...] = (
    Rename("uniqueId", "tag", TAG_WAVE),
    Rename("capacityTier.isEnabled", "enabled", TAG_WAVE),
    Rename(f"{ENCRYPTION}.encryptionPasswordId", "encryptionPasswordIdOrNull", TAG_WAVE),
    Rename(f"{ENCRYPTION}.encryptionPasswordUniqueId", "encryptionPasswordTag", TAG_WAVE),
    Only(f"{ENCRYPTION}.encryptionType", since=TAG_WAVE),
    Only(f"{ENCRYPTION}.kmsServerId", since=TAG_WAVE),
    Only(HEALTH, since="1.3-rev0"),
    *(Only(path, since="1.3-rev2") for path in SINCE_REV2),
    *(Lowered(path, CASE_WAVE) for path in DAYS),
)
