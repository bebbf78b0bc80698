# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets are kept only as a keyed hash: enough to tell equal from different, impossible to give away."""

from __future__ import annotations

import hashlib
import hmac

# One constant key for every run: equal secrets must compare equal between two simulators.
_KEY = b"backupfleet.rest simulator: test secrets only"


def seal(value: str) -> str:
    """The fingerprint of a secret; an empty secret has none."""
    if not value:
        return ""
    return hmac.new(_KEY, value.encode(), hashlib.sha256).hexdigest()


def matches(sealed: str, value: str) -> bool:
    return hmac.compare_digest(sealed, seal(value))
