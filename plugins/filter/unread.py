# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables that look like those of a role and that nothing in it reads: misspelt ones, most likely."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

# Where the variables of a role are named: in it as its options, their defaults, and what one task hands on to the next;
# in the playbooks beside it as theirs.
NAMING = ("meta/argument_specs.yml", "defaults/main.yml", "tasks/*.yml")
PLAYBOOKS = ("playbooks/*.yml", "playbooks/vars/*.yml")
WORD = re.compile(r"\w+")


def unread(names: Iterable[str], role: str) -> list[str]:
    """`names` of variables that begin as those of the role do, `role` the path of the role.

    Returns a sentence for each that the role does not know, with the nearest one that it does.
    """
    place = Path(role)
    files = [path for pattern in NAMING for path in place.glob(pattern)]
    files += [path for pattern in PLAYBOOKS for path in place.parent.parent.glob(pattern)]
    read = sorted({word for path in files for word in WORD.findall(path.read_text(encoding="utf-8"))})
    return [_sentence(name, read) for name in sorted(names) if name not in read]


def _sentence(name: str, read: list[str]) -> str:
    nearest = difflib.get_close_matches(name, read, n=1)
    return f"Nothing reads {name}.{f' Is it {nearest[0]}?' if nearest else ''}"


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"unread": unread}
