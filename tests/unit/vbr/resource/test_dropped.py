# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A field in `settings` that a server drops is said, with the nearest ones; what it has is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.dropped import dropped
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.payload import desired_state
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.kinds import KINDS
from simulator.seeds import headquarters
from simulator.testing import Server, simulated_pair
from support.quartet import BUILDS
from support.tasks import drive


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated_pair(source_build=BUILDS["1.3-rev2"], source_seed=headquarters.document()) as pair:
        pair.source.switch(unknown_fields="drop")
        yield pair.source


def job(server: Server) -> dict[str, Any]:
    rows = drive("info", server, resource="jobs")["resources"]
    return next(dict(row) for row in rows if row["type"] == "VSphereBackup")


def test_a_misspelt_field_is_said_with_the_nearest_one(server: Server) -> None:
    there = job(server)
    settings = {"isHighPriorty": True, "storage": {"advancedSettings": {"storageDat": {"inline": 1}}}}
    options = {"name": there["name"], "type": there["type"], "settings": settings}
    assert not drive("job", server, check=True, **options).get("warnings")
    for result in (drive("job", server, **options), drive("estate", server, jobs=[options])):
        assert not result.get("failed") and result["changed"]
        first, second = (each for each in result["warnings"] if "settings." in each)
        assert "settings.isHighPriorty was sent" in first and "'isHighPriority'" in first
        assert "settings.storage.advancedSettings.storageDat was sent" in second and "'storageData'" in second


def test_what_the_server_has_is_not_said(server: Server) -> None:
    there = job(server)
    settings = {"isHighPriority": not there["isHighPriority"]}
    result = drive("job", server, name=there["name"], type=there["type"], settings=settings)
    assert result["changed"] and not result.get("warnings")


SHOWN = {"storage": {"advancedSettings": {"on": True}}, "rules": [{"name": "a"}], "text": "x"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"storage": {"advancedSettings": {"on": False}}}, []),
        ({"password": "orchard-secret-1", "none": None, "blank": "", "list": [], "object": {}}, []),
        ({"Storage": {"AdvancedSettings": {"ON": True}}}, []),
        ({"rules": [{"name": "a", "nmae": 1}]}, ["settings.rules.nmae"]),
        ({"rules": [{"nmae": 1}, {"nmae": 1}]}, []),
        (
            {"description": "an option has it", "storage": {"description": "no option"}},
            ["settings.storage.description"],
        ),
    ],
)
def test_what_is_known_or_says_nothing_is_not_said(settings: dict[str, Any], said: list[str]) -> None:
    resource = KINDS["jobs"].of("VSphereBackup")
    desired = desired_state(resource, {"name": "a", "type": "VSphereBackup", "settings": settings}, "1.3-rev2")
    assert [each.partition(" ")[0] for each in dropped(resource, desired, SHOWN, "1.3-rev2")] == said


def test_the_name_of_a_field_does_nothing_to_a_terminal(server: Server) -> None:
    there = job(server)
    result = drive("job", server, name=there["name"], type=there["type"], settings={"\x1b[31mstorage": 1})
    (said,) = result["warnings"]
    assert "\x1b" not in said and "'storage'" in said
