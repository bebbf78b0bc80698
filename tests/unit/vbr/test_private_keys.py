# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A path or a public key where a private key belongs is said to be one, in every module, before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.private_keys import not_a_key
from simulator.testing import Server
from support.estates import bundle_of, chain_of_four, writes
from support.tasks import drive

PATHS = ("/etc/keys/id_ed25519", "~/.ssh/id_rsa", "./key", "../key", r"C:\keys\repo.ppk", r"\\nas\k", "repo01.pem")
PUBLIC = ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI who@repo01", "-----BEGIN PUBLIC KEY-----\nMCow\n")
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----\n"
ACCOUNT = {"account": "root", "type": "Linux"}
HOST = {"name": "repo02.tech.local", "type": "LinuxHost", "trust": "first_use", "single_use_account": "root"}


@pytest.mark.parametrize("text", PATHS)
def test_a_path_is_no_key(text: str) -> None:
    assert not_a_key(text) == not_a_key(f"{text}\n") == "is the path of a file"


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_key_is_none_either(text: str) -> None:
    assert not_a_key(text) == "is a public key"


@pytest.mark.parametrize("text", [KEY, f"/{'b3Blbn' * 60}", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none", ""])
def test_what_may_be_a_key_is_sent(text: str) -> None:
    assert not_a_key(text) == ""


@pytest.mark.parametrize(
    ("module", "options", "option"),
    [("credentials", ACCOUNT, "private_key"), ("managed_server", HOST, "single_use_private_key")],
)
def test_a_module_says_what_it_was_given(target: Server, module: str, options: dict[str, Any], option: str) -> None:
    before = writes(target)
    result = drive(module, target, **options, **{option: PATHS[0]})
    assert result["failed"] and f"{option} is the path of a file, and no private key" in result["msg"]
    assert "lookup(" in result["msg"] and PATHS[0] not in result["msg"]
    assert writes(target) == before


def test_an_import_says_it_too(target: Server, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    result = drive("import", target, src=bundle, secrets={"credentials": {"linux01": {"private_key": PATHS[1]}}})
    assert "secrets.credentials['linux01'].private_key is the path of a file, and no private key" in result["msg"]
    assert not target.journal.entries
