# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No result, diff, progress line or error ever shows a secret of a backup, whatever the appliance quotes."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from simulator.testing import Server
from support.tasks import TASKS, connection, drive
from support.vcsa import BEGINNING, INFO, JOB, LOCATION, ORDER, SCHEDULE, STYLES, vcenter

CANARY = "c4nary"
SECRETS = {"location_password": f'Lp7&"{CANARY}\\+%=é', "backup_password": f'Bp7&"{CANARY}\\+%'}
GIVEN = {"location": LOCATION, "location_user": "vcenter", **SECRETS}
ARCHIVES = {name: value for name, value in GIVEN.items() if name != "backup_password"} | {"gather": ["archives"]}


def quoting(*secrets: str) -> list[Any]:
    """Answers of an appliance that quote the secrets it was sent: in its error formats, as a page, and none."""
    said = " ".join([*secrets, *map(json.dumps, secrets), *map(quote_plus, secrets)])
    messages = [{"id": "x", "default_message": said, "args": [said]}]
    return [
        {"error_type": "ERROR", "messages": messages},
        {"type": "com.vmware.vapi.std.errors.error", "value": {"messages": messages}},
        f"<html>{said}</html>",
        "",
    ]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("kind", range(4))
@pytest.mark.parametrize(
    "path", ["session$", "/parts$", "/backup(/validate)?$", BEGINNING, r"/job/\d", "/details$", "/"]
)
def test_an_error_that_quotes_secrets_is_redacted(style: str, kind: int, path: str) -> None:
    with vcenter(styles=style) as (server, _clock):
        for status in (400, 500):
            server.faults.clear()
            server.faults.add(
                do="status", status=status, path=path, body=quoting(*SECRETS.values(), server.password)[kind], times=0
            )
            shown = everything(server)
            assert CANARY not in shown
            assert server.password not in shown


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("kind", range(4))
def test_an_error_that_quotes_the_location_password_is_redacted(style: str, kind: int) -> None:
    with vcenter(styles=style) as (server, _clock):
        body = quoting(SECRETS["location_password"], server.password)[kind]
        server.faults.add(do="status", status=400, path="/system-name", body=body, times=0)
        shown = json.dumps(drive(INFO, server, **ARCHIVES), ensure_ascii=False)
        assert CANARY not in shown and server.password not in shown


def everything(server: Server) -> str:
    """The results and the progress of all that the modules can do, as one text."""
    lines: list[str] = []
    results = [
        drive(JOB, server, progress=lines, on_busy="attach", **GIVEN),
        drive(JOB, server, check=True, max_age="1h", **GIVEN),
        drive(JOB, server, progress=lines, state="canceled", **SECRETS),
        drive(SCHEDULE, server, progress=lines, run=True, **GIVEN),
        drive(SCHEDULE, server, progress=lines, retention=0, **SECRETS),
    ]
    return json.dumps(results, ensure_ascii=False) + "".join(lines)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("outcome", ["SUCCEEDED", "FAILED"])
def test_backup_messages_that_quote_secrets_are_redacted(style: str, outcome: str) -> None:
    with vcenter(styles=style) as (server, _clock):
        said = " ".join(SECRETS.values())
        server.switch(job_outcome=outcome, job_message=said)
        shown = everything(server)
        assert CANARY not in shown
        assert "********" in shown


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "truncate"])
def test_a_broken_connection_does_not_show_the_url(style: str, fault: str) -> None:
    """In /rest the password of a location is part of the URL that lists archives."""
    with vcenter(styles=style) as (server, _clock):
        server.faults.add(do=fault, path="/system-name", times=0)
        result = drive(INFO, server, **ARCHIVES)
        assert result["failed"] and CANARY not in json.dumps(result)


@pytest.mark.parametrize(
    "password",
    [f"short{CANARY[:2]}", f"no-special-Characters1{CANARY}", f"Ä1!{CANARY}aB"],
)
def test_a_refused_password_is_not_shown(password: str) -> None:
    with vcenter() as (server, _clock):
        for module in (JOB, SCHEDULE):
            result = drive(module, server, **{**ORDER, "backup_password": password})
            assert result["failed"] and password not in json.dumps(result, ensure_ascii=False)


@pytest.mark.parametrize("module", [JOB, SCHEDULE, INFO])
def test_every_password_option_is_secret(module: str) -> None:
    arguments = TASKS[module].arguments
    named = {name for name, argument in arguments.items() if "password" in name}
    assert {name for name in named if arguments[name]["no_log"]} == named


def test_every_connection_option_has_an_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    with vcenter() as (server, _clock):
        given = connection(server)
    for name, value in {**given, "api_style": "rest"}.items():
        if value is not None:
            monkeypatch.setenv(f"VCSA_{name.upper()}", str(value))
    for module in (JOB, SCHEDULE, INFO):
        task = TASKS[module]
        checked = ArgumentSpecValidator(dict(task.arguments), **task.rules).validate({"location": LOCATION})
        assert checked.error_messages == []
        params = checked.validated_parameters
        assert {name: params[name] for name in given if given[name] is not None} == {
            name: value for name, value in given.items() if value is not None
        }
        assert params["api_style"] == "rest"
