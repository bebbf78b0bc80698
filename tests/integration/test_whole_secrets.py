# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole server moves with all the output that Ansible has: no canary of either server or of the user is heard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.seeds import headquarters
from simulator.testing import Pair
from support.canaries import Aviary, GivenSecrets
from support.canary_stage import Stage
from support.tasks import drive
from tooling import tree

BUILD = "13.1.0.411"
OPTIONS = "/api/v1/generalOptions"
EVENTS, MAIL = f"{OPTIONS}/eventForwarding", f"{OPTIONS}/emailSettings"
# The preflight proves them on the source.
PROVED = {
    "7D0C6A1B-3E84-4B6C-8B4D-9A6B2F1C0E11": "Rv5=Qw0&Px7%Oy2+Nz9#Ma4",
    "7D0C6A1B-3E84-4B6C-8B4D-9A6B2F1C0E12": "Lb8#Kc3+Jd6&Ie1%Hf5=Gg0",
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A run of migrate.yml that updates settings, and in which the target refuses one object and quotes all it got."""
    with Stage(tmp_path_factory.mktemp("stage")) as made:
        pair = made.add("whole", source_build=BUILD, target_build=BUILD, source_seed=headquarters.document())
        speak_out(pair, made.aviary)
        secrets = secrets_of(pair, made.aviary)
        made.hosts["whole"] |= {"vbr_secrets": secrets, "vbr_import_on_existing": "update"}
        tenants = " ".join(fields["application_secret"] for fields in secrets["entraTenants"].values())
        refusal = {"errorCode": "UnexpectedContent", "message": f"cannot read {tenants}"}
        path = "/entraId/tenants$"
        pair.target.faults.add(do="status", status=400, method="POST", path=path, body=refusal, times=0)
        made.play(Path(tree.ROOT / "playbooks" / "migrate.yml"), "--diff")
        yield made


def speak_out(pair: Pair, aviary: Aviary) -> None:
    """Both servers show the secrets of their settings."""
    for server in pair.servers:
        name = server.app.service.instance
        mail = {
            **drive("rest", server, path=MAIL)["resource"],
            "clientSecret": aviary.canary(f"{name}'s client secret"),
        }
        snmp = {"receiver": "snmp.orion.local", "port": 162, "communityString": aviary.canary(f"{name}'s community")}
        shown = {MAIL: {**mail, "smtpServerName": name}, EVENTS: {"SNMPServers": [snmp], "syslogEventFiltering": []}}
        for path, body in shown.items():
            server.faults.add(do="status", status=200, method="GET", path=f"^{path}$", body=body, times=0)


def secrets_of(pair: Pair, aviary: Aviary) -> GivenSecrets:
    """A canary for each secret that the move needs, and a community."""
    community = aviary.canary("the community")
    given: GivenSecrets = {kind: {kind: {"community": community}} for kind in ("eventForwarding", "generalOptions")}
    for slot in drive("whole_export", pair.source)["manifest"]["secrets"]:
        title = f"{slot['kind']} {slot['key']}"
        fields = {word: aviary.canary(f"{title} {word}") for word in slot["needs_one_of"][0]}
        given.setdefault(slot["kind"], {})[slot["key"]] = fields
    for key, value in PROVED.items():
        aviary.learn(f"encryptionPasswords {key}", value)
        given["encryptionPasswords"][key] = {"password": value}
    return given


def test_the_move_ends_as_meant(stage: Stage) -> None:
    output = stage.output.output
    assert stage.output.recap["whole"]["failed"] == 1 and "entraTenants" in output, output
    pair = stage.pairs["whole"]
    key = stage.secrets("whole")["kmsServers"]["Keys of Orion"]["server_certificate"]
    assert pair.target.secret_equals("kmsServers", "Keys of Orion", "serverCertificate.certificate", key)


def test_no_canary_is_heard(stage: Stage) -> None:
    assert not stage.heard()


def test_nothing_is_left_behind(stage: Stage) -> None:
    assert not stage.leftovers()
