# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers on which every text that somebody may write is an attack on whoever reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.testing import Server

# What a template would make of it, and nothing else in a document has.
PRODUCT = "47569433"
# A command, a sum, a branch, a comment; a tag, a formula, a way out of a directory; YAML's own signs.
TEMPLATE = "{{ lookup('ansible.builtin.pipe', 'touch MARKER') }}{{ 6007 * 7919 }}{% if 1 %}yes{% endif %}{# gone #}"
MARKUP = "<script>fetch('//x')</script>' \" & ../../../etc/x"
# Ansible itself writes results as JSON, with only the first of these as a number.
ESCAPES = "\x1b[31m\x9b2J\u202e"
ORDER = "\x1b"
# Ways in which one text begins; a template may say itself which signs stand for a template.
BEGINNINGS = (
    "=cmd|' /C calc'!A0 ",
    "#jinja2:variable_start_string:'[%', variable_end_string:'%]'\n[% 6007 * 7919 %] ",
    "!!python/object/apply:os.system ['touch MARKER'] ",
    "- {a: &b [1]} # ",
    "@SUM(1) ",
)
# What no user writes: choices, times, fingerprints, addresses that a client reads, and what only the server knows.
FIXED = re.compile(
    r"(Kind|Type|Mode|Level|Optimization|ToProcess|ingerprint|humbprint|Time|Number\w*|OfWeek|Version|(?<!unique)Id|componentName)$"
    r"|^(id|type|kind|day|days|hours|months|platform|state|status|result|version|environment|region|storageTier|parts)$"
    r"|^(created|changed|started|stopped|ended|completed|newest|nextRun|reference|location|base|archive|directory)$"
    r"|^(secrets|group|schedule|deployment|Name|Value|Days|Kind)$"
)
GUID = re.compile(r"[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}")


@dataclass
class Attack:
    """`marker` is the file that comes to be if a command is carried out. `texts` are those that were made hostile.

    `plain` leaves out what XML cannot say.
    """

    marker: Path
    plain: bool = False
    texts: dict[str, str] = field(default_factory=dict)

    def on(self, server: Server) -> None:
        """Make every text of a server hostile; equal ones stay equal, so that references still hold."""
        document = server.snapshot()
        document["rows"] = self.within(document["rows"])
        if "name" in document.get("identity", {}):
            document["identity"]["name"] = self.text(document["identity"]["name"])
        server.restore(document)

    def within(self, value: Any, name: str = "") -> Any:
        """A part of a document that stands under `name`."""
        if isinstance(value, dict):
            # Rows stand under their ids.
            return {key: part if _is_fixed(key) else self.within(part, str(key)) for key, part in value.items()}
        if isinstance(value, list):
            return [self.within(part, name) for part in value]
        return self.text(value) if isinstance(value, str) and value and not GUID.fullmatch(value) else value

    def text(self, original: str) -> str:
        if original not in self.texts:
            beginning = BEGINNINGS[len(self.texts) % len(BEGINNINGS)]
            ending = "" if self.plain else ESCAPES
            whole = f"{beginning}{original} {TEMPLATE} {MARKUP}{ending}"
            self.texts[original] = whole.replace("MARKER", str(self.marker))
        return self.texts[original]


def _is_fixed(name: Any) -> bool:
    return isinstance(name, str) and bool(FIXED.search(name))


def traces(*places: Path, output: str = "") -> list[str]:
    """Where a template was carried out, or a terminal was given orders: of the files below these places, and output."""
    found = [f"output: {line[:200]}" for line in output.splitlines() if PRODUCT in line or ORDER in line]
    for place in places:
        for path in sorted(place.rglob("*")):
            if path.is_file() and PRODUCT in path.read_text(encoding="utf-8", errors="replace"):
                found.append(str(path))
    return found
