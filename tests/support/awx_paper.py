# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection awx.awx on paper: modules that take what the real ones take, and write down what they were given.

`awx_modules.json` says what they take: of each module that playbooks/awx_setup.yml uses, the options that it uses.
Where a registry can be reached, a test compares it with the real collection (`real_awx`).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from tooling import tree

SPECS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("awx_modules.json").read_text(encoding="utf-8"))
# The environment variable that names the file to write to.
NOTES = "PAPER_AWX"
MODULE = """\
#!/usr/bin/python
import json, os
from ansible.module_utils.basic import AnsibleModule

module = AnsibleModule(argument_spec=json.loads({spec!r}), supports_check_mode=True)
with open(os.environ[{notes!r}], "a", encoding="utf-8") as file:
    file.write(json.dumps([{name!r}, module.params]) + chr(10))
module.exit_json(changed=True)
"""
# The package of PyPI that carries the real collection, and where that is taken out of it.
CARRIER = "ansible==12.3.0"
INSIDE = "ansible_collections/awx/awx/"
REAL = tree.CACHE / "awx"
MANIFEST = "MANIFEST.json"
DOWNLOAD_SECONDS = 180


def paper_awx(place: Path) -> Path:
    """Write the collection; returns the folder that ANSIBLE_COLLECTIONS_PATH wants."""
    modules = place / INSIDE / "plugins" / "modules"
    modules.mkdir(parents=True)
    for name, spec in SPECS.items():
        text = MODULE.format(spec=json.dumps(spec), notes=NOTES, name=name)
        (modules / f"{name}.py").write_text(text, encoding="utf-8")
    return place


def notes(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """What the modules wrote down, in their order: module and parameters, without those that were not given."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(name, _given(params)) for name, params in rows]


def _given(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _given(part) for key, part in value.items() if part is not None}
    return [_given(part) for part in value] if isinstance(value, list) else value


def real_awx() -> Path:
    """The real collection, from the package index, and kept; raises LookupError when there is none to be had."""
    collection = REAL / INSIDE
    if not (collection / MANIFEST).exists():
        REAL.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=REAL) as downloads:
            _extract(_download(Path(downloads)))
    return collection


def _download(place: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(place), CARRIER]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise LookupError(f"{CARRIER}, which carries awx.awx, cannot be had from the package index") from error
    (wheel,) = place.glob("*.whl")
    return wheel


def _extract(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        wanted = {name for name in archive.namelist() if name.startswith(INSIDE)} - {INSIDE + MANIFEST}
        # The manifest last: it says that all is there.
        archive.extractall(REAL, wanted)
        archive.extract(INSIDE + MANIFEST, REAL)
