# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where records refer to other objects, and records that refer to others than before. Each is looked through once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from typing import Any, NamedTuple, TypeAlias

from .collection import BRANCHES, LEAVES, Record
from .references import REFERENCE_FIELDS, Fields, Reference, ReferenceForm, TextForm

# Gives the reference to write in the place of one; given back unchanged it leaves the record as it is.
Substitute = Callable[[Reference], Reference]
# The keys of objects and the numbers of items in lists.
Path: TypeAlias = "tuple[str | int, ...]"


class Site(NamedTuple):
    """Where a record refers to an object, step by step from the top, how that is written there, and what it says."""

    path: Path
    form: ReferenceForm
    reference: Reference


class Sites:
    """Where records refer to others. Each is looked through once, however often somebody asks: they are long."""

    def __init__(self) -> None:
        # With the record itself, so that its id stays its own.
        self._known: dict[int, tuple[Record, list[Site]]] = {}

    def of(self, kind: str, record: Record) -> list[Site]:
        """Every site of a record, in the order of its fields."""
        known = self._known.get(id(record))
        if known is None:
            self._known[id(record)] = known = record, sites_of(kind, record)
        return known[1]


def sites_of(kind: str, record: Record) -> list[Site]:
    """Every place of a record that refers to an object, in the order of its fields; an outer one before those in it."""
    found: list[Site] = []
    _look_through(REFERENCE_FIELDS[kind], record, [], found)
    return found


def references(kind: str, record: Record) -> list[Reference]:
    """Every reference of a record, in the order of its fields."""
    return [site.reference for site in sites_of(kind, record)]


def rewritten(record: Record, sites: Iterable[Site], substitute: Substitute) -> tuple[Record, list[Site]]:
    """The record with a substitute for each reference, and its sites then; parts without a change are shared with the
    original.
    """
    now: list[Site] = []
    copies: dict[Path, Any] = {}
    for site in sites:
        new = substitute(site.reference)
        if new is site.reference:
            now.append(site)
            continue
        *above, last = site.path
        holder = _own(copies, record, tuple(above))
        holder[last] = copies[site.path] = value = _written(site.form, holder[last], new)
        there = _read(site.form, value, site.reference.field)
        now += [site._replace(reference=there)] if there else []
    return copies.get((), record), now


def _own(copies: dict[Path, Any], record: Record, path: Path) -> Any:
    """What stands at a path, as a copy, and so is all that it stands in."""
    if path not in copies:
        if not path:
            copies[path] = dict(record)
        else:
            *above, last = path
            holder = _own(copies, record, tuple(above))
            holder[last] = copies[path] = copy(holder[last])
    return copies[path]


def _look_through(fields: Fields, node: Any, path: list[str | int], found: list[Site]) -> None:
    """Add the sites in a dict or list. It meets every value of an estate, so it has to be lean."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            if isinstance(item, BRANCHES):
                path.append(number)
                _look_through(fields, item, path, found)
                path.pop()
        return
    for key, value in node.items():
        if key in fields:
            _add_sites(fields[key], value, (*path, key), found)
        if value and type(value) not in LEAVES and isinstance(value, BRANCHES):
            path.append(key)
            _look_through(fields, value, path, found)
            path.pop()


def _add_sites(forms: tuple[ReferenceForm, ...], value: Any, path: Path, found: list[Site]) -> None:
    """Add the sites that the value of a reference field is: one reference, or a list of them."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            _add_sites(forms, item, (*path, number), found)
    elif value:
        field = ".".join([step for step in path if isinstance(step, str)])
        for form in forms:
            reference = _read(form, value, field)
            if reference is not None:
                found.append(Site(path, form, reference))
                return


def _read(form: ReferenceForm, value: Any, field: str) -> Reference | None:
    """What a value says, written in this form; None if it is not written so."""
    if isinstance(form, TextForm):
        return Reference(form.kind, value, "", field) if isinstance(value, str) and value else None
    if not isinstance(value, dict) or (form.name and form.name not in value):
        return None
    return form.read(value, field)


def _written(form: ReferenceForm, value: Any, new: Reference) -> Any:
    return new.name if isinstance(form, TextForm) else form.write(value, new)
