# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's examples of each type of job as objects of a source: what is sent to create them is as documented.

Ids become links and ids again; nothing else may be wrong with the body than what is wrong with the example itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration import links
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.bodies import new_body
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kind import link
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import JOBS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.stage import asleep, runs_by_itself

from . import Contract
from .test_rest_examples import REVISIONS, jobs

OTHER_ID = "0b5b6c7d-1f3e-4a5b-9c8d-7e6f5a4b3c2d"
# What the examples have of another server, besides links: it is looked up again.
LOOKED_UP = {"HyperV": {"objectId": "1"}, "Agent": {"id": OTHER_ID}}
# These start when the job has run that they copy.
WITHOUT_SWITCH = {"FileBackupCopy", "EntraIDTenantBackupCopy"}


def request(contract: Contract, revision: str, body: dict[str, Any]) -> set[str]:
    """What is wrong with a new job, without the values that are shown of it."""
    found = contract.check("POST", "/api/v1/jobs", {}, body, 201, None, revision)
    return {each for each in found if "came without its JSON body" not in each}


def moved(example: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The body of a new job like this one, and the names of the kinds that it links."""
    kinds: list[str] = []

    def to_link(of: links.Kinds, object_id: str) -> dict[str, Any]:
        kinds.append(of[0])
        return link(of[0], object_id)

    record = links.with_links({**example, "id": OTHER_ID, "isDisabled": True}, to_link)
    record.pop("id")
    body: dict[str, Any] = links.with_ids(new_body(JOBS.name, asleep(record)), lambda meant: str(meant["name"]))
    for found in links.inventory_in(body):
        found.update(LOOKED_UP.get(found["platform"], {}))
    return body, kinds


def left(value: Any) -> Iterator[str]:
    """The marks of links in a body."""
    if isinstance(value, dict):
        yield from (key for key in value if key == "refersTo")
        for each in value.values():
            yield from left(each)
    elif isinstance(value, list):
        for each in value:
            yield from left(each)


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_creates_a_job_like_an_example_is_as_documented(contract: Contract, revision: str) -> None:
    wrong, types = {}, set()
    for example in jobs(contract.document(revision)):
        body, kinds = moved(example)
        types.add(example["type"])
        assert not list(left(body)) and kinds
        assert example["type"] in WITHOUT_SWITCH or not runs_by_itself(body) or "mode" in body
        new = request(contract, revision, body) - request(contract, revision, example)
        if new:
            wrong[f"{example['type']} {example['name']}"] = new
    assert wrong == {}
    creatable = JOBS.rest.types_in(revision) if JOBS.rest else set()
    # Not all types have an example before the last revision.
    assert types - {"VSphereBackup"} <= creatable
    assert revision != REVISIONS[-1] or types >= creatable
