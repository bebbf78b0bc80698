# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What answers become: values that fit, errors with what the server says, and advice by status."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.answer import (
    PROXY_ADVICE,
    Answer,
    advice_for,
    error_of,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import (
    BadAnswer,
    NotFound,
    RestError,
    ServerFault,
)

SECRET = "Kq4&answer+Lm8="


def answer(status: int, text: str) -> Answer:
    return Answer("VBR", "GET /jobs", status, {}, text, lambda shown: shown.replace(SECRET, "********"))


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "Sign in."), (500, "Look."), (503, "Look."), (404, ""), (302, PROXY_ADVICE), (200, PROXY_ADVICE)],
)
def test_advice_is_found_by_the_status_or_by_its_class(status: int, advice: str) -> None:
    assert advice_for(status, {401: "Sign in.", 500: "Look."}) == advice


def test_an_error_shows_what_the_server_says_without_secrets() -> None:
    error = error_of(answer(404, ""), f"no job {SECRET}", "Look.", code="NotFound")
    assert (type(error), str(error)) == (NotFound, "VBR: GET /jobs -> 404 NotFound: no job ******** Look.")


def test_an_error_without_a_message_shows_how_the_answer_begins() -> None:
    error = error_of(answer(502, f"<html>{SECRET}</html>"), "", "")
    assert isinstance(error, ServerFault)
    assert "the answer begins with: '<html>********</html>'" in str(error)


def test_the_service_may_know_the_kind_of_error_better() -> None:
    kind: type[RestError] = NotFound
    assert isinstance(error_of(answer(500, ""), "there is no job", "", kind), NotFound)


@pytest.mark.parametrize(
    ("text", "found"), [('{"a": 1}', {"a": 1}), ("[1]", {}), ("", {}), ("<html>", {}), ("null", {})], ids=str
)
def test_what_is_no_object_is_an_empty_one(text: str, found: dict[str, Any]) -> None:
    assert answer(200, text).json_object() == found


def test_a_value_that_does_not_fit_the_request_is_an_error() -> None:
    assert answer(200, "[1]").fitting([1], None) == answer(200, "[1]").fitting([1], bool) == [1]
    with pytest.raises(BadAnswer, match=r"not what this request is answered with; it begins with: '\[\]'"):
        answer(200, "[]").fitting([], bool)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 90_000 + "]" * 90_000, "nested too deeply"),
        ('{"a":' * 500 + "1" + "}" * 500, "nested too deeply"),
        # Counted with the brackets in its texts it is flat.
        ('["]", ' * 150 + "1" + ', "["]' * 150, "nested too deeply"),
        ('["\\ud800"]', "half a character"),
        ('{"\\uDFFF": 1}', "half a character"),
        ("[" + "9" * 5000 + "]", "malformed"),
        ("[-" + "9" * 30 + "]", "malformed"),
        ("{", "malformed"),
    ],
    ids=["90,000", "500", "texts", "surrogate", "surrogate as a key", "5,000 digits", "30 digits, a sign", "cut"],
)
def test_json_that_nothing_can_be_done_with_is_one_clear_error(text: str, reason: str) -> None:
    with pytest.raises(
        BadAnswer, match=f"VBR: GET /jobs -> 200: the answer is not JSON that can be read.*{reason}"
    ) as caught:
        answer(200, text).json()
    assert len(str(caught.value)) < 600
    str(caught.value).encode()
    assert answer(500, text).excerpt


@pytest.mark.parametrize("text", ['\ufeff{"a": 1}', ' \ufeff\n{"a": 1} '.lstrip(), '{"a": 1}'])
def test_a_byte_order_mark_is_no_part_of_json(text: str) -> None:
    assert answer(200, text).json() == {"a": 1}


@pytest.mark.parametrize(
    "value",
    ["[" * 101, '\\"[', "}]" * 200, "9" * 40, {'"]': ["\\"]}, [0.1234567890123456], 10**29, ["\\\\", '"']],
    ids=["brackets", "quotes", "ends", "digits", "keys", "fraction", "30 digits", "backslashes"],
)
def test_neither_brackets_nor_digits_in_texts_count(value: Any) -> None:
    assert answer(200, json.dumps(value)).json() == value


def test_as_deep_as_can_be_is_fine() -> None:
    assert answer(200, "[" * 100 + "]" * 100).json()


def test_a_whole_character_beyond_the_first_plane_is_fine() -> None:
    assert answer(200, '["\\ud83d\\ude00"]').json() == ["😀"]


def test_an_answer_that_is_almost_nothing_but_secrets_shows_nothing_of_the_next_one() -> None:
    key = "Rk7&long" * 200
    whole = replace(answer(500, key * 100), redact=lambda text: text.replace(key, "********"))
    assert whole.excerpt == "********"


def test_of_a_sealed_answer_only_its_kind_and_size_are_shown() -> None:
    kept = replace(answer(200, "tokens"), sealed=True, headers={"Content-Type": "text/plain\x1b"})
    assert "6 characters of text/plain" in str(kept.bad("it is no session"))
    assert "tokens" not in str(kept.bad("it is no session")) and "tokens" not in str(error_of(kept, "", ""))
    assert "\x1b" not in str(kept.bad("it is no session"))
