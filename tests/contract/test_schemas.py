# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checker's own rules, shown on a small document of ours; needs no vendor file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .checker import Contract
from .documents import DEFAULT_DIRECTORY, REPOSITORY_ROOT, REVISIONS, SpecificationsMissing, spec_directory

REVISION = "1.2-rev1"
PLANTS_PATH = "/api/v1/automation/plants/import"

SCHEMAS: dict[str, Any] = {
    "Plants": {
        "type": "object",
        "required": ["plants", "gardener"],
        "properties": {"plants": {"type": "array", "items": {"$ref": "#/components/schemas/Plant"}}},
    },
    "Plant": {
        "type": "object",
        "required": ["kind", "name"],
        "properties": {"kind": {"$ref": "#/components/schemas/EKind"}, "name": {"type": "string"}},
        "oneOf": [{"$ref": "#/components/schemas/Tree"}],
        "discriminator": {"propertyName": "kind", "mapping": {"Tree": "#/components/schemas/Tree"}},
    },
    "Tree": {
        "allOf": [
            {"$ref": "#/components/schemas/Plant"},
            {
                "type": "object",
                "required": ["height"],
                "properties": {
                    "height": {"type": "integer", "format": "int32"},
                    "planted": {"type": "string", "format": "date-time"},
                    "watered": {"type": "string", "format": "time"},
                    "label": {"type": "object"},
                },
            },
        ]
    },
    "EKind": {"type": "string", "enum": ["Tree", "Moss"]},
    "EmptySuccessResponse": {"type": "object"},
}
IMPORT = {
    "requestBody": {
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Plants"}}},
        "required": True,
    },
    "responses": {
        "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/EmptySuccessResponse"}}}},
        "204": {"description": "Done."},
    },
}
TREE = {"kind": "Tree", "name": "oak", "height": 3}


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """A contract whose documents all describe the same small garden."""
    directory = tmp_path_factory.mktemp("specs")
    document = {"paths": {PLANTS_PATH: {"post": IMPORT}}, "components": {"schemas": SCHEMAS}}
    for revision in REVISIONS:
        (directory / f"vbr-{revision}.json").write_text(json.dumps(document), encoding="utf-8")
    return Contract.load(directory)


def plants_with(**changes: Any) -> dict[str, Any]:
    return {"plants": [{**TREE, **changes}]}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"heigth": 3}, "request plants[0]: 'heigth' is not declared"),
        ({"kind": "tree"}, "request plants[0].kind: 'tree' is none of Tree, Moss"),
        ({"height": "3"}, "request plants[0].height: is a string, not integer or null"),
        ({"height": 2**31}, "request plants[0].height: breaks format 'int32'"),
        ({"planted": "yesterday"}, "request plants[0].planted: breaks format 'date-time'"),
        ({"watered": "10:00 PM"}, "request plants[0].watered: breaks format 'time'"),
    ],
)
def test_a_departure_is_one_sentence(garden: Contract, changes: dict[str, Any], sentence: str) -> None:
    found = garden.check_collection(REVISION, "plants", plants_with(**changes))
    assert f"plants ({REVISION}): {sentence}" in found


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {"planted": "2023-11-08T10:00:12.5612345+01:00", "watered": "22:00"}, id="formats as servers write them"
        ),
        pytest.param({"watered": ""}, id="an unused time is empty"),
        pytest.param({"label": {"any": "thing"}}, id="an object without declared properties is free"),
        pytest.param({"name": None, "height": None, "label": None}, id="null stands everywhere"),
    ],
)
def test_what_servers_do_is_forgiven(garden: Contract, changes: dict[str, Any]) -> None:
    assert garden.check_collection(REVISION, "plants", plants_with(**changes)) == []


def test_a_required_property_that_is_declared_nowhere_is_not_required(garden: Contract) -> None:
    assert garden.check_collection(REVISION, "plants", {"plants": []}) == []


def test_a_missing_property_of_the_concrete_schema_is_named(garden: Contract) -> None:
    [sentence] = garden.check_collection(REVISION, "plants", {"plants": [{"kind": "Tree", "name": "oak"}]})
    assert sentence.endswith("request plants[0]: 'height' is a required property")


def test_a_value_without_a_schema_of_its_own_is_judged_by_the_base(garden: Contract) -> None:
    assert garden.check_collection(REVISION, "plants", {"plants": [{"kind": "Moss", "name": "grey"}]}) == []
    [sentence] = garden.check_collection(REVISION, "plants", {"plants": [{"kind": "Moss", "name": "x", "height": 1}]})
    assert "'height' is not declared" in sentence


def test_nulls_are_reported_on_request(garden: Contract) -> None:
    [sentence] = garden.check_collection(REVISION, "plants", plants_with(name=None), strict_nulls=True)
    assert sentence.endswith("request plants[0].name: is null, not string")


def test_the_twelve_hour_clock_belongs_to_the_old_revisions(garden: Contract) -> None:
    assert garden.check_collection("1.1-rev0", "plants", plants_with(watered="10:00 PM")) == []


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", PLANTS_PATH, 200, "GET is not documented"),
        ("POST", "/api/v1/automation/stones/import", 201, "is not documented"),
        ("POST", PLANTS_PATH, 202, "status 202 is not documented (only 201, 204)"),
    ],
)
def test_the_unknown_is_a_violation(garden: Contract, method: str, path: str, status: int, words: str) -> None:
    [sentence] = garden.check(method, path, {}, {"plants": []}, status, {}, REVISION)
    assert words in sentence


def test_a_body_that_is_due_is_missed(garden: Contract) -> None:
    found = garden.check("POST", PLANTS_PATH, {}, None, 201, None, REVISION)
    assert [sentence.partition(": ")[2] for sentence in found] == [
        "status 201 came without its JSON body",
        "request came without its body",
    ]


def test_absent_files_are_named_with_the_folder(tmp_path: Path) -> None:
    (tmp_path / "vbr-1.0-rev2.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SpecificationsMissing, match=r"missing: vbr-1\.1-rev0\.json, .*VENDOR_SPECS"):
        Contract.load(tmp_path)


def test_the_folder_is_counted_from_the_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VENDOR_SPECS", raising=False)
    assert spec_directory() == (REPOSITORY_ROOT / DEFAULT_DIRECTORY).resolve()
    monkeypatch.setenv("VENDOR_SPECS", str(tmp_path))
    assert spec_directory() == tmp_path.resolve()
