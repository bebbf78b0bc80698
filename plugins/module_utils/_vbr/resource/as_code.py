# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back from what a server has to what a user would write: options, with names in the place of ids. Pure.

An option is taken only if it would be sent as just what the server has; what no option says stands in `settings`. So
what comes out of here changes nothing when it is given back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from ..._core.compare import SECRET, Leave, drift, value_at
from ..._core.errors import InvalidInput, quoted
from ..._core.operation import Params
from ..revisions import rank
from .codecs import Named, Ref, TimeOfDay
from .payload import SETTINGS, echoes, fits, lay, resolved
from .places import NO_ID, Body
from .schema import KEY, LOCAL, Field, Resource

# What only the server says of an object, at the top of it. A name that no option has is one that the server gave.
READ_ONLY = frozenset(
    {
        "id",
        "name",
        "creationTime",
        "lastModified",
        "modificationTime",
        "lastSuccessfulBackup",
        "isDisabled",
        "isImported",
        "isBackupServer",
        "isDefaultMountServer",
        "status",
        "updatesState",
        "computerNames",
        "hostType",
        "regionDisplayName",
    }
)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


class ServerNames(Protocol):
    """Who is who on a server."""

    def name_of(self, ref: Ref, given: Mapping[str, Any]) -> str | None:
        """The name of the object that has these values, best one that no other has; None if there is none."""

    def id_of(self, named: Named) -> Any:
        """What a name gives. Raises InvalidInput."""


def item(resource: Resource, row: Body, revision: str, names: ServerNames) -> dict[str, Any] | None:
    """The options that describe an object, without its secrets; None if it is of a type that no option has."""
    of_type = resource.fields.get("type")
    kind = of_type.choice_meant(row.get("type"), revision) if of_type else None
    if of_type and kind is None:
        return None
    options: dict[str, Any] = {"type": kind} if of_type else {}
    rest = {key: value for key, value in row.items() if key not in {*READ_ONLY, resource.own, *options}}
    for name, spec in resource.of(kind).fields.items():
        if spec.role is LOCAL or spec.secret or name == SETTINGS or not fits(spec, {"type": kind}, revision):
            continue
        value = _option(spec, value_at(row, spec.steps(name, revision)), revision, names)
        sent = _sent(name, spec, value, revision, names)
        unsaid = Leave(defaults=dict(echoes({name: spec}, sent or {}, revision)))
        said = sent is not None and not drift(sent, row, unsaid) and not _blank_name(spec, value)
        if sent is not None and said and not _excluded(resource, name, options):
            options[name] = value
            rest = _without(rest, sent)
    options |= dict(_marked(resource, row, names))
    settings = _settings(rest, resource.fields[SETTINGS], names, ()) if SETTINGS in resource.fields else {}
    return {**options, SETTINGS: settings} if settings else options


def _blank_name(spec: Field, value: Any) -> bool:
    """Whether an option that is never blank would be given blanks."""
    named = spec.role is KEY or spec.option.required or spec.option.names
    return named and isinstance(value, str) and not value.strip()


def _excluded(resource: Resource, name: str, options: Params) -> bool:
    """Whether an option is said already that this one may not be given with."""
    groups = resource.rules.get("mutually_exclusive", ())
    return any(name in group and set(group) & set(options) - {name} for group in groups)


def unresolved(resource: Resource, row: Body, options: Params, revision: str) -> str:
    """Why these options are too little to make the object: what it cannot do without is not known here. Or `""`."""
    for name, spec in resource.of(options.get("type")).fields.items():
        wanted = (spec.needed or spec.option.required) and fits(spec, options, revision)
        if not wanted or name in options or (spec.needed and spec.needed.unless in options):
            continue
        for ref in _references(spec):
            said = value_at(row, spec.steps(name, revision))
            shown = f" {quoted(str(said))}" if isinstance(said, str) and said else ""
            return f"{name}: the server lists no {ref.what}{shown}, or not just one"
    return ""


def _references(spec: Field) -> Iterator[Ref]:
    """What a field refers to, at any depth."""
    if spec.ref:
        yield spec.ref
    for inner in (spec.fields or {}).values():
        yield from _references(inner)


def state(resource: Resource, shown: Params, revision: str) -> dict[str, str]:
    """The further state an object is in, as an option; `shown` is what shows it."""
    toggle = resource.toggle
    if toggle is None or rank(revision) < rank(toggle.since) or toggle.field not in shown:
        return {}
    is_on = bool(shown[toggle.field])
    found = (name for name, value in resource.states.items() if value == is_on)
    return {"state": name} if (name := next(found, "")) else {}


def _marked(resource: Resource, row: Body, names: ServerNames) -> Iterator[tuple[str, list[str]]]:
    """The options that name the members of an object that are in a state of their own."""
    for marking in resource.markings:
        ref = resource.fields[marking.option].ref
        found = [names.name_of(ref, {ref.gives: each}) for each in marking.of(row)] if ref else []
        yield marking.option, [name for name in found if name]


def _sent(name: str, spec: Field, value: Any, revision: str, names: ServerNames) -> Body | None:
    """What would be sent for an option; None if it cannot be."""
    if value is None:
        return None
    body: Body = {}
    try:
        lay(body, name, spec, value, revision)
        found: Body = resolved(body, names.id_of)
    except InvalidInput:
        return None
    return found


def _option(spec: Field, value: Any, revision: str, names: ServerNames) -> Any:
    """A value of a payload as the option has it; None if there is nothing that the option could say."""
    if value is None:
        return None
    if spec.option.type != "list":
        return _single(spec, value, revision, names)
    parts = value if isinstance(value, list) else [value]
    found = [_single(spec, part, revision, names) for part in parts]
    return None if None in found else found


def _single(spec: Field, value: Any, revision: str, names: ServerNames) -> Any:
    if spec.ref:
        return names.name_of(spec.ref, _given(spec.ref, value, revision))
    if spec.fields is not None:
        return _object(spec.fields, value, revision, names) if isinstance(value, Mapping) else None
    if spec.option.choices:
        return spec.choice_meant(value, revision)
    return spec.codec.decode(value) if isinstance(spec.codec, TimeOfDay) else value


def _given(ref: Ref, value: Any, revision: str) -> dict[str, Any]:
    """What a reference says of its object, by the fields of that object."""
    if not ref.parts:
        return {ref.gives: value}
    return {gives: value_at(value, part.steps(gives, revision)) for gives, part in ref.parts.items()}


def _object(fields: Mapping[str, Field], value: Params, revision: str, names: ServerNames) -> dict[str, Any] | None:
    """An object as its options have it; None if one that is required is missing, or a default would be in its place."""
    found = {}
    for name, spec in fields.items():
        known = not spec.secret and fits(spec, {}, revision)
        there = value_at(value, spec.steps(name, revision))
        part = _option(spec, there, revision, names) if known else None
        sent = _sent(name, spec, part, revision, names)
        if sent is not None and not drift(sent, value) and not _blank_name(spec, part):
            found[name] = part
        elif spec.option.required or (spec.option.default is not None and there is not None):
            return None
    return found or None


def _without(rest: Body, said: Mapping[str, Any]) -> Body:
    """What is left when something is said already; the name that some ids have beside them is said with the id."""
    left = {}
    for key, value in rest.items():
        known = said.get(key)
        if isinstance(value, Mapping) and isinstance(known, Mapping):
            left[key] = _without(dict(value), known)
        elif key not in said and not (key.endswith("Name") and f"{key.removesuffix('Name')}Id" in said):
            left[key] = value
    return left


def _settings(value: Any, spec: Field, names: ServerNames, path: tuple[str, ...]) -> Any:
    """What no option says, with names for ids. Without nulls and secrets, without ids that only this server knows
    something by, and without objects that are empty then.
    """
    if isinstance(value, Mapping):
        shown = {key: part for key, part in value.items() if key not in SECRET or not isinstance(part, str)}
        parts = {key: _settings(part, spec, names, (*path, key)) for key, part in shown.items()}
        said = (key for key in shown if not (_of_this_server(key, parts[key]) or _type_of_nothing(key, value)))
        return {key: parts[key] for key in said if parts[key] is not None and parts[key] != {}}
    if isinstance(value, list):
        return [_settings(part, spec, names, path) for part in value]
    ref = spec.ref_at(path) if isinstance(value, str) and UUID.fullmatch(value) else None
    return (names.name_of(ref, {ref.gives: value}) or value) if ref else value


def _type_of_nothing(key: str, beside: Mapping[str, Any]) -> bool:
    """Whether this is the type of an object that is none, which a server may say by an id of zeros beside it."""
    return key.endswith("Type") and beside.get(f"{key.removesuffix('Type')}Id") == NO_ID


def _of_this_server(key: str, value: Any) -> bool:
    """Whether this is an id, or several, by which only this server knows something."""
    values = value if isinstance(value, list) else [value]
    named = key.endswith(("Id", "Ids", "IdOrNull"))
    return named and bool(values) and all(isinstance(each, str) and UUID.fullmatch(each) for each in values)
