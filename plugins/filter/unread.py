# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables that look like those of this collection and that nothing in it reads: misspelt ones, most likely."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Any

COLLECTION = Path(__file__).resolve().parents[2]
# Where variables are named: in roles as their options, their defaults, and what one task hands on to the next; in the
# playbooks as theirs.
NAMING = (
    "roles/*/meta/argument_specs.yml",
    "roles/*/defaults/main.yml",
    "roles/*/tasks/*.yml",
    "playbooks/*.yml",
    "playbooks/vars/*.yml",
)
# No part of a longer name, as that of a module is; what a comment says is none either.
WORD = re.compile(r"(?<![\w./])[a-z]+_\w*[a-z0-9]\b")
COMMENT = re.compile(r"^\s*#.*$", re.M)
# What a file gives a value: the key of a line, a key in braces, what a task registers.
GIVEN = re.compile(r"^\s*(?:- )?(?:\w+: \{)?([a-z]+_\w+):|\bregister: (\w+)", re.M)
# Where a variable that somebody may set is described.
DESCRIBING = NAMING[:2]
BOOKS = NAMING[3:]
GROUP = re.compile(r"\bbackupfleet_group: (\w+)")
# How like another name one has to be, without the prefix of the service, to be taken for it misspelt.
LIKE = 0.75


def unread(names: Iterable[str], role: str = "") -> list[str]:
    """`names` of variables that begin as those of this collection do, `role` the path of a role.

    Returns a sentence for each that nothing reads and that is like one of ours. What is like none is the user's own
    business, unless it begins with the name of the role.
    """
    read, prefix = known(), f"{Path(role).name}_"
    nearest = {name: _nearest(name, for_users()) for name in sorted(set(names) - read)}
    return [_sentence(name, like) for name, like in nearest.items() if like or (role and name.startswith(prefix))]


@lru_cache
def known() -> frozenset[str]:
    """The variables that something here reads; the names of groups are none."""
    texts = _texts(NAMING)
    words = {word for text in texts for word in WORD.findall(COMMENT.sub("", text))}
    return frozenset(words - {group for text in texts for group in GROUP.findall(text)})


@lru_cache
def for_users() -> frozenset[str]:
    """Those of them that somebody may set: not what tasks and playbooks only give each other.

    A variable that is given a value here is for users where a role has it as an option, or a comment of a playbook
    says what it is for.
    """
    described = {name for text in _texts(DESCRIBING) for name in _given(text)}
    comments = (comment for text in _texts(BOOKS) for comment in COMMENT.findall(text))
    commented = {word for comment in comments for word in WORD.findall(comment)}
    given = {name for text in _texts(NAMING) for name in _given(text)}
    roles = {path.name for path in COLLECTION.glob("roles/*")}
    return known() - (given - described - commented) - roles


def _texts(patterns: Iterable[str]) -> list[str]:
    return [path.read_text(encoding="utf-8") for pattern in patterns for path in COLLECTION.glob(pattern)]


def _given(text: str) -> set[str]:
    return {name for found in GIVEN.findall(text) for name in found if name}


def _nearest(name: str, read: Iterable[str]) -> str:
    """The variable that is most like it, of the same service and with the same first letter; none if it is too far.

    A name that goes on where one of ours ends, as vbr_source_address does, is another name.
    """
    service, _underscore, stem = name.partition("_")
    beginning = f"{service}_{stem[:1]}"
    others = [other for other in read if other.startswith(beginning) and not name.startswith(f"{other}_")]
    likeness = {other: SequenceMatcher(None, stem, other.partition("_")[2]).ratio() for other in others}
    return max((other for other in others if likeness[other] >= LIKE), key=lambda other: likeness[other], default="")


def _sentence(name: str, nearest: str) -> str:
    return f"Nothing reads {name}.{f' Is it {nearest}?' if nearest else ''}"


class FilterModule:
    """The filter as Ansible finds it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"unread": unread}
