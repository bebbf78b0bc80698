# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret leaves the simulator: not in answers, journal, snapshot or log."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.core.secrets import redact, redact_body
from simulator.demo import read_seed
from simulator.testing import Pair, estate, simulated_pair
from support.vbr_caller import VbrCaller

CANARY = "CANARY-{}-xQ7%mB2&tR9+kL4="


def with_canaries(collection: Any, found: list[str]) -> Any:
    """The same collection with a canary of its own in every secret field."""
    if isinstance(collection, list):
        return [with_canaries(item, found) for item in collection]
    if not isinstance(collection, dict):
        return collection
    names = {"password", "privateKey", "passphrase", "rootPassword", "sharedKey", "secretKey", "secret"}
    filled = {}
    for name, value in collection.items():
        if name in names and isinstance(value, str):
            found.append(CANARY.format(len(found)))
            filled[name] = found[-1]
        else:
            filled[name] = with_canaries(value, found)
    return filled


def test_canaries(pair: Pair, source: VbrCaller, target: VbrCaller, capfd: pytest.CaptureFixture[str]) -> None:
    canaries: list[str] = []
    seen: list[str] = []
    for kind in ("credentials", "cloudcredentials", "encryptionPasswords"):
        target.import_(kind, with_canaries(source.export(kind), canaries))
        seen.append(json.dumps(target.export(kind)))
    assert len(canaries) > 15
    target.token(grant_type="password", username="x", password=CANARY.format("login"))
    for path in ("/credentials", "/cloudCredentials", "/encryptionPasswords", "/automation/sessions"):
        seen.append(json.dumps(target.get(path)))
    seen += [json.dumps(server.journal.dump()) for server in pair.servers]
    seen += [json.dumps(server.snapshot()) for server in pair.servers]
    seen += list(capfd.readouterr())
    everything = "".join(seen)
    assert "CANARY" not in everything
    for token in (target.tokens["access_token"], target.tokens["refresh_token"], pair.target.password):
        assert token not in everything


def test_secrets_of_running_sessions_are_sealed_too() -> None:
    with simulated_pair(clock="polls", polls=9) as pair:
        caller = VbrCaller(pair.target, "1.2-rev1")
        record = {"type": "Standard", "username": "u", "uniqueId": "u", "password": CANARY.format(0)}
        caller("POST", "/automation/credentials/import", json={"credentials": [record]})
        assert "CANARY" not in json.dumps(pair.target.snapshot())
        pair.target.service.settle()
        assert pair.target.secret_equals("credentials", "u", "password", CANARY.format(0))


def test_seed_secrets_are_known_only_by_question(pair: Pair) -> None:
    password = read_seed("vbr_source")["estate"]["credentials"]["credentials"][0]["password"]
    assert password not in json.dumps(pair.source.snapshot())
    assert pair.source.secret_equals("credentials", "username01", "password", password)
    assert not pair.source.secret_equals("credentials", "username01", "password", "")
    with pytest.raises(LookupError):
        pair.source.secret_equals("credentials", "nobody", "password", password)


def test_equal_secrets_are_equal_in_two_simulators() -> None:
    with simulated_pair() as one, simulated_pair() as other:
        assert estate(one.source) == estate(other.source)


def test_redaction_masks_values_but_keeps_shape() -> None:
    shown = redact({"password": "x", "encryptionPasswords": [{"hint": "h", "password": ""}], "errorCode": "NotFound"})
    assert shown == {
        "password": "***",
        "encryptionPasswords": [{"hint": "h", "password": ""}],
        "errorCode": "NotFound",
    }
    form = redact_body(b"grant_type=password&password=a%26b&code=1", "application/x-www-form-urlencoded")
    assert form == {"grant_type": "password", "password": "***", "code": "***"}
    assert redact_body(b"password=plain", "text/plain") == "14 bytes"
