# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declarations say nothing that contradicts itself, and nothing that has no effect where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.option import (
    NUMBER,
    OBJECT,
    TEXTS,
    Option,
    choice,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.calls import Marking, Toggle
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.codecs import (
    Enum,
    Ref,
    SingleOrList,
    TimeOfDay,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.places import Part, Path, When, as_path
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resource.schema import (
    ALWAYS_NEEDED,
    CREATE_ONLY,
    KEY,
    LOCAL,
    NEEDED,
    Field,
    Flag,
    Need,
    Resource,
    Variant,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.resources.kinds import KINDS
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.revisions import REVISIONS, rank

OLDEST, NEWEST = REVISIONS[0], REVISIONS[-1]
SECRET = Option(secret=True)
HOST = Ref("/hosts", "host")

CONTRADICTIONS: dict[str, Callable[[], Field]] = {
    "fields of what is no dict": lambda: Field(NUMBER, fields={"inner": Field()}),
    "fields together with a codec": lambda: Field(OBJECT, fields={"inner": Field()}, codec=HOST),
    "unordered without a list": lambda: Field(unordered=True),
    "one or several, and no list": lambda: Field(codec=SingleOrList(HOST, single_until="1.0-rev2")),
    "a reference that is no name": lambda: Field(NUMBER, codec=HOST),
    "references that are no names": lambda: Field(Option(type="list", elements="int"), codec=HOST),
    "a time of day that is no text": lambda: Field(NUMBER, codec=TimeOfDay("1.1-rev0")),
    "needed, and given by itself": lambda: Field(needed=NEEDED, initial="x"),
    "a role together with a secret": lambda: Field(SECRET, role=CREATE_ONLY),
    "a role together with a flag": lambda: Field(role=KEY, flag=Flag(Part("isEnabled"), given=True)),
    "a secret given by itself": lambda: Field(SECRET, initial="x"),
    "a secret that is looked up": lambda: Field(SECRET, codec=HOST),
    "another place in a new object": lambda: Field(at=Path(on_create="a.b"), role=CREATE_ONLY),
    "a place for what is not sent": lambda: Field(at="a.b", role=LOCAL),
    "needed, and not sent": lambda: Field(role=LOCAL, needed=NEEDED),
    "never empty, and no list": lambda: Field(needed=ALWAYS_NEEDED),
    "new choices that are none": lambda: Field(choice("a"), when=When(choices={"b": "1.2-rev1"})),
}


@pytest.mark.parametrize("declare", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_field_that_contradicts_itself_is_refused(declare: Callable[[], Field]) -> None:
    with pytest.raises(ValueError, match=r"^This field cannot be: .+\.$"):
        declare()


NAME = Field(Option(required=True), role=KEY)
TOGGLE = Toggle("isDisabled", "disable", "enable", states={"enabled": False, "disabled": True})
TYPE = Field(choice("A", "B"))


def resource(fields: Mapping[str, Field] | None = None, **words: Any) -> Resource:
    return Resource("thing", "/things", {"name": NAME, "type": TYPE, **(fields or {})}, **words)


def singleton(fields: Mapping[str, Field] | None = None, **words: Any) -> Resource:
    return Resource("thing", "/thing", {"size": Field(NUMBER), **(fields or {})}, singleton=True, **words)


WITHOUT_SENSE: dict[str, Callable[[], Resource]] = {
    "nothing recognises it": lambda: Resource("thing", "/things", {"size": Field(NUMBER)}),
    "the key of a singleton": lambda: singleton({"name": NAME}),
    "what a new singleton would get": lambda: singleton({"on": Field(initial=True)}),
    "a state of a singleton": lambda: singleton(toggle=TOGGLE),
    "a question for a new singleton": lambda: singleton(ask=lambda service, params, body: {}),
    "a filter by no option": lambda: resource(name_filter="title"),
    "a request by no option": lambda: resource(requests={"run": "start"}),
    "a marking by no option": lambda: resource(markings=(Marking("sealed", "a", "b", "c", "d", "e", "f"),)),
    "an alternative that is no option": lambda: resource({"a": Field(needed=Need(unless="b"))}),
    "a variant of no option": lambda: resource(variants=(Variant(("A",), at={"b": "c"}),)),
    "a variant of no type": lambda: resource(variants=(Variant(("C",), at={"name": "c"}),)),
    "a field of no type": lambda: resource({"a": Field(when=When(types=("C",)))}),
    "a key inside an object": lambda: resource({"a": Field(OBJECT, fields={"name": NAME})}),
    "needed inside an object": lambda: resource({"a": Field(OBJECT, fields={"b": Field(needed=NEEDED)})}),
    "a part without a place": lambda: resource(part_of="/others"),
    "a place of no part": lambda: Resource("thing", "/others/{id}/thing", {"name": NAME}),
    "a question for a new part": lambda: Resource(
        "thing", "/others/{id}/thing", {"name": NAME}, part_of="/others", ask=lambda service, params, body: {}
    ),
    "secrets that travel, and none": lambda: resource(travel=True),
    "an end without what comes instead": lambda: resource(until="1.3-rev0"),
    "types inside an object": lambda: resource({"a": Field(OBJECT, fields={"b": Field(when=When(types=("A",)))})}),
}


@pytest.mark.parametrize("declare", WITHOUT_SENSE.values(), ids=WITHOUT_SENSE)
def test_a_resource_without_sense_is_refused(declare: Callable[[], Resource]) -> None:
    with pytest.raises(ValueError, match=r"^thing cannot be declared like this: .+\.$"):
        declare()


def test_what_makes_sense_is_not_refused() -> None:
    resource({"hosts": Field(TEXTS, codec=SingleOrList(HOST, single_until="1.0-rev2"), unordered=True)}, toggle=TOGGLE)
    singleton({"run": Field(role=LOCAL)}, requests={"run": "start"})
    Resource("thing", "/others/{id}/thing", {"name": NAME}, part_of="/others", until="1.3-rev0", instead="another")
    resource({"inner": Field(OBJECT, fields={"password": Field(SECRET)})}, travel=True)


# -- no word without effect --------------------------------------------------------------------------------------------


def fields_of(kind: Resource) -> Iterator[tuple[str, Field]]:
    """Every field of a kind as each type has it, also those inside objects."""
    types = kind.fields["type"].option.choices if "type" in kind.fields else (None,)
    for each in types:
        for name, spec in kind.of(each).fields.items():
            if each is None or not spec.when.types or each in spec.when.types:
                yield from _with_inner(name, spec)


def _with_inner(name: str, spec: Field) -> Iterator[tuple[str, Field]]:
    yield name, spec
    for inner, part in (spec.fields or {}).items():
        yield from _with_inner(f"{name}.{inner}", part)


def revisions_of(kind: Resource, when: When) -> list[str]:
    """The revisions that have the kind and the value."""
    first = kind.since or OLDEST
    return [each for each in REVISIONS if rank(each) >= rank(first) and when.in_revision(each)]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_spans_of_revisions_have_an_effect(kind: Resource) -> None:
    whole = revisions_of(kind, When())
    for name, spec in fields_of(kind):
        for when in (spec.when, *(part.when for part in parts_of(spec))):
            assert {when.since, when.until} <= {"", *REVISIONS}, name
            assert revisions_of(kind, when), name
            assert not when.since or revisions_of(kind, replace(when, since="")) != revisions_of(kind, when), name
            assert not when.until or revisions_of(kind, replace(when, until="")) != revisions_of(kind, when), name
            assert all(rank(since) > rank(whole[0]) for since in when.choices.values()), name


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_earlier_places_have_an_effect(kind: Resource) -> None:
    for name, spec in kind.fields.items():
        for inner, each in _with_inner(name, spec):
            places = [(each.place, each.when), *((as_path(part.at), part.when) for part in parts_of(each))]
            for place, when in places:
                written = [place.steps(inner.rpartition(".")[2], revision) for revision in revisions_of(kind, when)]
                assert len(set(written)) > len(place.earlier), inner


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_codecs_have_an_effect(kind: Resource) -> None:
    for name, spec in fields_of(kind):
        if isinstance(spec.codec, Enum | TimeOfDay):
            values = spec.option.choices or ("22:00",)
            written = {
                value: {spec.codec.encode(name, value, revision) for revision in revisions_of(kind, spec.when)}
                for value in values
            }
            assert any(len(each) > 1 for each in written.values()), name
        if isinstance(spec.codec, SingleOrList):
            assert any(rank(each) <= rank(spec.codec.single_until) for each in revisions_of(kind, spec.when)) or (
                spec is not kind.fields[name]
            ), name


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_types_and_variants_have_an_effect(kind: Resource) -> None:
    types = set(kind.fields["type"].option.choices) if "type" in kind.fields else set()
    for name, spec in kind.fields.items():
        assert set(spec.when.types) != types or not types, name
    for variant in kind.variants:
        for name in {**variant.at, **variant.since}:
            assert variant.applied(name, kind.fields[name]) != kind.fields[name], name
            assert not kind.fields[name].when.types or set(variant.types) & set(kind.fields[name].when.types), name


def parts_of(spec: Field) -> list[Part]:
    """The places beside the value of a field."""
    parts = list(spec.ref.parts.values()) if spec.ref else []
    return [*parts, spec.flag.part] if spec.flag else parts
