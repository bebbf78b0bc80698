# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of answers: what fits, and which field is named of what does not."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.answer import Answer, Misfit, parsed
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import BadAnswer, UnknownOutcome
from ansible_collections.backupfleet.rest.plugins.module_utils._core.shape import (
    BOOLEAN,
    NUMBER,
    PLAIN,
    STRING,
    Shape,
    asked_for,
    check,
    of_shape,
    shape_like,
    shaped,
)

PAGE: Shape = {"data!": [{"id!": STRING, "on": BOOLEAN}], "pagination": {"total": NUMBER}}
IDENTIFIER = "5D1F7C3A-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ([], "the answer is a list, not an object"),
        ({}, "data is missing"),
        ({"data": None}, "data is missing"),
        ({"data": {}}, "data is an object, not a list"),
        ({"data": ["x"]}, "data[0] is a text, not an object"),
        ({"data": [{"id": "1"}, {"id": ""}]}, "data[1].id is missing"),
        ({"data": [{"id": 7}]}, "data[0].id is a number, not a text"),
        ({"data": [{"id": "1", "on": 1}]}, "data[0].on is a number, not true or false"),
        ({"data": [], "pagination": {"total": True}}, "pagination.total is true or false, not a number"),
    ],
)
def test_what_does_not_fit_is_named(value: Any, complaint: str) -> None:
    with pytest.raises(Misfit) as caught:
        check(value, PAGE)
    assert str(caught.value) == complaint
    assert not of_shape(value, PAGE)


def test_what_may_be_absent_may_be_null_and_what_is_not_named_may_be_anything() -> None:
    assert of_shape({"data": [{"id": "1", "on": None, "more": object()}], "pagination": None}, PAGE)
    assert of_shape({"data": []}, PAGE)


def test_a_shape_is_taken_from_what_is_compared() -> None:
    shape = shape_like({"bucket": {"days": 3, "unset": None}, "parts": [1, 2], "rows": [{"a": 1}, {"b": {"c": 2}}]})
    assert shape == {"bucket": {"days": PLAIN}, "parts": [PLAIN], "rows": [{"a": PLAIN, "b": {"c": PLAIN}}]}
    assert of_shape({"bucket": {"days": "3"}, "parts": ["x"]}, shape)
    assert not of_shape({"bucket": "x"}, shape)


def test_an_object_is_the_one_that_was_asked_for() -> None:
    assert asked_for(IDENTIFIER)({"id": IDENTIFIER.lower()})
    for other in ({"id": "another"}, {}, {"id": [IDENTIFIER]}, "text"):
        with pytest.raises(Misfit):
            asked_for(IDENTIFIER)(other)


@pytest.mark.parametrize("text", ["9" * 5_000, '{"a": NaN}', "1e999", '"\\ud800"', "[" * 90_000 + "]" * 90_000])
def test_what_python_reads_and_nobody_can_use_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="it "):
        parsed(text)


def test_a_byte_order_mark_is_skipped() -> None:
    assert parsed('\ufeff{"a": 1}') == {"a": 1}


def test_an_answer_to_a_write_that_cannot_be_used_is_an_unknown_outcome() -> None:
    answer = Answer("VBR", "POST /api/v1/jobs", 201, {}, '{"id": 7}')
    fits = shaped({"id!": STRING})
    with pytest.raises(UnknownOutcome, match=r"VBR: POST /api/v1/jobs -> 201: .*id is a number, not a text"):
        answer.content(fits, writes=True)
    with pytest.raises(BadAnswer, match="id is a number, not a text"):
        answer.content(fits, writes=False)
