# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs `ansible-test sanity` with PyPI as its only network and nothing written outside the checkout.

ansible-test builds one small environment per test below `~/.ansible/test`, starts each with a `get-pip` script that it
downloads, and hides the caller's pip settings from pip. A home directory of its own under `.cache` answers all three:
the environments stay there for the next run, `ensurepip` stands in for the download, the settings are copied.
Each version of ansible-core has a home and a copy of the collection to itself, so that two can run side by side.
"""

from __future__ import annotations

import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import ansible.release
import ansible_test

from tooling import tree

HOME = tree.CACHE / "sanity" / ansible.release.__version__
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
STAND_IN = "import ensurepip\n\nensurepip.bootstrap(upgrade=True)\n"
# The tests that may find nothing to do, and why that is right.
NOTHING_TO_READ = {
    "empty-init": "it reads __init__.py beside modules and unit tests, and there is none",
    "future-import-boilerplate": "it is for Pythons that the collection does not support",
    "metaclass-boilerplate": "it is for Pythons that the collection does not support",
    "pslint": "it reads PowerShell, and the collection has none",
    "shellcheck": "it reads *.sh, and the collection has none",
}


def main() -> int:
    collection = tree.snapshot(HOME / "snapshot")
    _prepare_home()
    results = collection / "tests" / "output" / "junit"
    shutil.rmtree(results, ignore_errors=True)
    command = (sys.executable, _beside_python("ansible-test"), "sanity", "--local", "--python", PYTHON, "--junit")
    environment = {**os.environ, "HOME": str(HOME), "LC_ALL": "C.UTF-8"}
    status = subprocess.run((*command, *sys.argv[1:]), cwd=collection, env=environment, check=False).returncode
    unexplained = _report_skipped(results)
    return status or int(unexplained)


def _prepare_home() -> None:
    scripts = HOME / ".ansible" / "test" / "cache"
    scripts.mkdir(parents=True, exist_ok=True)
    for version in _pip_versions():
        (scripts / f"get_pip_{version.replace('.', '_')}.py").write_text(STAND_IN, encoding="utf-8")
    settings = HOME / ".config" / "pip" / "pip.conf"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.touch(mode=0o600)  # An index address may carry a password.
    with settings.open("w", encoding="utf-8") as stream:
        _pip_settings().write(stream)


def _pip_versions() -> list[str]:
    """The versions of pip that this ansible-test would download a script for."""
    source = Path(ansible_test.__path__[0], "_internal", "python_requirements.py").read_text(encoding="utf-8")
    return re.findall(r"""pip=['"]([\d.]+)['"]""", source)


def _pip_settings() -> configparser.RawConfigParser:
    """What pip would use here: the user's files and the environment's variables together."""
    listing = subprocess.run(
        (sys.executable, "-m", "pip", "config", "list"), check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    settings = configparser.RawConfigParser()
    settings.read_dict({"install": {"quiet": "1"}})
    for line in listing.splitlines():
        name, value = line.split("=", 1)
        section, option = name.replace(":env:", "global").split(".", 1)
        if not settings.has_section(section):
            settings.add_section(section)
        settings.set(section, option.lstrip("."), str(ast.literal_eval(value)))
    return settings


def _beside_python(program: str) -> str:
    return str(Path(sys.executable).with_name(program))


def _report_skipped(results: Path) -> bool:
    """Name each test that did nothing, with the reason; return whether one of them has no good reason."""
    unexplained = False
    for path in sorted(results.glob("*.xml")):
        for case in ElementTree.parse(path).iter("testcase"):
            skipped = case.find("skipped")
            if skipped is None:
                continue
            name = str(case.get("name")).removesuffix(f"-python-{PYTHON}")
            known = NOTHING_TO_READ.get(name)
            unexplained |= known is None
            print(f"Sanity test {name} did not run: {known or f'UNEXPECTED: {skipped.text}'}.")
    return unexplained


if __name__ == "__main__":
    sys.exit(main())
