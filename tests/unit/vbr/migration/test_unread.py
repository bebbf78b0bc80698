# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user wrote and nothing is meant by is said, with the nearest that there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Pair, Server
from support.estates import CHAIN_SECRETS, bundle_of, chain_of_four
from support.tasks import drive

# Of the estate: an account, a host, a repository `Store` in /backups, a job `Nightly`.
UNREAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "a job to rename": ({"rename": {"jobs": {"Nigthly": "x"}}}, "unused-rename", "'Nightly'"),
    "a repository": ({"mappings": {"repositories": {"Stoer": "Vault"}}}, "unused-mapping", "'Store'"),
    "a host": ({"mappings": {"hosts": {"linux02.tech.local": "x"}}}, "unused-mapping", "'linux01.tech.local'"),
    "an account": ({"mappings": {"credentials": {"servic-account": "x"}}}, "unused-mapping", "'service-account'"),
    "a directory": ({"mappings": {"paths": {"/backup": "/x"}}}, "unused-mapping", "'/backups'"),
}
READ: dict[str, dict[str, Any]] = {
    "names in other letters": {"rename": {"jobs": {"NIGHTLY": "Every night"}}},
    "an account by its name": {"mappings": {"credentials": {"tech\\service": "x"}}},
    "the source server itself": {"mappings": {"hosts": {"srv04.tech.local": "backupserver02.tech.local"}}},
    "a directory": {"mappings": {"paths": {"/backups": "/x"}}},
}


def found(target: Server, place: Path, options: dict[str, Any]) -> list[dict[str, Any]]:
    src = bundle_of(place / "bundle", chain_of_four())
    planned = drive("import", target, check=True, src=src, secrets=CHAIN_SECRETS, **options)
    return [finding for finding in planned["findings"] if finding["code"].startswith("unused")]


@pytest.mark.parametrize(("options", "code", "nearest"), UNREAD.values(), ids=UNREAD)
def test_a_name_that_nothing_has_is_a_warning_with_the_nearest(
    target: Server, tmp_path: Path, options: dict[str, Any], code: str, nearest: str
) -> None:
    (finding,) = found(target, tmp_path, options)
    assert (finding["severity"], finding["code"]) == ("warning", code)
    assert nearest in finding["message"]


@pytest.mark.parametrize("options", READ.values(), ids=READ)
def test_a_name_that_something_has_is_none(target: Server, tmp_path: Path, options: dict[str, Any]) -> None:
    assert found(target, tmp_path, options) == []


def test_a_filter_that_matches_nothing_is_a_warning(pair: Pair, tmp_path: Path) -> None:
    filters = {"jobs": {"names": ["Finance*", "backup job*"]}}
    exported = drive("export", pair.source, dest=str(tmp_path / "bundle"), filters=filters)
    (finding,) = [finding for finding in exported["findings"] if finding["code"] == "unmatched-filter"]
    assert "'Finance*'" in finding["message"] and exported["counts"]["jobs"] == 1
