# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How `make registered` writes: YAML in the project's style, and texts between two marks of a file."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import yaml

MARK = "made by `make registered`"
# Whatever a comment looks like: `# -- until here --`, `<!-- until here -->`.
BEGIN, END = f"-- {MARK} --", "-- until here --"
BETWEEN = re.compile(
    rf"^(?P<begin>(?P<indent>[ ]*)[^\n]*{re.escape(BEGIN)}[^\n]*\n).*?(?P<end>^[^\n]*{re.escape(END)})", re.M | re.S
)
WIDTH = 90


def between(path: Path, *texts: str) -> str:
    """The file with these texts between its marks, indented as they are. Raises LookupError if it has not a pair each.

    The marks stand in comments, on lines of their own:

        # -- made by `make registered` --
        # -- until here --
    """
    whole = path.read_text(encoding="utf-8")
    places = list(BETWEEN.finditer(whole))
    if len(places) != len(texts):
        raise LookupError(f"{path} has {len(places)} pairs of the marks '{BEGIN}' and '{END}', and not {len(texts)}")
    # From the last one on, so that those before it stay where they were found.
    for place, text in reversed([*zip(places, texts, strict=True)]):
        written = textwrap.indent(text, place["indent"])
        whole = whole[: place.start()] + place["begin"] + written + place["end"] + whole[place.end() :]
    return whole


class Dumper(yaml.SafeDumper):
    """Indents lists, as the project's style wants it, and repeats what occurs twice."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def dump(value: Any) -> str:
    """A value as a document of YAML."""
    return yaml.dump(value, Dumper=Dumper, sort_keys=False, width=WIDTH)
