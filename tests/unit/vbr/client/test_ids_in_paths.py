# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An id that a server gave stays one step of a path, whatever is in it: it leads to no other request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import TaskFailed
from ansible_collections.backupfleet.rest.plugins.module_utils._core.parallel import Lanes
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.automation import Automation
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.client import Vbr
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.handover.attaching import attaching, is_attached
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.handover.chain_lists import machines_of
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.handover.jobs import JobCalls
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.handover.policies import given_to_agents
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.chains import Chain
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import (
    JOBS,
    OTHER_SETTINGS,
    REPOSITORY_PERMISSIONS,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.listed import POLICY_TYPES, ListedJob
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.objects import Objects
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.endpoint import (
    AUTOMATION_SESSIONS,
    SESSIONS,
    followed,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.kinds import KINDS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.server_settings import (
    limits_of_datastores,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.seen import lines
from support.clock import SwiftClock

ODD = "5a0c/disable?x=#y"
STEP = quote(ODD, safe="")
LIMIT = {"id": ODD, "storageObject": {"hostName": "vc", "name": "store", "type": "Datastore"}, "latencyLimitMs": 1}
POLICY = {"computers": [{"id": ODD, "name": "ward01", "type": "Computer"}]}


class Recording:
    """A server of which only the paths count; each list has one row."""

    SERVICE, revision = "VBR", "1.3-rev2"

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.lanes = Lanes(1)

    def call(self, _method: str, path: str, *_body: Any, **_more: Any) -> Any:
        self.paths.append(path)
        if path.endswith("applyConfiguration"):
            raise TaskFailed("no", service="VBR", request=path)
        return {"id": ODD, "name": "job", "volumes": [], "principal": {}}

    def pages(self, path: str, *_params: Any, **_more: Any) -> list[dict[str, Any]]:
        self.paths.append(path)
        return [{"id": ODD, "name": "ward01", "type": "HvServer"}]


def attach(service: Any) -> None:
    attaching(service, POLICY, [ODD])()
    is_attached(service, POLICY, [ODD])


def see(service: Any) -> None:
    lines(service, OTHER_SETTINGS.name, lambda _kind: [(ODD, "hv01", "HvServer")], set())


def policies(service: Any) -> Iterable[str]:
    return list(given_to_agents(service, [ListedJob(ODD, "Laptops", next(iter(POLICY_TYPES)), False)], 1))


DOERS: dict[str, Callable[[Any], Any]] = {
    "job": lambda service: JobCalls(service).read(ODD),
    "job replaced": lambda service: JobCalls(service).replace(ODD, {}),
    "job enabled": lambda service: JobCalls(service).enable(ODD),
    "job disabled": lambda service: JobCalls(service).disable(ODD),
    "job stopped": lambda service: JobCalls(service).stop(ODD),
    "staged job enabled": lambda service: Automation(service).enable(ODD),
    "staged job disabled": lambda service: Automation(service).disable(ODD),
    "session": lambda service: Automation(service).session(ODD),
    "session stopped": lambda service: Automation(service).stop(ODD),
    "policies": policies,
    "replica": lambda service: machines_of(service, Chain("chain", id=ODD)),
    "backups of a policy": attach,
    "object": lambda service: Objects(service).whole(JOBS, ODD),
    "part of an object": lambda service: Objects(service).rows(REPOSITORY_PERMISSIONS.name),
    "signs": see,
}


@pytest.mark.parametrize("doer", DOERS)
def test_an_odd_id_is_one_step_of_each_path(doer: str) -> None:
    service = Recording()
    DOERS[doer](service)

    assert any(STEP in path.split("/") for path in service.paths), service.paths
    assert not [path for path in service.paths if ODD in path]


@pytest.mark.parametrize("automated", [True, False])
def test_an_odd_session_is_waited_for_and_taken_for_what_it_is(automated: bool) -> None:
    ended = {"id": ODD, "state": "Stopped", "sessionType": "Automation" if automated else "Infrastructure"}
    asked: list[str] = []

    class Ended(Vbr):
        """A server that shows this session, wherever it is asked."""

        clock = SwiftClock()

        def __init__(self) -> None:
            """Without a connection."""

        def call(self, _method: str, path: str, *_body: Any, fits: Any = None, **_more: Any) -> Any:
            asked.append(path)
            assert fits(ended)
            return ended

    assert followed(Ended(), ended, 1, "rescan") == ended
    assert asked == [f"{AUTOMATION_SESSIONS if automated else SESSIONS}/{STEP}"]


@pytest.mark.parametrize("kind", ["jobs", "repository_permissions"])
def test_a_managed_object_is_one_step(kind: str) -> None:
    assert STEP in KINDS[kind].at(ODD).split("/")


def test_a_limit_of_a_datastore_is_one_step() -> None:
    changed = limits_of_datastores([LIMIT], [{**LIMIT, "latencyLimitMs": 2}])
    removed = limits_of_datastores([LIMIT], [])
    assert {call.action for call in (*changed, *removed)} == {f"datastores/{STEP}"}
