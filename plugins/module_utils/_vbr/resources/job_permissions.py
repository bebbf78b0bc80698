# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who owns a job, and who else may use it: a part of every job, with calls of its own.

Sources: facts/vbr_beyond_automation.md 1.3 (an owner is known by name, others are roles).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..._core.compare import fold
from ..._core.option import OBJECTS, REQUIRED, Option, choice
from ..resource.calls import Apart, Call
from ..resource.codecs import Ref
from ..resource.schema import KEY, Field, Resource
from .job import JOBS
from .security import A_ROLE

OWNER, ACCESS = "principal.owner.name", "principal.effectiveAccess"


def given_owner(before: Any, after: Any) -> Iterator[Call]:
    """The call that makes an account the owner; accounts are found without regard to case."""
    if fold(before) != fold(after):
        yield Call("changeOwner", {"owner": after})


def given_access(_before: Any, after: Any) -> Iterator[Call]:
    """The call that lets just these roles use the job."""
    yield Call("changeEffectiveAccess", {"effectiveAccess": after})


JOB_PERMISSIONS = Resource(
    what="permissions of a job",
    kind="job_permissions",
    order=88,
    path="/api/v1/acl/backupJob/{id}",
    part_of=JOBS,
    since="1.3-rev2",
    replaced=False,
    # The owner comes last: who gives a job away may not set anything of it any more.
    apart={ACCESS: Apart(given_access), OWNER: Apart(given_owner)},
    fields={
        # They have the id of their job here, and no other.
        "job": Field(REQUIRED, at="id", role=KEY, codec=Ref(JOBS, "job")),
        "owner": Field(Option(names=True), at=OWNER),
        "access": Field(
            OBJECTS,
            at=ACCESS,
            unordered=True,
            fields={
                "role": Field(REQUIRED, at="principal", codec=A_ROLE),
                "rights": Field(
                    choice("full", "write", "restore", type="list", elements="str", required=True), unordered=True
                ),
            },
        ),
    },
)
