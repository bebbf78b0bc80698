# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people misspell in an inventory ends a run before a server is asked: groups, and variables of roles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.backupfleet.rest.plugins.filter.blank_directories import blank_directories
from support.playbooks import play
from tooling import tree

GROUP = re.compile(r"^  vars: \{backupfleet_group: (\w+)\}$", re.M)
GROUPS = {
    path.stem: group
    for path in sorted((tree.ROOT / "playbooks").glob("*.yml"))
    for group in GROUP.findall(path.read_text(encoding="utf-8"))
}


def inventory(place: Path, group: str, **variables: object) -> Path:
    path = place / "inventory.yml"
    path.write_text(yaml.safe_dump({group: {"hosts": {"demo": variables}}}), encoding="utf-8")
    return path


def test_every_playbook_about_a_group_looks_for_it() -> None:
    plays = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (tree.ROOT / "playbooks").glob("*.yml")
    }
    about = {
        name: play["hosts"]
        for name, book in plays.items()
        for play in book
        if play.get("hosts") not in (None, "localhost")
    }
    assert {name: group for name, group in about.items() if name != "group"} == GROUPS


@pytest.mark.parametrize("limit", [(), ("--limit", "demo")], ids=["all", "limited"])
def test_an_empty_group_is_an_error_that_names_those_that_are_there(tmp_path: Path, limit: tuple[str, ...]) -> None:
    played = play("migrate", "-i", inventory(tmp_path, "vbr_migration"), *limit, cwd=tmp_path)
    assert played.code != 0
    assert "No host is in the group vbr_migrations. Groups of this inventory: all, ungrouped, vbr_migration." in (
        " ".join(played.output.split())
    )


@pytest.mark.parametrize(
    ("playbook", "variables", "said"),
    [
        ("import", {"vbr_import_mapping": {}}, "Nothing reads vbr_import_mapping. Is it vbr_import_mappings?"),
        (
            "as_code",
            {"vbr_as_code_repository": []},
            "Nothing reads vbr_as_code_repository. Is it vbr_as_code_repositories?",
        ),
        (
            "vbaz_sessions",
            {"vbaz_sessions_maxage": "1h"},
            "Nothing reads vbaz_sessions_maxage. Is it vbaz_sessions_max_age?",
        ),
        ("vcsa_backup", {"vcsa_backup_party": ["x"]}, "Nothing reads vcsa_backup_party. Is it vcsa_backup_parts?"),
        ("export", {"vbr_sorce": {}, "vbr_source": None}, "Nothing reads vbr_sorce. Is it vbr_source?"),
    ],
)
def test_a_variable_that_no_role_reads_is_an_error(
    tmp_path: Path, playbook: str, variables: dict[str, object], said: str
) -> None:
    server = {"hostname": "127.0.0.1", "port": 9, "username": "nobody", "password": "Kf8+vT3&nobody=Qz1%"}
    servers = ("vbr_source", "vbr_target", "vbr_server", "vcsa_server", "vbaz_server")
    needed: dict[str, object] = dict.fromkeys(servers, server)
    needed |= {"vcsa_backup_location": "sftp://10.0.0.5/backups", "vbr_secrets": {}}
    given = {name: value for name, value in (needed | variables).items() if value is not None}
    played = play(playbook, "-i", inventory(tmp_path, GROUPS[playbook], **given), cwd=tmp_path)
    assert played.code != 0
    assert said in " ".join(played.output.split())


@pytest.mark.parametrize(
    ("playbook", "variable", "value"),
    [
        ("export", "vbr_migration_root", ""),
        ("cutover", "vbr_migration_root", None),
        ("vbaz_sessions", "vbaz_sessions_root", "  "),
        ("as_code_read", "vbr_as_code_root", ""),
    ],
)
def test_a_blank_directory_is_no_root_of_the_file_system(
    tmp_path: Path, playbook: str, variable: str, value: object
) -> None:
    played = play(playbook, "-i", inventory(tmp_path, GROUPS[playbook], **{variable: value}), cwd=tmp_path)
    assert played.code != 0
    assert f"{variable} is blank: give a directory." in " ".join(played.output.split())
    assert played.recap["demo"]["failed"] == 1 and [path.name for path in tmp_path.iterdir()] == ["inventory.yml"]


def test_every_root_of_a_playbook_is_looked_at() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (tree.ROOT / "playbooks").rglob("*.yml"))
    roots = set(re.findall(r"\b(?:vbr|em|vcsa|vbaz|awx)_\w*root\b", text))
    assert {name for name in roots if not blank_directories({name: ""})} == set()
    assert len(roots) > 3
