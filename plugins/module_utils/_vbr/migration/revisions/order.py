# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a revision stands in time, and spans of revisions."""

from __future__ import annotations

from ...revisions import REVISIONS

Span = frozenset[str]


def position(revision: str) -> int:
    """Where a revision stands in time; raises ValueError for one whose shapes are unknown."""
    if revision not in REVISIONS:
        raise ValueError(f"API revision {revision!r} is not one of {', '.join(REVISIONS)}")
    return REVISIONS.index(revision)


def since(revision: str) -> Span:
    return frozenset(REVISIONS[position(revision) :])


def until(revision: str) -> Span:
    return frozenset(REVISIONS[: position(revision) + 1])


def only(*revisions: str) -> Span:
    return frozenset(REVISIONS[position(revision)] for revision in revisions)
