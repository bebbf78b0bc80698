# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both edges show the same, and neither shows a secret: in a result, a diff, with `-vvv`, in a log, on a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import edge
from ansible_collections.backupfleet.rest.plugins.module_utils._core.edge import Context, attempt
from ansible_collections.backupfleet.rest.plugins.module_utils._core.redaction import MASK
from simulator.testing import Server, simulated
from support.edges import Seen, as_action, as_module
from support.estates import account, estate_of
from support.tasks import TASKS, connection

NUMBER = 9876501234
SECRET = 'Wd5#rK"1%vJ8&n\\nX4=tB6'
ACCOUNT = {"type": "Standard", "username": "TECH\\rest", "description": "Made by hand"}
POST = {"method": "POST", "path": "/api/v1/credentials"}
SHARE = {"type": "WinLocal", "name": "New", "host": "backupserver02", "path": "D:\\New"}

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "a number in a body": ("vbr_rest", {**POST, "body": {**ACCOUNT, "password": NUMBER}}),
    "a text in a body": ("vbr_rest", {**POST, "body": {**ACCOUNT, "password": SECRET}}),
    "a list in a body": ("vbr_rest", {**POST, "body": {**ACCOUNT, "passwords": [SECRET], "apiKey": NUMBER}}),
    "a body as JSON text": ("vbr_rest", {**POST, "body": json.dumps({**ACCOUNT, "password": SECRET})}),
    "a number in JSON text": ("vbr_rest", {**POST, "body": json.dumps({**ACCOUNT, "password": NUMBER})}),
    "a body that is no JSON": ("vbr_rest", {**POST, "body": f'{{"password": "{SECRET}"'}),
    "a form as a body": ("vbr_rest", {**POST, "body": f"password={SECRET}"}),
    "the secret body": ("vbr_rest", {**POST, "body": ACCOUNT, "secret_body": {"password": SECRET, "pin": NUMBER}}),
    "a query": ("vbr_rest", {"path": "/api/v1/jobs", "parameters": {"password": SECRET}}),
    "settings": ("vbr_repository", {**SHARE, "settings": {"share": {"password": SECRET, "pinPassword": NUMBER}}}),
    "settings in an estate": ("vbr_estate", {"repositories": [{**SHARE, "settings": {"share": {"password": SECRET}}}]}),
    "a password in an estate": (
        "vbr_estate",
        {"credentials": [{"type": "Standard", "account": "TECH\\new", "account_password": SECRET}]},
    ),
    "refused arguments": ("vbr_estate", {"credentials": [{"type": "Standard", "password": SECRET}]}),
    "an unknown argument": ("vbr_rest", {**POST, "body": {"password": SECRET}, "wait_timeout": SECRET}),
    "an inline specification": (
        "vbr_automation_import",
        {"spec": estate_of(credentials=[account("one", password=SECRET)]), "api_version": "1.2-rev1"},
    ),
}
WEAK = "correcthorsebattery"
LOCATIONS = [
    f"sftp://user:{SECRET.replace('#', '%23')}@host/path",
    "sftp://user:pass/word@host/path",
    "user:Sl4sh&secret@host/path",
]


def both(name: str, options: dict[str, Any], check: bool = True) -> tuple[Seen, Seen]:
    return as_module(name, options, check=check), as_action(name, options, check=check)


def same(one: Seen, other: Seen) -> bool:
    """Whether both show one result; Ansible itself adds marks of its own, and leaves out empty warnings."""

    def plain(result: dict[str, Any]) -> Any:
        # Of refused arguments a module names the first, an action all.
        given = ["msg"] if "arguments" in str(result.get("msg")) else []
        kept = {name: value for name, value in result.items() if not name.startswith("_ansible") and name not in given}
        return json.loads(
            json.dumps({**kept, "failed": bool(kept.get("failed")), "warnings": kept.get("warnings") or []})
        )

    assert plain(one.result) == plain(other.result)
    return True


def leaks(seen: Seen, *secrets: str) -> list[str]:
    spelled = {form for secret in secrets for form in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1])}
    return [form for form in spelled if form in seen.everything]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("case", CASES)
def test_both_edges_show_the_same_and_no_secret(target: Server, case: str, check: bool) -> None:
    name, given = CASES[case]
    clean = target.snapshot()
    module = as_module(name, connection(target, **given), check=check)
    target.restore(clean)
    action = as_action(name, connection(target, **given), check=check)
    assert not leaks(module, SECRET, str(NUMBER), target.password)
    assert not leaks(action, SECRET, str(NUMBER), target.password)
    if check:
        assert same(module, action)


SPELL_WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "an option": ("vbr_credentials", {"account": "x", "account_pasword": SECRET}),
    "an option in an item": ("vbr_estate", {"credentials": [{"account": "x", "account_pasword": SECRET}]}),
    "an option of objects": ("vbr_estate", {"credential": [{"account_password": SECRET}]}),
    "an object": ("vbr_rest", {**POST, "secret_bdy": {"a": SECRET, "b": [SECRET]}}),
    "a number": ("vbr_info", {"resource": "jobs", "port": SECRET}),
    "a number in an item": ("vbr_estate", {"repositories": [{**SHARE, "max_task_count": SECRET}]}),
    "a flag": ("vbr_info", {"resource": "jobs", "validate_certs": SECRET}),
    "an object in a list": ("vbr_estate", {"credentials": [SECRET]}),
    "a text in the place of objects": ("vbr_estate", {"credentials": SECRET}),
}


@pytest.mark.parametrize("case", SPELL_WRONG)
def test_what_is_given_under_a_wrong_name_may_be_a_secret_and_is_hidden(target: Server, case: str) -> None:
    name, given = SPELL_WRONG[case]
    module, action = both(name, connection(target, **given))
    assert module.result["failed"] and action.result["failed"]
    assert not leaks(module, SECRET) and not leaks(action, SECRET)
    assert module.result["invocation"] == action.result["invocation"]
    assert action.result["invocation"]["module_args"]["username"] == target.username


@pytest.mark.parametrize(
    "account", ["u:Wd5#rK1%vJ8&nX4", "Wd5#rK1%vJ8&nX4", "https://u:Wd5#rK1%vJ8&nX4", "u:Wd5#rK1@vJ8&nX4"]
)
def test_an_account_before_a_host_is_never_shown(account: str) -> None:
    given = {"hostname": f"{account}@host", "username": "me", "password": "Vp3&key+Hs9="}
    peer = {**given, "hostname": "localhost", "for_server": {"hostname": f"{account}@peer"}}
    for name, options, host in (
        ("vbr_info", {**given, "resource": "jobs"}, "host"),
        ("vbr_automation_export", peer, "peer"),
    ):
        for seen in both(name, options):
            assert seen.result["failed"] and not leaks(seen, account, account.partition(":")[2] or account, "Wd5#rK1")
            if name == "vbr_info":
                assert f"'{MASK}@host' is no host name" in seen.result["msg"]
            assert f"{MASK}@{host}" in str(seen.result["invocation"])


@pytest.mark.parametrize("location", LOCATIONS)
@pytest.mark.parametrize("name", ["vcsa_backup_job", "vcsa_backup_schedule", "vcsa_backup_info"])
def test_the_password_in_a_location_is_hidden_at_both_edges(name: str, location: str) -> None:
    with simulated("vcsa") as server:
        kind = {"location_type": "SFTP"} if name == "vcsa_backup_job" and "://" not in location else {}
        module, action = both(name, connection(server, location=location, **kind))
    secret = location.partition("user:")[2].rpartition("@")[0]
    assert module.result["failed"] and same(module, action)
    assert not leaks(module, secret) and not leaks(action, secret)
    shown = module.result["invocation"]["module_args"]["location"]
    assert shown == location.replace(secret, MASK)


@pytest.mark.parametrize("said", [{"errors": {WEAK: "is weak"}}, {"data": [{WEAK: 1}], "pagination": {"total": 1}}])
def test_a_secret_that_a_server_makes_the_name_of_a_field_is_hidden(target: Server, said: Any) -> None:
    target.faults.add(do="status", status=200, body=said, times=0, **POST)
    for run_at in (as_module, as_action):
        seen = run_at("vbr_rest", connection(target, **POST, body=ACCOUNT, secret_body={"password": WEAK}))
        assert not seen.result.get("failed"), seen.result
        assert not leaks(seen, WEAK)


def test_a_location_without_an_account_is_shown() -> None:
    with simulated("vcsa") as server:
        given = connection(server, location="sftp://host:22/a@b", location_user="me")
        module, action = both("vcsa_backup_info", given)
    assert same(module, action)
    assert module.result["invocation"]["module_args"]["location"] == "sftp://host:22/a@b"


def test_small_numbers_and_flags_are_no_secrets(target: Server) -> None:
    """One that stands under the name of a secret is hidden there, and nowhere else."""
    body = {**ACCOUNT, "password": 1, "count": 1, "few": 123, "tokenPassword": 123, "isPasswordSet": True, "zero": 0}
    module, action = both("vbr_rest", connection(target, **POST, body=body))
    assert same(module, action)
    shown = action.result["diff"][0]["after"]["body"]
    assert (shown["count"], shown["few"], shown["zero"], shown["isPasswordSet"]) == (1, 123, 0, True)
    assert shown["password"] == shown["tokenPassword"] == MASK
    assert action.result["invocation"]["module_args"]["wait_timeout"] == 600


def test_a_text_with_a_colon_and_an_at_sign_is_no_address(target: Server) -> None:
    body = {**ACCOUNT, "description": "Ask: admin@tech.local"}
    _module, action = both("vbr_rest", connection(target, **POST, body=body))
    assert action.result["diff"][0]["after"]["body"]["description"] == body["description"]


def test_the_counts_of_an_estate_stay_numbers(target: Server) -> None:
    settings = {"share": {"password": SECRET}, "maxTaskCount": 1, "isEnabled": True}
    module, action = both("vbr_estate", connection(target, repositories=[{**SHARE, "settings": settings}]))
    assert same(module, action)
    assert not any(isinstance(count, str | bool) for count in action.result["counts"].values())


def run(task: str, server: Server, act: Callable[..., Any], lines: list[str]) -> dict[str, Any]:
    """A task whose function is `act`."""
    made = edge.Task(TASKS[task].options, {}, {}, act, lambda params: ())
    params = {**connection(server), "validate_certs": True}
    return dict(attempt(made, params, Context(False, False, lines.append)))


def test_progress_warnings_and_messages_do_nothing_to_a_terminal(target: Server) -> None:
    def act(_params: Any, context: Context) -> dict[str, Any]:
        context.progress(f"job \x1b[2J\nforged {target.password}")
        diff = [
            {"before": {"\x1b": ["\x9b\n"]}, "after": "a\n\x1b\n", "before_header": "job \x1b\n", "after_header": "job"}
        ]
        return {"failed": True, "msg": "2 failed.\na: \x1b[31m\ud800", "warnings": ["one\nforged \x07"], "diff": diff}

    lines: list[str] = []
    result = run("info", target, act, lines)
    assert lines == [f"job \\x1b[2J\\nforged {MASK}"]
    assert (result["msg"], result["warnings"]) == ("2 failed.\na: \\x1b[31m\\ud800", ["one\\nforged \\x07"])
    (shown,) = result["diff"]
    assert (shown["before"], shown["after"]) == ({"\\x1b": ["\\x9b\n"]}, "a\n\\x1b\n")
    assert (shown["before_header"], shown["after_header"]) == ("job \\x1b\\n", "job")


def test_an_exception_of_our_own_is_one_clear_failure_without_a_secret(target: Server) -> None:
    def leaking(_params: Any, context: Context) -> dict[str, Any]:
        context.trail.note("PUT /api/v1/jobs/1", ok=True, writes=True)
        raise KeyError(f"no {target.password}")

    result = run("info", target, leaking, [])

    assert (result["failed"], result["changed"]) == (True, True)
    assert "a defect of the collection" in result["msg"] and "after PUT /api/v1/jobs/1 (KeyError" in result["msg"]
    assert "leaking" in str(result["defect"])
    assert target.password not in str(result)
