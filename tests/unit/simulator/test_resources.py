# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A resource is one file: its routes are found, and a singleton is declared in it and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from simulator.core.application import Application
from simulator.core.routing import Router, modules_of
from simulator.demo import LOGINS, SOURCE, VBR_PORT, read_seed
from simulator.gates.adapter import intercept
from simulator.services.em import resources as em
from simulator.services.vbaz import resources as vbaz
from simulator.services.vbr import resources as vbr
from simulator.services.vbr.kinds import REPOSITORIES
from simulator.services.vbr.plain.singleton import Singleton
from simulator.services.vbr.server import VbrServer
from simulator.services.vbr.sessions.running import work
from simulator.services.vcsa import resources as vcsa
from simulator.testing import Server
from support.vbr_caller import VbrCaller

PATH = "/generalOptions/example"
OLD, NEW = "1.3-rev0", "1.3-rev1"
NOWHERE = "6745a759-2205-4cd2-b172-8ec8f7e60ef8"
# As a resource file would declare it.
EXAMPLE = Singleton(
    f"/api/v1{PATH}",
    "Example",
    lambda estate: {"isEnabled": False, "repositoryId": None, "changes": 0},
    required=("isEnabled",),
    kept=("changes",),
    uses=lambda body: [(REPOSITORIES, body["repositoryId"])] if body.get("repositoryId") else [],
    since=NEW,
)


@pytest.fixture
def server() -> Iterator[Server]:
    """A VBR server with one singleton more than the shipped ones."""
    service = VbrServer(SOURCE, "13.1.0.411", read_seed(SOURCE))
    login = LOGINS[SOURCE]
    service.accounts.add(login.username, login.password)
    routes = (route for module in modules_of(vbr) for route in module.ROUTES)
    application = Application(service, Router((*routes, *EXAMPLE.routes())))
    made = Server(application, "vbr.tech.local", VBR_PORT, login)
    with intercept({made.url: application}):
        yield made


@pytest.mark.parametrize(
    ("package", "table"), [(vbr, "ROUTES"), (em, "ROUTES"), (vcsa, "OPERATIONS"), (vbaz, "ROUTES")], ids=str
)
def test_every_file_is_a_resource(package: ModuleType, table: str) -> None:
    files = {path.stem for path in Path(str(package.__file__)).parent.glob("[!_]*.py")}
    assert {module.__name__.rpartition(".")[2] for module in modules_of(package) if getattr(module, table)} == files


def test_work_has_one_name() -> None:
    with pytest.raises(ValueError, match="'add'"):
        work("add")(lambda server, task: pytest.fail("never run"))


def test_a_singleton_begins_as_declared_and_since_a_revision(server: Server) -> None:
    assert VbrCaller(server, OLD)("GET", PATH).status_code == 404
    caller = VbrCaller(server, NEW)
    assert caller.get(PATH) == {"isEnabled": False, "repositoryId": None, "changes": 0}
    assert caller("DELETE", PATH).status_code == 405


def test_a_put_replaces_all_but_what_only_the_server_writes(server: Server) -> None:
    caller = VbrCaller(server, NEW)
    sent = {"isEnabled": True, "further": "value", "changes": 9}
    answer = caller("PUT", PATH, json=sent)
    assert (answer.status_code, answer.json()) == (200, {**sent, "changes": 0})
    assert caller.get(PATH) == answer.json()
    server.restore(server.snapshot())
    assert VbrCaller(server, NEW).get(PATH) == answer.json()
    server.reset()
    assert VbrCaller(server, NEW).get(PATH)["isEnabled"] is False


@pytest.mark.parametrize(
    ("model", "word"),
    [
        ({}, "isEnabled is required"),
        ({"isEnabled": True, "repositoryId": NOWHERE}, f"backup repository with ID {NOWHERE}"),
    ],
)
def test_puts_that_are_refused(server: Server, model: dict[str, Any], word: str) -> None:
    answer = VbrCaller(server, NEW)("PUT", PATH, json=model)
    assert answer.status_code == 400
    assert word in answer.json()["message"]


def test_an_object_that_a_singleton_uses_is_not_deleted(server: Server) -> None:
    caller = VbrCaller(server, NEW)
    repositories = "/backupInfrastructure/repositories"
    unused = caller.get(repositories)["data"][-1]["id"]
    assert caller("PUT", PATH, json={"isEnabled": True, "repositoryId": unused}).status_code == 200
    refused = caller("DELETE", f"{repositories}/{unused}")
    assert refused.status_code == 400
    assert "Example" in refused.json()["message"]
