# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make release`: the tarball of what is committed, the same bytes wherever and whenever it is built.

What is not committed is not in it. A commit that has the tag of its version must be ready: nothing uncommitted, the
changelog written. Any other commit gives a trial of that release, with the changelog as it would be.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import yaml

from tooling import tarball, tree

DIST = tree.ROOT / "dist"
VERSION_FILE = Path("plugins", "module_utils", "_core", "version.py")
FRAGMENTS = Path("changelogs", "fragments")
CHANGES = Path("changelogs", "changelog.yaml")


class Unready(Exception):
    """Why this commit cannot be released, and what to do about it."""


def main() -> int:
    """Build the release of a repository; print where it is and what it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repository", type=Path, default=tree.ROOT, help="whose last commit is built")
    parser.add_argument("--dist", type=Path, default=DIST, help="where the tarball goes")
    words = parser.parse_args()
    try:
        built = release(words.repository.resolve(), words.dist.resolve())
    except Unready as reason:
        print(f"Not released: {reason}", file=sys.stderr)
        return 1
    digest = hashlib.sha256(built.read_bytes()).hexdigest()
    # In the form that `sha256sum --check` reads.
    built.with_name(f"{built.name}.sha256").write_text(f"{digest}  {built.name}\n", encoding="ascii")
    print(f"{digest}  {built}")
    return 0


def release(repository: Path, dist: Path) -> Path:
    """The tarball of the repository's last commit, in `dist`."""
    with tempfile.TemporaryDirectory(prefix="release-") as place:
        collection = tree.place(Path(place))
        export(repository, collection)
        version = version_of(collection)
        tagged = is_tagged(repository, version)
        if tagged:
            _refuse_unready(repository, collection, version)
        else:
            print(f"This commit has no tag v{version}: a trial of that release.", file=sys.stderr)
        _write_changelog(repository, collection, Path(place))
        _run("ansible-galaxy", "collection", "build", "--output-path", place, cwd=collection, collections=Path(place))
        (built,) = Path(place).glob("*.tar.gz")
        dist.mkdir(exist_ok=True)
        return tarball.normalize(built, dist / built.name, commit_time(repository))


def export(repository: Path, collection: Path) -> None:
    """Unpack what is committed, and nothing else, into a folder."""
    archive = subprocess.run(
        ("git", "archive", "--format=tar", "HEAD"), cwd=repository, check=True, stdout=subprocess.PIPE
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(collection, filter="data")


def version_of(collection: Path) -> str:
    """The version of galaxy.yml, which the user agent must agree with."""
    version = str(yaml.safe_load((collection / "galaxy.yml").read_text(encoding="utf-8"))["version"])
    if f'"{version}"' not in (collection / VERSION_FILE).read_text(encoding="utf-8"):
        raise Unready(f"galaxy.yml says {version}, {VERSION_FILE} does not. Write the version in both.")
    return version


def is_tagged(repository: Path, version: str) -> bool:
    """Whether the commit is the tagged one of its version; it must not have the tag of another."""
    tags = {tag for tag in _git(repository, "tag", "--points-at", "HEAD").split() if tag.startswith("v")}
    if tags - {f"v{version}"}:
        raise Unready(f"galaxy.yml says {version}, the tag says {', '.join(sorted(tags))}. Tag the right commit.")
    if not tags and _git(repository, "tag", "--list", f"v{version}"):
        raise Unready(f"Another commit has the tag v{version}: it is out. Raise the version in galaxy.yml.")
    return bool(tags)


def commit_time(repository: Path) -> int:
    """Seconds of the last commit, the one time that is written into the tarball."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or _git(repository, "log", "-1", "--format=%ct"))


def _refuse_unready(repository: Path, collection: Path, version: str) -> None:
    changed = _git(repository, "status", "--porcelain")
    if changed:
        raise Unready(f"These files are not committed:\n{changed}")
    if _fragments(collection):
        raise Unready("There are fragments of the changelog left. Run `make changelog`, commit, and tag that commit.")
    if version not in yaml.safe_load((collection / CHANGES).read_text(encoding="utf-8"))["releases"]:
        raise Unready(f"{CHANGES} does not know {version}. Run `make changelog`, commit, and tag that commit.")


def _write_changelog(repository: Path, collection: Path, collections: Path) -> None:
    """In a trial with what the fragments say; in any case from its own data, and free of complaints."""
    _run("antsibull-changelog", "lint", cwd=collection, collections=collections)
    written = (collection / "CHANGELOG.rst").read_text(encoding="utf-8")
    if _fragments(collection):
        date = datetime.fromtimestamp(commit_time(repository), UTC).date().isoformat()
        words = ("--update-existing", "--reload-plugins", "--refresh-plugins", "allow-removal", "--date", date)
        _run("antsibull-changelog", "release", *words, cwd=collection, collections=collections)
        return
    _run("antsibull-changelog", "generate", cwd=collection, collections=collections)
    if (collection / "CHANGELOG.rst").read_text(encoding="utf-8") != written:
        raise Unready("CHANGELOG.rst was changed by hand. Change changelogs/changelog.yaml and run `make changelog`.")


def _fragments(collection: Path) -> list[Path]:
    return [path for path in (collection / FRAGMENTS).glob("*") if not path.name.startswith(".")]


def _git(repository: Path, *words: str) -> str:
    done = subprocess.run(("git", *words), cwd=repository, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def _run(program: str, *words: str, cwd: Path, collections: Path) -> None:
    """Run a tool that sits beside this Python, where only the exported collection is in sight; be quiet if it works."""
    command = (str(Path(sys.executable).with_name(program)), *words)
    # These tools call others of their kind by name.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, **tree.environment(collections), "PATH": path}
    done = subprocess.run(
        command, cwd=cwd, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise Unready(f"`{program} {' '.join(words)}` failed:\n{done.stdout}")


if __name__ == "__main__":
    sys.exit(main())
