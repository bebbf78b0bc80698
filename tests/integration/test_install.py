# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tarball, built and installed as a user does it, and the playbooks called by their collection names."""

from __future__ import annotations

import os
import subprocess
import sys
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


def galaxy(*words: str | Path, collections: Path) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-galaxy")), "collection", *map(str, words)],
        env={**os.environ, **tree.environment(collections)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture(name="tarball", scope="module")
def built_from_the_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built in the working tree itself, with .venv and caches in it: what must stay out is in galaxy.yml."""
    place = tmp_path_factory.mktemp("built")
    galaxy("build", tree.ROOT, "--output-path", place, collections=place)
    (tarball,) = place.iterdir()
    return tarball


@pytest.fixture(name="collections", scope="module")
def installed_elsewhere(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("installed")
    # The checkout must be out of sight, or it counts as the same version installed already.
    galaxy("install", tarball, "--collections-path", place, "--offline", collections=place)
    return place


def run(name: str, collections: Path, *words: str | Path, cwd: Path) -> Played:
    """Run an installed playbook by its collection name; of ours only the installed collection is in reach."""
    playbook = Path(f"{tree.NAMESPACE}.{tree.NAME}.{name}")
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
def test_a_playbook_is_found_by_its_name(name: str, collections: Path, tmp_path: Path) -> None:
    played = run(name, collections, "--syntax-check", cwd=tmp_path)
    assert played.code == 0, played.output
    assert str(collections) in played.output, "the playbook of another installation was checked"


def test_the_installed_collection_moves_an_estate(collections: Path, tmp_path: Path) -> None:
    with serving_pair() as pair:
        secrets = secrets_for(drive("export", pair.source)["manifest"])
        hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
        played = run("migrate", collections, "-i", hosts, cwd=tmp_path)
        assert played.code == 0, played.output
        assert "all as they should be" in played.output
        assert len(estate(pair.target)["jobs"]) == len(estate(pair.source)["jobs"]) > 0
