# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The default instances: a VBR source with an estate, a fresh VBR target, and one server of each other service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from .control import PREFIX
from .core.application import Application
from .core.blueprint import PLAIN_PASSWORD, Blueprint, Login
from .core.clock import Clock
from .seeds import headquarters
from .services.em import blueprint as em_blueprint
from .services.vbaz import blueprint as vbaz_blueprint
from .services.vbr.accounts import VIEWER
from .services.vbr.blueprint import vbr_application
from .services.vbr.server import VbrServer
from .services.vbr.storages import Storages
from .services.vcsa import blueprint as vcsa_blueprint

SEEDS = Path(__file__).parent / "seeds"
# Seeds that are made and not read.
MADE = {"headquarters": headquarters.document}
SOURCE, TARGET = "vbr_source", "vbr_target"
SOURCE_BUILD, TARGET_BUILD = "12.3.1.1139", "13.0.1.180"
VBR_PORT = 9419
HOSTNAME = "localhost"


LOGINS = {
    SOURCE: Login("TECH\\administrator", "Tk9&uW4+zQ7%eR2=sN8#vB5!source"),
    TARGET: Login("TECH\\administrator", "Jm3%xC6=pL1&hG0+yD9#fK2!target"),
}
VIEWER_LOGIN = Login("TECH\\viewer", "Rb6#nV3&cX8+mZ1%kJ4=gH7!viewer")
PLAIN_LOGIN = Login("TECH\\plain", PLAIN_PASSWORD)
MFA_LOGIN = Login("TECH\\second-factor", "Wq2=aS5%dF8&gH1+jK4#lZ7!factor")

# One instance of each service beside VBR, by its name here and in the environment.
OTHERS: dict[str, Blueprint] = {
    "em": em_blueprint.BLUEPRINT,
    "vbaz": vbaz_blueprint.BLUEPRINT,
    "vcsa": vcsa_blueprint.BLUEPRINT,
}


def environment(ca_path: str, ports: Mapping[str, int], control_port: int, scheme: str = "https") -> dict[str, str]:
    """Addresses and accounts of running instances, by the names of environment variables (VBR_SOURCE_PORT, …)."""
    facts = {"SIM_CA_PATH": ca_path, "SIM_CONTROL_URL": f"{scheme}://{HOSTNAME}:{control_port}{PREFIX}"}
    logins = {**LOGINS, **{name: blueprint.login for name, blueprint in OTHERS.items()}}
    for name, port in ports.items():
        values = {
            "HOSTNAME": HOSTNAME,
            "PORT": str(port),
            "USERNAME": logins[name].username,
            "PASSWORD": logins[name].password,
        }
        facts |= {f"{name.upper()}_{word}": value for word, value in values.items()}
    return facts


def read_seed(name_or_path: str) -> dict[str, Any]:
    """Read a seed: a shipped one by its name, any other by its path."""
    if name_or_path in MADE:
        return MADE[name_or_path]()
    shipped = SEEDS / f"{name_or_path}.json"
    return cast(dict[str, Any], json.loads((shipped if shipped.exists() else Path(name_or_path)).read_bytes()))


def vbr_instance(
    name: str, build: str, seed: dict[str, Any], clock: Clock | None = None, storages: Storages | None = None
) -> Application:
    """A VBR server with two administrators, a viewer, and an account that is always refused for its second factor."""
    application = vbr_application(name, build, seed, clock, storages)
    server = vbr_of(application)
    login = LOGINS.get(name, LOGINS[SOURCE])
    server.accounts.add(login.username, login.password)
    server.accounts.add(PLAIN_LOGIN.username, PLAIN_LOGIN.password)
    server.accounts.add(VIEWER_LOGIN.username, VIEWER_LOGIN.password, role=VIEWER)
    server.accounts.add(MFA_LOGIN.username, MFA_LOGIN.password, mfa=True)
    return application


def vbr_of(application: Application) -> VbrServer:
    """The VBR server inside an application."""
    return cast(VbrServer, application.service)
