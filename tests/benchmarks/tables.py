# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of a benchmark, and which aims are met; missing an aim is no failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.accounting import AFTER, BEFORE, JUDGING, PURPOSES, SESSIONS, VERIFICATION
from benchmarks.competitors import Score

MEBIBYTE = 1 << 20
MILLISECONDS = 1000
KINDS = 7
PAIR = 2
# With fewer jobs, memory depends on Ansible itself and slopes on chance.
BIG = 1000
# The aims: how much more than the bare script is allowed. It asks for seven kinds, the playbook for all of a server.
MORE_REQUESTS = 50
MORE_SLOPE = 1.7
MORE_SLOPE_UNVERIFIED = 1.2
MORE_SECONDS = 4.0
MORE_MEMORY = 2.0


@dataclass(frozen=True)
class Line:
    """The slope and the fixed part of a competitor: seconds = fixed + slope * jobs."""

    slope: float
    fixed: float


@dataclass(frozen=True)
class Round:
    """Both migrations of one size."""

    jobs: int
    bare: Score
    ours: Score

    @property
    def extra_requests(self) -> int:
        """Requests more than the bare script's, without the looks, the preflight and the verification."""
        apart = sum(self.ours.requests[name] for name in (BEFORE, AFTER, JUDGING, VERIFICATION))
        return self.ours.requests.total() - apart - self.bare.requests.total()


def _unverified(round_: Round) -> float:
    """The seconds of our migration without the session in which the target is compared with the bundle."""
    return round_.ours.measured.seconds - round_.ours.session_seconds.get(VERIFICATION, 0)


COMPETITORS: dict[str, Callable[[Round], float]] = {
    "bare": lambda round_: round_.bare.measured.seconds,
    "ours": lambda round_: round_.ours.measured.seconds,
    "unverified": _unverified,
}
PROCESSOR: dict[str, Callable[[Round], float]] = {
    "bare": lambda round_: round_.bare.measured.cpu,
    "ours": lambda round_: round_.ours.measured.cpu,
}


def report(rounds: list[Round]) -> str:
    """All tables of the rounds, smallest first."""
    parts = [_times(rounds), _requests(rounds), *([_slopes(rounds)] if len(rounds) > 1 else []), _aims(rounds)]
    return "\n\n".join(parts)


def table(rows: Iterable[list[str]]) -> str:
    """Rows as text in columns: the first to the left, all others to the right."""
    rows = list(rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _times(rounds: list[Round]) -> str:
    rows = [
        ["jobs", "", "seconds", "cpu s", "server cpu s", "memory MB", "requests", "tasks", f"{'/'.join(SESSIONS)} s"]
    ]
    for round_ in rounds:
        for name, score in (("bare", round_.bare), ("migrate.yml", round_.ours)):
            rows.append(
                [
                    str(round_.jobs),
                    name,
                    f"{score.measured.seconds:.2f}",
                    f"{score.measured.cpu:.2f}",
                    f"{score.server:.2f}",
                    f"{score.measured.peak / MEBIBYTE:.0f}",
                    str(score.requests.total()),
                    str(score.tasks or "-"),
                    " / ".join(f"{score.session_seconds.get(label, 0):.2f}" for label in SESSIONS),
                ]
            )
        rows.append(["", "ratio", *_ratios(round_)])
    return table(rows)


def _ratios(round_: Round) -> list[str]:
    bare, ours = round_.bare.measured, round_.ours.measured
    memory = f"{ours.peak / bare.peak:.2f}" if bare.peak else "-"
    return [f"{ours.seconds / bare.seconds:.2f}", f"{ours.cpu / bare.cpu:.2f}", "", memory, "", "", ""]


def _requests(rounds: list[Round]) -> str:
    rows = [["requests", *(f"{round_.jobs}: {name}" for round_ in rounds for name in ("bare", "ours", "more"))]]
    for purpose in PURPOSES:
        row = [purpose]
        for round_ in rounds:
            bare, ours = round_.bare.requests[purpose], round_.ours.requests[purpose]
            row += [str(bare), str(ours), f"{ours - bare:+}" if ours != bare else ""]
        rows.append(row)
    return table(rows)


def _slopes(rounds: list[Round]) -> str:
    rows = [["jobs", *(f"{name} ms/job" for name in COMPETITORS), "ratio", "unverified"]]
    whole = [(rounds[0], rounds[-1])] if len(rounds) > PAIR else []
    for small, large in [*pairwise(rounds), *whole]:
        slopes = [_line(small, large, seconds).slope for seconds in COMPETITORS.values()]
        row = [f"{small.jobs} to {large.jobs}", *(f"{slope * MILLISECONDS:.2f}" for slope in slopes)]
        rows.append([*row, *(f"{slope / slopes[0]:.2f}" for slope in slopes[1:])])
    bare, ours = (_line(rounds[0], rounds[-1], seconds).slope * MILLISECONDS for seconds in PROCESSOR.values())
    processor = f"bare {bare:.2f}, ours {ours:.2f} ms/job, ratio {ours / bare:.2f}"
    return "\n".join(
        [
            table(rows),
            "unverified: without comparing the target with the bundle afterwards",
            f"processor time of the client alone, which other work on this machine disturbs less: {processor}",
        ]
    )


def _line(small: Round, large: Round, seconds: Callable[[Round], float]) -> Line:
    slope = (seconds(large) - seconds(small)) / (large.jobs - small.jobs)
    return Line(slope, seconds(small) - slope * small.jobs)


def _aims(rounds: list[Round]) -> str:
    last = rounds[-1]
    looks = last.ours.requests[BEFORE], last.ours.requests[AFTER]
    met: dict[str, bool] = {
        f"requests: {last.extra_requests:+} beyond the bare script and the looks (aim: +{MORE_REQUESTS})": (
            last.extra_requests <= MORE_REQUESTS
        ),
        f"looks: {looks[0]} before and {looks[1]} after (aim: one per kind each)": max(looks) <= KINDS,
    }
    if last.bare.measured.peak and last.jobs >= BIG:
        memory = last.ours.measured.peak / last.bare.measured.peak
        met[f"memory at {last.jobs} jobs: {memory:.2f} of the bare script's (aim: {MORE_MEMORY})"] = (
            memory <= MORE_MEMORY
        )
    if len(rounds) > 1 and last.jobs >= BIG:
        bare, ours, unverified = (_line(rounds[0], last, seconds) for seconds in COMPETITORS.values())
        slope, moving, more = ours.slope / bare.slope, unverified.slope / bare.slope, ours.fixed - bare.fixed
        met[f"slope: {slope:.2f} of the bare script's (aim: {MORE_SLOPE})"] = slope <= MORE_SLOPE
        met[f"slope without the verification: {moving:.2f} (aim: {MORE_SLOPE})"] = moving <= MORE_SLOPE
        met[f"fixed cost: {more:+.2f} s beside {bare.fixed:.2f} s (aim: {MORE_SECONDS:+.0f} s)"] = more <= MORE_SECONDS
    return "\n".join(f"{'met   ' if good else 'MISSED'}  {aim}" for aim, good in met.items())
