# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ships is what is committed for users; whatever people keep in their checkout stays there.

The tarball is built as the README says, by `ansible-galaxy collection build` in the working tree.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tooling import tree

# What only those need who work on the collection.
WORKSHOP = {
    *(".ansible-lint", ".ci", ".github", ".gitignore", ".yamllint", "LICENSES", "Makefile", "antsibull-nox.toml"),
    *("collections", "execution-environment.yml", "galaxy.yml", "noxfile.py", "pyproject.toml", "tests"),
}
WORKSHOP_FOLDERS = ("changelogs/fragments/", "docs/site/")
# What `ansible-galaxy` writes into every tarball.
LISTS = {"FILES.json", "MANIFEST.json"}
PRIVATE = (
    *("vault.yml", "vault_password", ".vault_pass", "secrets.yml", "inventory.yml", "hosts", "inventory/hosts.ini"),
    *("group_vars/all.yml", "group_vars/vbr_migrations/vault.yml", "host_vars/vbr1/estate.yml", "site.yml"),
    *("lab.env", ".env", "ca.pem", "id_ed25519", "report.html", "plan.json", "notes.md", "passwords.txt"),
    *("vbr_migrations/hq/bundle/manifest.json", "vbr_migrations/hq/journal.json", "vbr_as_code/vbr1.yml"),
    *("vbaz_evidence/azure1.csv", "a_new_folder/deep/down/notes.yml", "a_new_folder/code.py", "code.py"),
    # The same beside playbooks, where Ansible looks for variables too, and in the folders that ship.
    *("playbooks/inventory.yml", "playbooks/group_vars/all.yml", "playbooks/host_vars/vbr1.yml", "playbooks/site.yml"),
    *("playbooks/vars/vault.yml", "playbooks/vbr_migrations/hq/report.html", "playbooks/ca.pem"),
    *("roles/vbr_import/vars/vault.yml", "roles/vbr_import/defaults/vault.yml", "roles/vbr_import/files/key.pem"),
    *("plugins/lab.env", "plugins/inventory/hosts.yml", "plugins/modules/.vbr_info.py.swp", "plugins/modules/._x.py"),
    *(
        "meta/vault.yml",
        "docs/notes.md",
        "docs/docsite/rst/ours.rst",
        "docs/docsite/vault.yml",
        "changelogs/vault.yaml",
    ),
)


@pytest.fixture(name="copy")
def with_private_files(tmp_path: Path) -> Path:
    """What would be committed now, and beside it what people keep in a checkout."""
    copy = tree.snapshot(tmp_path / "copy")
    for name in PRIVATE:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("Private, and nobody else's.\n", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "linked.yml").write_text("Private, too.\n", encoding="utf-8")
    (copy / "linked").symlink_to(tmp_path / "elsewhere")
    (copy / "roles" / "vbr_import" / "tasks" / "linked.yml").symlink_to(tmp_path / "elsewhere" / "linked.yml")
    return copy


def build(collection: Path, place: Path) -> set[str]:
    """Build where it lies; the files in the tarball."""
    program = str(Path(sys.executable).with_name("ansible-galaxy"))
    subprocess.run(
        (program, "collection", "build", "--output-path", str(place)),
        cwd=collection,
        env={**os.environ, **tree.environment(place)},
        check=True,
        capture_output=True,
    )
    (tarball,) = place.glob("*.tar.gz")
    with tarfile.open(tarball) as archive:
        return {member.name for member in archive if not member.isdir()}


def for_users() -> set[str]:
    """Every file of the project that is not for the workshop."""
    listing = subprocess.run(
        ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"),
        cwd=tree.ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    names = (name for name in listing.split("\0") if name and (tree.ROOT / name).is_file())
    return {name for name in names if name.partition("/")[0] not in WORKSHOP and not name.startswith(WORKSHOP_FOLDERS)}


def test_what_ships_is_what_is_for_users(copy: Path, tmp_path: Path) -> None:
    shipped = build(copy, tmp_path / "dist")
    assert not shipped & set(PRIVATE)
    # Whoever adds a file for users names it in galaxy.yml, or it stays at home.
    assert shipped == for_users() | LISTS


def test_the_checkout_under_its_other_name_has_no_end_in_itself() -> None:
    """A distlib before 0.4.2 follows links, and would walk through the checkout in the checkout for ever."""
    inside = tree.place(tree.checkout())
    leads = {path.resolve() for path in inside.iterdir()}
    assert tree.ROOT not in leads
    assert not [path for path in leads if path in tree.CACHE.parents or path == tree.CACHE]
    assert (inside / "galaxy.yml").samefile(tree.ROOT / "galaxy.yml")
