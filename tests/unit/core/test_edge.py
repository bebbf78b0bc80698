# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules have in common: their arguments, signing out whatever happens, certificates, warnings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from simulator.testing import Pair, Server, serving_pair
from support.estates import CHAIN_SECRETS, bundle_of, chain_of_four, writes
from support.tasks import TASKS, connection, drive

MODULES = ("export", "import", "session", "info")


def complaints(task: str, server: Server, **options: Any) -> str:
    """What Ansible says of the arguments before anything is run."""
    wanted = TASKS[task]
    checked = ArgumentSpecValidator(dict(wanted.arguments), **wanted.rules).validate(connection(server, **options))
    return " ".join(checked.error_messages)


@pytest.mark.parametrize("task", MODULES)
def test_an_unknown_revision_is_no_argument(target: Server, task: str) -> None:
    other = {"src": "/bundle"} if task == "import" else {}
    assert complaints(task, target, **other) == ""
    complaint = complaints(task, target, api_version="1.1-rev9", **other)
    assert all(version in complaint for version in ("auto", "1.3-rev2", "1.0-rev2"))


@pytest.mark.parametrize("task", MODULES)
@pytest.mark.parametrize("option", ["hostname", "username", "password"])
def test_a_connection_needs_host_user_and_password(
    target: Server, task: str, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = TASKS[task]
    given = {**connection(target), **({"src": "/bundle"} if task == "import" else {})}
    del given[option]

    def checked() -> Any:
        return ArgumentSpecValidator(dict(wanted.arguments), **wanted.rules).validate(given)

    assert checked().error_messages == [f"missing required arguments: {option}"]
    monkeypatch.setenv(f"VBR_{option.upper()}", "from the environment")
    assert checked().error_messages == []
    assert checked().validated_parameters[option] == "from the environment"


@pytest.mark.parametrize(
    ("task", "options", "part"),
    [
        ("import", {}, "src, spec"),
        ("import", {"src": "/bundle", "spec": {}}, "mutually exclusive: src|spec"),
        ("import", {"src": "/bundle", "kinds": ["tapes"]}, "credentials, cloudcredentials"),
        ("import", {"src": "/bundle", "on_existing": "overwrite"}, "keep, fail"),
        ("import", {"src": "/bundle", "on_missing_secret": "ignore"}, "fail, skip"),
        ("export", {"kinds": ["Jobs"]}, "jobs"),
        ("export", {"for_server": {}}, "hostname"),
        ("session", {"action": "start"}, "info, wait, logs, stop"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(target: Server, task: str, options: dict[str, Any], part: str) -> None:
    assert part in complaints(task, target, **options)


def options_of(tmp_path: Path) -> dict[str, dict[str, Any]]:
    bundle = tmp_path / "bundle"
    if not bundle.exists():
        bundle_of(bundle, chain_of_four())
    return {
        "export": {"dest": str(tmp_path / "new")},
        "import": {"src": str(bundle), "secrets": CHAIN_SECRETS},
        "session": {"action": "stop"},
        "info": {},
    }


@pytest.mark.usefixtures("swift_clock")
@pytest.mark.parametrize("task", MODULES)
@pytest.mark.parametrize("check", [True, False])
def test_every_module_signs_out_whatever_request_fails(target: Server, tmp_path: Path, task: str, check: bool) -> None:
    clean = target.snapshot()
    drive(task, target, check=check, **options_of(tmp_path)[task])
    total = len(target.journal.entries)
    for number in range(total):
        target.restore(clean)
        target.journal.clear()
        target.faults.clear()
        target.faults.add(do="status", status=500, skip=number)
        drive(task, target, check=check, **options_of(tmp_path)[task])
        counts = target.journal.counts
        assert counts["POST /api/oauth2/token"] <= counts["POST /api/oauth2/logout"] + (number <= 2), number
    left = target.service.accounts.grants.held
    assert len(left) <= 1, "only the one whose sign-out itself was broken"


@pytest.fixture(scope="module")
def remote(request: pytest.FixtureRequest) -> Any:
    with serving_pair() as pair:
        yield pair


@pytest.mark.parametrize("task", MODULES)
def test_a_certificate_that_is_not_trusted_is_one_message(remote: Pair, tmp_path: Path, task: str) -> None:
    result = drive(task, remote.target, **{**options_of(tmp_path)[task], "ca_path": None})
    assert result["failed"] and result["changed"] is False
    for part in ("the certificate of localhost", "is not trusted", "ca_path", "validate_certs"):
        assert part in result["msg"]
    assert not remote.target.journal.entries and writes(remote.target) == []


@pytest.mark.parametrize("task", MODULES)
def test_unverified_certificates_are_a_warning(target: Server, tmp_path: Path, task: str) -> None:
    options = {**options_of(tmp_path)[task], **({"action": "info"} if task == "session" else {})}
    if task == "session":
        drive("import", target, **options_of(tmp_path)["import"])
    assert drive(task, target, **options)["warnings"] == []
    warned = drive(task, target, validate_certs=False, **options)["warnings"]
    assert warned == ["The certificate of backupserver02.tech.local is not verified (validate_certs is false)."]
