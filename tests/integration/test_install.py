# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tarball, built and installed as a user does it, and the playbooks called by their collection names."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from simulator.testing import estate, serving_pair
from support.awx_paper import paper_awx
from support.playbooks import Played, inventory, play
from support.tasks import drive, secrets_for
from tooling import tree

PLAYBOOKS = sorted(path.stem for path in (tree.ROOT / "playbooks").glob("*.yml"))
# What a user of the collection needs; the workshop (tests, tools, continuous integration) stays at home.
SHIPPED = {
    *("CHANGELOG.rst", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md"),
    *("FILES.json", "MANIFEST.json", "bindep.txt", "requirements.txt"),
    *("changelogs", "docs", "meta", "playbooks", "plugins", "roles"),
}


@pytest.fixture(name="read", scope="module")
def playbooks_read(collections: Path, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """All playbooks, read in one go and not run."""
    place = tmp_path_factory.mktemp("read")
    first, *others = map(by_name, PLAYBOOKS)
    return run(first, collections, *others, "--syntax-check", cwd=place)


def by_name(playbook: str) -> Path:
    return Path(f"{tree.NAMESPACE}.{tree.NAME}.{playbook}")


def run(playbook: Path, collections: Path, *words: str | Path, cwd: Path) -> Played:
    """Run an installed playbook by its collection name; of ours only the installed collection is in reach."""
    # The playbook that sets AWX up needs AWX' own collection beside ours.
    paths = os.pathsep.join(map(str, (collections, paper_awx(cwd / "awx"))))
    return play(playbook, *words, cwd=cwd, environment={**tree.environment(), "ANSIBLE_COLLECTIONS_PATH": paths})


def test_the_tarball_holds_what_a_user_needs(tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        shipped = {name.partition("/")[0] for name in archive.getnames()}
        links = [member.name for member in archive if member.issym() or member.islnk()]
    assert shipped == SHIPPED
    assert not links


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_a_playbook_is_found_by_its_name(name: str, collections: Path, read: Played) -> None:
    assert read.code == 0, read.output
    found = tree.place(collections) / "playbooks" / f"{name}.yml"
    assert f"playbook: {found}" in read.output, "it was not checked, or the one of another installation was"


def test_the_installed_collection_moves_an_estate(collections: Path, tmp_path: Path) -> None:
    with serving_pair() as pair:
        secrets = secrets_for(drive("export", pair.source)["manifest"])
        hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
        played = run(by_name("migrate"), collections, "-i", hosts, cwd=tmp_path)
        assert played.code == 0, played.output
        assert "all as they should be" in played.output
        assert len(estate(pair.target)["jobs"]) == len(estate(pair.source)["jobs"]) > 0
