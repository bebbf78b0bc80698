# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make release`: the same bytes from two places, and nothing that is not ready.

Everything is built from clones, so what is tested is the last commit.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tooling import tarball, tree

pytestmark = pytest.mark.of_servers

VERSION = yaml.safe_load((tree.ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
TAG = f"v{VERSION}"
NAME = f"{tree.NAMESPACE}-{tree.NAME}-{VERSION}.tar.gz"
AUTHOR = ("-c", "user.name=Tester", "-c", "user.email=tester@example.com", "-c", "commit.gpgsign=false")
FRAGMENT = "---\nminor_changes:\n  - A sentence of no release yet.\n"


def git(repository: Path, *words: str) -> None:
    subprocess.run(("git", *AUTHOR, *words), cwd=repository, check=True, capture_output=True)


def clone(place: Path) -> Path:
    """The last commit of this repository in a place of its own, without tags and without fragments."""
    git(tree.ROOT, "clone", "--quiet", "--no-tags", str(tree.ROOT), str(place))
    for fragment in sorted((place / "changelogs" / "fragments").glob("*.yml")):
        fragment.unlink()
    (place / "CHANGELOG.rst").write_text(_generated(place), encoding="utf-8")
    git(
        place, "commit", "--quiet", "--all", "--allow-empty", "--message", "Get ready", "--date", "2026-01-01T00:00:00Z"
    )
    return place


def _generated(place: Path) -> str:
    """The changelog without what is in fragments still, as its own data has it."""
    program = str(Path(sys.executable).with_name("antsibull-changelog"))
    subprocess.run((program, "generate"), cwd=place, check=True, capture_output=True)
    return (place / "CHANGELOG.rst").read_text(encoding="utf-8")


def release(repository: Path, dist: Path, umask: int = 0o022) -> subprocess.CompletedProcess[str]:
    # Ours may be a build of a distribution, which sets a time of its own.
    surroundings = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    return subprocess.run(
        (sys.executable, "-m", "tooling.release", "--repository", str(repository), "--dist", str(dist)),
        env={**surroundings, "PYTHONPATH": str(tree.ROOT / "tests")},
        capture_output=True,
        text=True,
        check=False,
        umask=umask,
    )


@dataclass(frozen=True)
class Released:
    """A repository that is ready, its release without a tag, and what the release said."""

    repository: Path
    tarball: Path
    done: subprocess.CompletedProcess[str]


@pytest.fixture(name="released", scope="module")
def once_for_all(tmp_path_factory: pytest.TempPathFactory) -> Released:
    repository = clone(tmp_path_factory.mktemp("released") / "repository")
    done = release(repository, repository / "dist")
    assert done.returncode == 0, done.stderr
    return Released(repository, repository / "dist" / NAME, done)


@pytest.fixture(name="repository")
def a_clone(released: Released, tmp_path: Path) -> Path:
    git(tmp_path, "clone", "--quiet", str(released.repository), "repository")
    return tmp_path / "repository"


def test_two_places_give_the_same_bytes(released: Released, tmp_path: Path) -> None:
    elsewhere = tmp_path / "deep" / "down" / "elsewhere"
    git(tmp_path, "clone", "--quiet", str(released.repository), str(elsewhere))
    for path in sorted(elsewhere.rglob("*.py"), reverse=True):
        os.utime(path, (1, 1))
    again = release(elsewhere, elsewhere / "dist", umask=0o077)
    assert again.returncode == 0, again.stderr
    built = released.tarball.read_bytes()
    assert built == (elsewhere / "dist" / NAME).read_bytes()
    digest = hashlib.sha256(built).hexdigest()
    assert released.done.stdout == f"{digest}  {released.tarball}\n"
    assert released.tarball.with_name(f"{NAME}.sha256").read_text(encoding="ascii") == f"{digest}  {NAME}\n"


def test_order_and_times_of_a_tarball_are_taken_away(released: Released, tmp_path: Path) -> None:
    (tmp_path / "loose").mkdir()
    with tarfile.open(released.tarball) as built:
        members = built.getmembers()
        built.extractall(tmp_path / "loose", filter="data")
    with tarfile.open(tmp_path / "shuffled.tar.gz", "w:gz") as shuffled:
        for member in reversed(members):
            shuffled.add(tmp_path / "loose" / member.name, arcname=member.name, recursive=False, filter=_nobodys)
    again = tarball.normalize(tmp_path / "shuffled.tar.gz", tmp_path / "again.tar.gz", int(members[0].mtime))
    assert again.read_bytes() == released.tarball.read_bytes()
    assert (tmp_path / "shuffled.tar.gz").read_bytes() != again.read_bytes()


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """As `ansible-galaxy` packs it: owners taken away, modes two."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    return member


def test_the_tarball_installs_with_every_checksum_right(released: Released, tmp_path: Path) -> None:
    words = ("collection", "install", str(released.tarball), "--collections-path", str(tmp_path), "--offline")
    program = str(Path(sys.executable).with_name("ansible-galaxy"))
    environment = {**os.environ, **tree.environment(tmp_path)}
    done = subprocess.run((program, *words), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tree.place(tmp_path) / "MANIFEST.json").is_file()


def test_a_tagged_commit_that_is_ready_is_released(repository: Path, tmp_path: Path) -> None:
    git(repository, "tag", TAG)
    done = release(repository, tmp_path / "dist")
    assert done.returncode == 0, done.stderr
    assert "trial" not in done.stderr


def test_an_untagged_commit_is_a_trial_with_the_changelog_to_come(repository: Path, tmp_path: Path) -> None:
    _commit_fragment(repository)
    done = release(repository, tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"no tag {TAG}: a trial" in done.stderr
    with tarfile.open(tmp_path / NAME) as built:
        changelog = built.extractfile("CHANGELOG.rst")
        assert changelog is not None
        assert b"A sentence of no release yet." in changelog.read()


def test_a_tag_on_unwritten_changes_is_refused(repository: Path, tmp_path: Path) -> None:
    _commit_fragment(repository)
    git(repository, "tag", TAG)
    _refused(release(repository, tmp_path / "dist"), "fragments of the changelog left. Run `make changelog`")


def test_what_is_not_committed_is_not_tagged(repository: Path, tmp_path: Path) -> None:
    git(repository, "tag", TAG)
    (repository / "README.md").write_text("Something else.\n", encoding="utf-8")
    _refused(release(repository, tmp_path / "dist"), "not committed:\nM README.md")


def test_the_tag_of_another_version_is_refused(repository: Path, tmp_path: Path) -> None:
    git(repository, "tag", "v9.9.9")
    _refused(release(repository, tmp_path / "dist"), "the tag says v9.9.9")


def test_a_version_is_released_once(repository: Path, tmp_path: Path) -> None:
    git(repository, "tag", TAG)
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "One more")
    _refused(release(repository, tmp_path / "dist"), f"Another commit has the tag {TAG}")


def test_two_versions_are_refused(repository: Path, tmp_path: Path) -> None:
    galaxy = repository / "galaxy.yml"
    galaxy.write_text(galaxy.read_text(encoding="utf-8").replace(f"version: {VERSION}", "version: 9.9.9"), "utf-8")
    git(repository, "commit", "--quiet", "--all", "--message", "Raise half of the version")
    _refused(release(repository, tmp_path / "dist"), "galaxy.yml says 9.9.9")


def test_a_changelog_written_by_hand_is_refused(repository: Path, tmp_path: Path) -> None:
    with (repository / "CHANGELOG.rst").open("a", encoding="utf-8") as changelog:
        changelog.write("\nBy hand.\n")
    git(repository, "commit", "--quiet", "--all", "--message", "Write by hand")
    _refused(release(repository, tmp_path / "dist"), "CHANGELOG.rst was changed by hand")


def _commit_fragment(repository: Path) -> None:
    (repository / "changelogs" / "fragments" / "unreleased.yml").write_text(FRAGMENT, encoding="utf-8")
    git(repository, "add", "changelogs")
    git(repository, "commit", "--quiet", "--message", "Change something")


def _refused(done: subprocess.CompletedProcess[str], reason: str) -> None:
    assert done.returncode == 1
    assert reason in done.stderr, done.stderr
    assert not done.stdout
