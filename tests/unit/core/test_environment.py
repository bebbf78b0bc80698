# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of the environment that stand for options of a connection, and options of another type than theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from support.edges import Seen, as_action, as_module
from support.tasks import TASKS
from tooling import registered

SERVER = {"hostname": "vbr.example.com", "username": "who", "password": "Kf8+vT3&nobody=Qz1%"}
CUTOVER = {**SERVER, "source": SERVER, "src": "/bundle", "state": "cut_over"}
TYPED = ("port", "timeout", "parallel", "validate_certs", "ca_path")
SERVICES = {"VBR": "vbr_info", "EM": "em_info", "VCSA": "vcsa_backup_info", "VBAZ": "vbaz_info"}
MANY = "It is how many requests are under way at a time: 1 to 16."


def checked(task: Any, given: dict[str, Any]) -> Any:
    found = ArgumentSpecValidator(dict(task.arguments), **task.rules).validate(given)
    assert found.error_messages == []
    return found.validated_parameters


@pytest.mark.parametrize("value", ["", " "])
@pytest.mark.parametrize("service", SERVICES)
def test_an_empty_variable_of_the_environment_is_none(
    service: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = registered.loaded(SERVICES[service]).TASK
    without = checked(task, dict(SERVER))
    for name in (*TYPED, *SERVER):
        monkeypatch.setenv(f"{service}_{name.upper()}", value)
    assert checked(task, dict(SERVER)) == without
    with pytest.raises(AssertionError, match="missing required arguments: hostname, password, username"):
        checked(task, {})


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_in_the_environment_counts_unless_it_is_given(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    task = registered.loaded(SERVICES[service]).TASK
    assert checked(task, dict(SERVER))["parallel"] == 4
    monkeypatch.setenv(f"{service}_PARALLEL", "7")
    assert checked(task, dict(SERVER))["parallel"] == 7
    assert checked(task, {**SERVER, "parallel": 2})["parallel"] == 2


def test_how_requests_are_sent_holds_for_the_second_server_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a server is and who signs in does not, and neither does whom to trust."""
    monkeypatch.setenv("VBR_PARALLEL", "7")
    monkeypatch.setenv("VBR_TIMEOUT", "9")
    monkeypatch.setenv("VBR_PORT", "1")
    monkeypatch.setenv("VBR_VALIDATE_CERTS", "false")
    both = checked(TASKS["cutover"], dict(CUTOVER))
    assert [each["parallel"] for each in (both, both["source"])] == [7, 7]
    assert [each["port"] for each in (both, both["source"])] == [1, 9419]
    assert [each["validate_certs"] for each in (both, both["source"])] == [False, True]
    peers = checked(TASKS["preflight"], {"source": SERVER, "target": {**SERVER, "parallel": 2}})
    assert [peers[side]["parallel"] for side in ("source", "target")] == [7, 2]
    assert [peers[side]["timeout"] for side in ("source", "target")] == [9.0, 9.0]
    with pytest.raises(AssertionError, match="missing required arguments: hostname"):
        checked(TASKS["preflight"], {"source": {}})


@pytest.mark.parametrize("edge", [as_module, as_action])
@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("vbr_info", {"parallel": "many"}, f"parallel is no whole number. {MANY}"),
        ("vbr_info", {"port": "https"}, "port is no whole number. Ports are numbers from 1 to 65535."),
        (
            "vbr_info",
            {"timeout": []},
            "timeout is no number. It is a number of seconds: more than 0, and 86400 at most.",
        ),
        ("vbr_info", {"validate_certs": "perhaps"}, "validate_certs is neither true nor false."),
        ("vbr_cutover", {"source": {**SERVER, "parallel": "many"}}, f"parallel of source is no whole number. {MANY}"),
        ("vbr_info", {"parallel": 99}, f"parallel cannot be 99. {MANY}"),
    ],
)
def test_a_value_of_another_type_is_refused_in_words(
    edge: Callable[..., Seen], name: str, options: dict[str, Any], said: str
) -> None:
    given = {**(CUTOVER if name == "vbr_cutover" else SERVER), **options}
    assert edge(name, given).result["msg"] == said


@pytest.mark.parametrize("edge", [as_module, as_action])
def test_a_value_of_the_environment_is_refused_by_its_name(
    edge: Callable[..., Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VBR_PARALLEL", "many")
    said = "VBR_PARALLEL in the environment, which stands for parallel, is no whole number."
    assert edge("vbr_info", dict(SERVER)).result["msg"] == f"{said} {MANY}"
