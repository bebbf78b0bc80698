# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter secrets_skeleton: filled in, it is what an import takes; and nobody's name breaks out of its comment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.backupfleet.rest.plugins.filter.secrets_skeleton import FilterModule
from simulator.testing import simulated_pair
from support.server_text import BEGINNINGS, ESCAPES, TEMPLATE
from support.tasks import drive
from unit.meta.test_roles import Loader

skeleton = FilterModule().filters()["secrets_skeleton"]


def slot(key: str, *wanted: list[str], name: str = "", users: int = 0) -> dict[str, Any]:
    return {
        "kind": "credentials",
        "key": key,
        "name": name or key,
        "needs_one_of": list(wanted),
        "used_by": ["x"] * users,
    }


def test_each_secret_has_a_place_and_what_else_would_do_is_a_comment() -> None:
    azure = slot("azure", ["application_secret"], ["certificate", "certificate_password"])
    slots = [
        slot("linux", ["password"], ["private_key"], name="root", users=3),
        {**azure, "kind": "cloudcredentials"},
        slot("certificate", ["certificate", "certificate_password"]),
    ]
    assert skeleton(slots) == (
        "---\n"
        "vbr_secrets:\n"
        "  cloudcredentials:\n"
        "    azure:\n"
        "      application_secret:\n"
        "      # or certificate and certificate_password\n"
        "  credentials:\n"
        "    # root, needed by 3\n"
        "    linux:\n"
        "      password:\n"
        "      # or private_key\n"
        "    certificate:\n"
        "      certificate:\n"
        "      certificate_password:\n"
    )


def test_nothing_is_wanted() -> None:
    assert skeleton([]) == ""


def test_a_hostile_name_stays_in_its_comment_and_a_hostile_key_is_that_key() -> None:
    names = [f"{beginning}\nvbr_secrets: {{x: y}}\u2028a: b {TEMPLATE}{ESCAPES}" for beginning in BEGINNINGS]
    read = yaml.load(skeleton([slot(name, ["password"], name=f"{name}!") for name in names]), Loader)
    assert read == {"vbr_secrets": {"credentials": {name: {"password": None} for name in names}}}


@pytest.mark.parametrize("before", range(60, 100))
def test_a_null_in_a_long_key_stays(before: int) -> None:
    key = f"{'w' * before} null tail of a long name {'z' * 70} null"
    read = yaml.load(skeleton([slot(key, ["certificate", "certificate_password"])]), Loader)
    assert read == {"vbr_secrets": {"credentials": {key: {"certificate": None, "certificate_password": None}}}}


def test_what_an_import_misses_is_what_it_takes_when_it_is_filled_in(tmp_path: Path) -> None:
    with simulated_pair() as pair:
        bundle = str(tmp_path / "bundle")
        needed = drive("export", pair.source, dest=bundle)["secrets_needed"]
        refused = drive("import", pair.target, src=bundle)
        missing = {(one["kind"], one["key"]) for one in refused["secrets_missing"]}
        assert missing == {(one["kind"], one["key"]) for one in needed}
        (text, given) = (skeleton(refused["secrets_missing"]), {})
        for kind, of_kind in yaml.load(text, Loader)["vbr_secrets"].items():
            given[kind] = {key: dict.fromkeys(names, "Kf8+vT3&filled=Qz1%") for key, names in of_kind.items()}
        assert not drive("import", pair.target, src=bundle, secrets=given).get("failed")
        assert drive("import", pair.target, src=bundle)["secrets_missing"] == []
