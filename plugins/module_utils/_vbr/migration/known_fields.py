# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole records against the fields that a revision knows: fields nobody knows, and which revision a record is of. Pure.

A server may ignore a field that it does not know, so that nothing tells of a misspelled one. Letter case is no
difference: a field comes out in the spelling of the revision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from operator import is_not, ne
from typing import Any

from ..._core.compare import alike
from ..revisions import NEWEST_FIRST, rank
from .collection import BRANCHES, LEAVES, Estate, Record, records
from .findings import WARNING, Finding
from .kind import BESIDES
from .kinds import KINDS
from .revisions.differences import RenamedField
from .revisions.fields import FIELDS, RECORD
from .revisions.layout import KIND_LISTS
from .revisions.steps import QUIRKS

# The field that has others, and one of them.
Place = tuple[str, str]
# What real exports write otherwise than documented: the place of the field in small letters, and its documented name.
KNOWN_AS: Mapping[Place, str] = {
    (quirk.at.rpartition(".")[2], quirk.old.lower()): quirk.new
    for quirk in QUIRKS["jobs"]
    if isinstance(quirk, RenamedField)
}
# How like a known field one has to be that is not elsewhere: names of fields have many words in common.
MISSPELT = 0.6


@cache
def known_fields(kind: str, revision: str) -> Mapping[str, Mapping[str, str]]:
    """The fields of a kind in a revision: what has them, and each by its name, and by that in small letters."""
    owners = {owner: [*_known(text, revision)] for owner, text in FIELDS.get(kind, {}).items()}
    return {
        owner: {**{name.lower(): name for name in names}, **{name: name for name in names}}
        for owner, names in owners.items()
    }


def _known(text: str, revision: str) -> Iterator[str]:
    for word in text.split():
        name, _colon, span = word.partition(":")
        first, _dots, last = span.partition("..")
        if rank(first) <= rank(revision) <= rank(last or revision):
            yield name


def checked_fields(estate: Estate, revision: str) -> tuple[Estate, list[Finding]]:
    """The estate with its fields in the spelling of the revision, and a finding for each field that is none.

    Records without such a field are the very same objects.
    """
    checked: Estate = {}
    findings: list[Finding] = []
    for kind, collection in estate.items():
        strange: defaultdict[Place, list[str]] = defaultdict(list)
        table = known_fields(kind, revision)
        checked[kind] = {}
        lists = {name.lower(): name for name in KIND_LISTS.get(kind, {})}
        for given, rows in collection.items():
            list_name = lists.get(given.lower(), given)
            if given in BESIDES:
                checked[kind][given] = rows
                continue
            if list_name.lower() not in lists and rows:
                findings.append(_no_list(kind, given, lists))
            if not isinstance(rows, list):
                checked[kind][list_name] = rows
                continue
            checked[kind].setdefault(list_name, [])
            checked[kind][list_name] += [
                _checked(table, RECORD, row, KINDS[kind].key(row), strange) if isinstance(row, dict) else row
                for row in rows
            ]
        findings += [_finding(kind, revision, place, keys, table) for place, keys in strange.items()]
    return checked, findings


def _no_list(kind: str, given: str, lists: Mapping[str, str]) -> Finding:
    message = f"{given} is no list of this kind; its lists are {', '.join(lists.values())}."
    return Finding(WARNING, "unknown-field", message, "Correct it. A server may ignore it.", kind, "", given)


def _checked(
    table: Mapping[str, Mapping[str, str]], owner: str, node: Any, key: str, strange: defaultdict[Place, list[str]]
) -> Any:
    """A dict or list in the spelling of the revision. It meets every value of an estate, so it has to be lean."""
    if isinstance(node, list):
        items = [_checked(table, owner, item, key, strange) if isinstance(item, BRANCHES) else item for item in node]
        return items if any(map(is_not, items, node)) else node
    fields = table.get(owner)
    if fields is None:
        return node
    names: dict[str, str] = {}
    parts: Record = {}
    for given, value in node.items():
        name = given
        if fields.get(given) != given:
            names[given] = name = _spelling(fields, (owner, given), node, key, strange)
        if type(value) not in LEAVES and isinstance(value, BRANCHES):
            new = _checked(table, name, value, key, strange)
            if new is not value:
                parts[given] = new
    if not names and not parts:
        return node
    spelled = {names.get(given, given): parts.get(given, value) for given, value in node.items()}
    return spelled if parts or any(map(ne, names, names.values())) else node


def _spelling(
    fields: Mapping[str, str], place: Place, node: Record, key: str, strange: defaultdict[Place, list[str]]
) -> str:
    """How the revision writes a field that is written otherwise; one that is none stays, and is noted as strange."""
    owner, given = place
    name = fields.get(given) or fields.get(given.lower(), "")
    if not name:
        strange[place].append(key)
        name = KNOWN_AS.get((owner, given.lower()), given)
    return given if name in node else name


def _finding(
    kind: str, revision: str, place: Place, keys: list[str], table: Mapping[str, Mapping[str, str]]
) -> Finding:
    owner, given = place
    where = f"{owner}.{given}" if owner else given
    several = f" ({len(keys)} records)" if len(keys) > 1 else ""
    message = f"revision {revision} has no such field there{several}{_nearest(place, table)}."
    remedy = "Correct it, or say in which revision it is written (spec_version). A server may ignore it."
    return Finding(WARNING, "unknown-field", message, remedy, kind, keys[0] if len(keys) == 1 else "", where)


def _nearest(place: Place, table: Mapping[str, Mapping[str, str]]) -> str:
    owner, given = place
    if (owner, given.lower()) in KNOWN_AS:
        return f"; it is taken for {KNOWN_AS[owner, given.lower()]}"
    elsewhere = next((other for other, fields in table.items() if given.lower() in fields), None)
    near = alike(given, table[owner].values(), MISSPELT)
    if near:
        return f"; the nearest is {near[0]}"
    return f"; {elsewhere or 'the record itself'} has one" if elsewhere is not None else ""


# -- which revision a record is of -------------------------------------------------------------------------------------


def recognised(estate: Estate) -> list[str]:
    """The revisions that know most of the fields and words of an estate, the newest first; all, if nothing tells."""
    marks = {(kind, mark) for kind, rows in estate.items() for _list, row in records(rows) for mark in _marks(row)}
    strange = {revision: sum(_is_strange(kind, mark, revision) for kind, mark in marks) for revision in NEWEST_FIRST}
    return [revision for revision in NEWEST_FIRST if strange[revision] == min(strange.values())]


# Words that a value had up to a revision, and those that it has since.
WORDS = {
    ("type", "Backup"): ("", "1.2-rev1"),
    ("type", "VSphereBackup"): ("1.2-rev0", ""),
    ("platform", "VMware"): ("", "1.2-rev1"),
    ("platform", "VSphere"): ("1.3-rev0", ""),
    ("localTime", "12"): ("", "1.1-rev0"),
    ("localTime", "24"): ("1.1-rev1", ""),
}


def _marks(node: Any, owner: str = RECORD) -> Iterator[tuple[str, str, str]]:
    """What an object and everything in it tells: the field that has a field, that field, and a word of WORDS or ''."""
    for item in node if isinstance(node, list) else [node]:
        for name, value in item.items() if isinstance(item, dict) else ():
            clock = "12" if str(value).upper().endswith("M") else "24"
            word = clock if name == "localTime" and isinstance(value, str) else value
            yield owner, name, word if isinstance(word, str) and (name, word) in WORDS else ""
            if isinstance(value, BRANCHES):
                yield from _marks(value, name)


def _is_strange(kind: str, mark: tuple[str, str, str], revision: str) -> bool:
    owner, name, word = mark
    if word:
        first, last = WORDS[name, word]
        return not rank(first) <= rank(revision) <= rank(last or revision)
    fields = known_fields(kind, revision).get(owner)
    return fields is not None and name.lower() not in fields
