# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that come in at the cutover, and whose name the target takes for that of another one, but for its case. Pure.

The target would refuse such a job when its source is at rest already: it would be off on both servers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..._core.compare import fold
from ..._core.errors import quoted
from ..._core.failures import Failed, listed
from ..migration.journal_entries import JournalJob
from ..migration.kinds import JOBS
from ..migration.listed import ListedJob
from ..migration.stage import COMING_TO_REST, ROLLED_BACK, WAITING

# Those whose source is not known to be at rest: there is something to lose yet.
NOT_AT_REST = (WAITING, COMING_TO_REST)


def taken_for_one(
    chosen: Collection[JournalJob], others: Collection[JournalJob], on_target: Collection[ListedJob]
) -> Iterator[Failed]:
    """The chosen jobs that are not on the target yet, and whose name differs by case only from that of a job which is
    there, comes with them, or is at rest for it.

    One of the others that is left awake on the source is not brought in, and in nobody's way; one that was rolled back
    only where the target has it still.
    """
    coming = [*chosen, *(job for job in others if job.phase not in (*NOT_AT_REST, ROLLED_BACK))]
    alike: dict[str, set[str]] = {}
    for name in (*(job.name for job in coming), *(job.name for job in on_target)):
        alike.setdefault(fold(name), set()).add(name)
    for job in chosen:
        twins = alike[fold(job.name)] - {job.name}
        if twins and job.phase in NOT_AT_REST:
            yield Failed(JOBS.name, job.name, _reason(twins))


def _reason(twins: Collection[str]) -> str:
    return (
        f"its name differs from {listed(sorted(map(quoted, twins)))} by case only: the target takes them for one, and "
        "would refuse it when it is at rest on the source. Give it another name (rename, vbr_import_rename in the "
        "roles) and import again, or leave it out of jobs (vbr_cutover_jobs in the role)."
    )
