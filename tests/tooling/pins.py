# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make pins`: writes down the version of every package that the project's environments are made of.

The newest versions that fit together on the oldest Python are taken, and on each other Python the same as far as they
exist there. Nothing is installed: pip only says what it would install into a new environment. `--like` keeps the
versions of an environment that is there, and chooses only what that does not have. (Galaxy's importer has an
environment of its own, which is always chosen anew.)
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from packaging.utils import canonicalize_name

from tooling import cores, tree

TESTS = tree.ROOT / "tests"
# What is pinned, and where. Galaxy's importer cannot live with the versions of the others.
MAIN = "requirements.txt"
ENVIRONMENTS = {"constraints.txt": MAIN, "constraints-importer.txt": "requirements-importer.txt"}
# What a new environment brings along, in the version of its Python.
BROUGHT = ("pip", "setuptools")
# Each Python has an ansible-core of its own, and each ansible-core the resolvelib that it wants.
OF_THE_CORE = ("ansible-core", "resolvelib")
HEADER = "# Written by `make pins`: what is installed for the tests, here and on a build machine.\n"

Versions = Mapping[str, str]


def main() -> int:
    """Write both files anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--like", type=Path, help="a virtual environment whose versions are kept")
    like = parser.parse_args().like
    missing = [python for python in cores.TESTED if not cores.installed(python)]
    if missing:
        print(f"Pins are for Python {', '.join(cores.TESTED)}; not here: {', '.join(missing)}", file=sys.stderr)
        return 1
    for target, requirements in ENVIRONMENTS.items():
        kept = installed(like) if like and requirements == MAIN else {}
        (TESTS / target).write_text(HEADER + written(resolved(TESTS / requirements, kept)), encoding="utf-8")
        print(f"Written: tests/{target}")
    return 0


def installed(environment: Path) -> Versions:
    """What an environment is made of."""
    command = (str(environment / "bin" / "python"), "-m", "pip", "list", "--format", "json")
    listing = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    versions = {canonicalize_name(row["name"]): row["version"] for row in listing}
    return {name: version for name, version in versions.items() if name not in BROUGHT}


def resolved(requirements: Path, kept: Versions) -> dict[str, Versions]:
    """By Python, oldest first: what pip would install for the requirements into a new environment."""
    found: dict[str, Versions] = {}
    for python in cores.TESTED:
        found[python] = _resolved(python, requirements, kept)
        kept = {name: version for name, version in {**found[python], **kept}.items() if name not in OF_THE_CORE}
    return found


def _resolved(python: str, requirements: Path, kept: Versions) -> Versions:
    environment = tree.CACHE / "pins" / python
    subprocess.run((cores.installed(python)[0], "-m", "venv", "--clear", str(environment)), check=True)
    with tempfile.TemporaryDirectory() as place:
        constraints, report = Path(place, "constraints.txt"), Path(place, "report.json")
        constraints.write_text("".join(f"{name}=={version}\n" for name, version in kept.items()), encoding="utf-8")
        pip = (str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
        words = ("--dry-run", "--report", report, "--constraint", constraints, "--requirement", requirements)
        subprocess.run((*pip, *map(str, words)), check=True)
        rows = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {canonicalize_name(row["metadata"]["name"]): row["metadata"]["version"] for row in rows}


def written(found: Mapping[str, Versions]) -> str:
    """The lines of a constraints file; what is not the same on every Python says on which it is."""
    names = sorted({name for versions in found.values() for name in versions})
    return "".join(line for name in names for line in _lines(name, found))


def _lines(name: str, found: Mapping[str, Versions]) -> list[str]:
    versions = {python: versions.get(name) for python, versions in found.items()}
    if len(set(versions.values())) == 1:
        return [f"{name}=={next(iter(versions.values()))}\n"]
    return [f'{name}=={version}; python_version == "{python}"\n' for python, version in versions.items() if version]


def for_another_core() -> Path:
    """The constraints for an environment with another ansible-core than the newest: a file in the cache."""
    lines = (TESTS / "constraints.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    path = tree.CACHE / "constraints-another-core.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(line for line in lines if line.partition("==")[0] not in OF_THE_CORE), encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
