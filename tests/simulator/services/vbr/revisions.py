# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The revisions of the API: which ones a build serves, and which shapes stand in for unpublished ones."""

from __future__ import annotations

from functools import cache

# Revision and first build, oldest first.
FIRST_BUILDS: tuple[tuple[str, str], ...] = (
    ("1.0-rev1", "11.0.0.837"),
    ("1.0-rev2", "11.0.1.1261"),
    ("1.1-rev0", "12.0.0.1420"),
    ("1.1-rev1", "12.1.0.2131"),
    ("1.1-rev2", "12.2.0.334"),
    ("1.2-rev0", "12.3.0.310"),
    ("1.2-rev1", "12.3.1.1139"),
    ("1.3-rev0", "13.0.0.4967"),
    ("1.3-rev1", "13.0.1.180"),
    ("1.3-rev2", "13.1.0.411"),
)
# From this build on, the 1.0 revisions are refused.
CUT_OFF_BUILD = "13.0.0.0"
CUT_OFF_FAMILY = "1.0-"

SHAPES = ("1.0-rev2", "1.1-rev0", "1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2")
OLDEST, NEWEST = SHAPES[0], SHAPES[-1]
# The revision in which tag became uniqueId and other names were corrected; and in which values were capitalised.
TAG_WAVE = "1.2-rev1"
CASE_WAVE = "1.3-rev1"
# Real servers serve these; no schema of them is published. The shapes are an assumption (see the README).
STAND_INS = {"1.0-rev1": "1.0-rev2", "1.1-rev1": "1.2-rev1", "1.1-rev2": "1.2-rev1", "1.2-rev0": "1.2-rev1"}


@cache
def build_number(build: str) -> tuple[int, ...]:
    return tuple(int(part) for part in build.split("."))


@cache
def served_by(build: str) -> tuple[str, ...]:
    """The revisions that a build serves, oldest first: its own and all older ones."""
    mine = build_number(build)
    cut = mine >= build_number(CUT_OFF_BUILD)
    return tuple(
        revision
        for revision, first in FIRST_BUILDS
        if build_number(first) <= mine and not (cut and revision.startswith(CUT_OFF_FAMILY))
    )


def shape_of(revision: str) -> str:
    """The revision whose shapes a revision has: its own or, when unpublished, those of its stand-in."""
    return STAND_INS.get(revision, revision)


@cache
def before(revision: str, than: str) -> bool:
    """Whether a revision, be it published or not, is served by older builds than another."""
    known = [each for each, _build in FIRST_BUILDS]
    return known.index(revision) < known.index(than)


@cache
def older(revision: str, than: str) -> bool:
    """Whether a revision (one of SHAPES) comes before another."""
    return SHAPES.index(revision) < SHAPES.index(than)
