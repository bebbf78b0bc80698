# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret is found in every spelling and wherever it stands, at a cost that does not grow with their number."""

from __future__ import annotations

import base64
import html
import json
import random
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core import sought, spellings
from ansible_collections.backupfleet.rest.plugins.module_utils._core.decoding import settled
from ansible_collections.backupfleet.rest.plugins.module_utils._core.redaction import MASK, Secrets, values_in

PASSWORD = "Zq5&\"s'ecr<et>\\n%4! (*)/+Üx"
KEY = (
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE\n"
    "QyNTUxOQAAACBzvJ8Tq0q2V1c9w7XkVt5n3J4\nRg6LmPzKxNf0yDsWuH==\n-----END OPENSSH PRIVATE KEY-----\n"
)


def ascii_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def dot_net(text: str) -> str:
    """As System.Text.Json writes it: everything that HTML could misread is escaped."""
    return "".join(
        char
        if char.isalnum() and char.isascii()
        else f"\\u{ord(char):04X}"
        if ord(char) < 0x10000
        else ascii_json(char)
        for char in text
    )


def entities(pattern: str) -> Callable[[str], str]:
    return lambda text: "".join(
        char if char.isalnum() and char.isascii() else pattern.format(ord(char), name(char)) for char in text
    )


def name(char: str) -> str:
    return {"'": "apos", '"': "quot", "&": "amp", "<": "lt", ">": "gt"}.get(char, f"#{ord(char)}")


# How a .NET, Java or Python server would quote a text.
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": ascii_json,
    "JSON with letters": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON of .NET": dot_net,
    "JSON of .NET in small letters": lambda text: re.sub(r"\\u\w{4}", lambda m: m[0].lower(), dot_net(text)),
    "JSON with escaped slashes": lambda text: ascii_json(text).replace("/", "\\/"),
    "JSON within JSON": lambda text: ascii_json(ascii_json(text)),
    "JSON within JSON within JSON": lambda text: ascii_json(ascii_json(ascii_json(text))),
    "JSON of .NET within JSON": lambda text: ascii_json(dot_net(text)),
    "a page": html.escape,
    "a page with decimal entities": entities("&#{0};"),
    "a page with hexadecimal entities": entities("&#x{0:X};"),
    "a page with small hexadecimal entities": entities("&#x{0:x};"),
    "a page with named entities": entities("&{1};"),
    "a page within a page": lambda text: html.escape(html.escape(text)),
    "a page in JSON": lambda text: ascii_json(html.escape(text)),
    "a page in JSON of .NET": lambda text: dot_net(html.escape(text)),
    "a URL": lambda text: quote(text, safe=""),
    "a URL in small letters": lambda text: re.sub("%..", lambda m: m[0].lower(), quote(text, safe="")),
    "a URL of Java": lambda text: quote(text, safe="/!()*"),
    "a URL within a URL": lambda text: quote(quote(text, safe=""), safe=""),
    "a URL in Latin-1": lambda text: quote(text.encode("latin-1", "replace"), safe=""),
    "a form": quote_plus,
    "a URL in JSON": lambda text: ascii_json(quote(text, safe="/")),
    "JSON in a URL": lambda text: quote(ascii_json(text), safe=""),
    "JSON in a page": lambda text: html.escape(ascii_json(text)),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "base64 in lines": lambda text: base64.encodebytes(text.encode()).decode(),
    "a Basic header": lambda text: "Basic " + base64.b64encode(f"TECH\\svc:{text}".encode()).decode(),
    "a Basic header of another user": lambda text: base64.b64encode(f"user:{text}".encode()).decode(),
    "repr": lambda text: repr(text)[1:-1],
    "repr of bytes": lambda text: repr(text.encode())[2:-1],
    "quotes doubled": lambda text: text.replace("'", "''").replace('"', '""'),
    "with CRLF": lambda text: text.replace("\n", "\r\n"),
    "line ends as blanks": lambda text: text.replace("\n", " "),
    "without the last line end": lambda text: text.rstrip("\n"),
    "without line ends": lambda text: text.replace("\n", ""),
    "blanks around it": lambda text: f"  {text}\t\n",
    "UTF-8 read as Latin-1": lambda text: text.encode().decode("latin-1"),
    "in ASCII": lambda text: text.encode("ascii", "replace").decode(),
}
PLACES: dict[str, Callable[[str], str]] = {
    "alone": str,
    "in a sentence": lambda shown: f"The password {shown} of TECH\\svc is refused.",
    "in JSON": lambda shown: f'{{"user": "TECH\\\\svc", "value": "{shown}", "next": [1]}}',
    "in XML": lambda shown: f"<e><a>{shown}</a></e>",
    "in a URL": lambda shown: f"/?a=100%&value={shown}&b=1",
    "after a backslash": lambda shown: f"C:\\dir\\{shown}\\more",
}


def letters(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text)


def leaks(secret: str, clean: str) -> bool:
    """Whether five letters in a row of a secret are still there, as they are or in base64."""
    marks = [letters(secret), *(letters(SPELLINGS[kind](secret.strip())) for kind in SPELLINGS if kind[:6] == "base64")]
    parts = {mark[at : at + 5] for mark in marks for at in range(max(1, len(mark) - 4))}
    return any(part in letters(clean) for part in parts)


@pytest.mark.parametrize("secret", [PASSWORD, KEY, "äöü €uro 日本語 😀 pass", "  blanks  around  it ", "12345678"])
def test_a_secret_is_found_in_every_spelling_at_every_place(secret: str) -> None:
    seen = {(kind, where): place(write(secret)) for kind, write in SPELLINGS.items() for where, place in PLACES.items()}
    assert not shown_of(secret, secret, seen)


def shown_of(secret: str, quoted: str, texts: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """The texts in which the secret, as it is quoted there, is not hidden; by spelling and place."""
    secrets = Secrets()
    secrets.add(secret)
    clean = {where: secrets.redact(text) for where, text in texts.items()}
    return {where: text for where, text in clean.items() if MASK not in text or leaks(quoted, settled(text)[-1].text)}


@pytest.mark.parametrize("line", KEY.splitlines())
@pytest.mark.parametrize("spelling", ["as it is", "JSON", "a URL", "a page"])
def test_one_line_of_a_key_is_found(line: str, spelling: str) -> None:
    secrets = Secrets()
    secrets.add(KEY)
    assert secrets.redact(f"line: {SPELLINGS[spelling](line)}.") == f"line: {MASK}."


ALPHABET = "abcnrtux0126 \"'\\&%;#+/=<>äЖ"
EXACT = [name for name in SPELLINGS if name not in ("a URL in Latin-1", "in ASCII", "UTF-8 read as Latin-1")]


@pytest.mark.parametrize("seed", range(40))
def test_random_secrets_of_awkward_characters_are_found(seed: int) -> None:
    """What a text has around a secret may read like a part of an escape, and so may the secret's own ends."""
    dice = random.Random(seed)
    for _round in range(25):
        secret = "".join(dice.choices(ALPHABET, k=dice.randint(8, 24))) + dice.choice(("", "Wq7"))
        before, after = ("".join(dice.choices(ALPHABET, k=dice.randint(0, 6))) for _end in range(2))
        secrets = Secrets()
        secrets.add(secret)
        for kind in EXACT:
            if len(re.sub(r"[\s\"'\\+]", "", secret)) >= spellings.SHORTEST:
                text = SPELLINGS[kind](secret) if "base64" in kind else SPELLINGS[kind](before + secret + after)
                assert MASK in secrets.redact(text), (kind, secret, before, after)


def test_a_number_is_a_secret_as_a_text_and_as_a_number() -> None:
    secrets = Secrets()
    secrets.add({"password": 9876501234, "flag": True, "few": 1})
    assert secrets.redact("password 9876501234") == f"password {MASK}"
    assert secrets.redact_within({"a": [9876501234, 1, 0, True, False, 1.5, "1"]}) == {
        "a": [MASK, 1, 0, True, False, 1.5, "1"]
    }


def test_a_short_secret_is_found_where_it_stands_alone_and_leaves_texts_readable() -> None:
    secrets = Secrets()
    secrets.add("a", "on", "12")
    text = "a backup on host 12 at port 120, an account"
    assert secrets.redact(text) == text
    assert secrets.redact("a") == secrets.redact(" on\n") == MASK
    assert (
        secrets.redact('it is \'on\', "password": "a", pin=12') == f'it is \'{MASK}\', "password": "{MASK}", pin={MASK}'
    )
    assert secrets.redact_within(["on", 12, {"password": 12, "count": 12}]) == [
        MASK,
        12,
        {"password": MASK, "count": 12},
    ]


@pytest.mark.parametrize("secret", ["++++++", '"\\"\\"', "a + b", "'x'+'y'"])
def test_a_secret_of_quoting_alone_is_found_in_the_usual_spellings(secret: str) -> None:
    secrets = Secrets()
    secrets.add(secret)
    for kind in ("as it is", "JSON", "a page", "a URL"):
        assert MASK in secrets.redact(f"this {SPELLINGS[kind](secret)} here"), kind


def test_a_secret_within_another_and_two_that_overlap_leave_nothing() -> None:
    secrets = Secrets()
    secrets.add("abcdefgh", "cdef", "efghijkl")
    assert secrets.redact("x abcdefghijkl y, cdef") == f"x {MASK} y, {MASK}"


TOKEN = "AbC123dEf456-_~x"


@pytest.mark.parametrize(
    "text",
    [
        f'{{"access_token": "{TOKEN}", "expires_in": 900}}',
        f'{{"data": "{{\\"refresh_token\\":\\"{TOKEN}\\"}}"}}',
        f"refreshToken={TOKEN}&a=1",
        f"<access_token>{TOKEN}</access_token>",
        f"Authorization: Bearer {TOKEN}",
        f"X-RestSvcSessionId: {TOKEN}",
        f"vmware-api-session-id={TOKEN}; Path=/",
        f"&quot;access_token&quot;:&quot;{TOKEN}&quot;",
        f"see eyJhbGciOiJI.eyJzdWIiOiIx{TOKEN}.c2lnbmF0dXJl",
        f"sftp://user:{TOKEN}@host/path",
    ],
)
def test_what_looks_like_a_token_is_never_shown(text: str) -> None:
    clean = Secrets().redact(text)
    assert MASK in clean and TOKEN not in clean


@pytest.mark.parametrize(
    "text",
    [
        "Bearer authentication is required",
        "Basic settings of the job",
        "The access token is not valid.",
        "grant_type refresh_token is unknown",
        "https://srv:9419/api/v1/jobs?skip=200",
        "no object eyJob.of.that name",
    ],
)
def test_what_only_sounds_like_a_token_is_shown(text: str) -> None:
    assert Secrets().redact(text) == text


def test_a_line_of_a_server_does_nothing_to_a_terminal() -> None:
    assert Secrets().line("a\x1b[2J\r\nb\ud800\u2028c") == "a\\x1b[2J\\r\\nb\\ud800\\u2028c"


def test_keys_are_redacted_but_not_the_names_of_results() -> None:
    secrets = Secrets()
    secrets.add("resource", "Vp3&key+Hs9=")
    assert secrets.redact_within({"resource": {"of Vp3&key+Hs9= it": 1}}) == {"resource": {f"of {MASK} it": 1}}


def test_no_key_of_an_answer_is_a_name_of_ours() -> None:
    secrets = Secrets()
    secrets.add("correcthorse", "name", "response")
    said = {"response": {"errors": [{"correcthorse": "too weak", "name": 1}]}, "correcthorse": [{"response": 1}]}
    clean = {"response": {"errors": [{MASK: "too weak", "name": 1}]}, "correcthorse": [{"response": 1}]}
    assert secrets.redact_within(said, answers=("response",)) == clean
    assert secrets.redact_within(said) == said


FORMS = ("NFC", "NFD", "NFKC", "NFKD")


@pytest.mark.parametrize("given", FORMS)
@pytest.mark.parametrize("shown", [*FORMS, "upper", "lower"])
def test_a_secret_is_found_in_every_normal_form_and_in_other_cases(given: str, shown: str) -> None:
    secret = unicodedata.normalize(given, "G\u00e4hn$Stra\u00dfe9+\uff3a\ufb01x")
    quoted = getattr(secret, shown)() if shown in ("upper", "lower") else unicodedata.normalize(shown, secret)
    kinds = ("as it is", "JSON", "a URL", "a page")
    seen = {(kind, where): place(SPELLINGS[kind](quoted)) for kind in kinds for where, place in PLACES.items()}
    assert not shown_of(secret, quoted, seen)


def test_a_short_secret_in_another_case_is_a_word() -> None:
    secrets = Secrets()
    secrets.add("Success")
    assert secrets.redact("a success, a Success") == f"a success, a {MASK}"


def test_many_texts_are_redacted_like_each() -> None:
    secrets = Secrets()
    secrets.add("ab", PASSWORD, "12345678")
    texts = ["ab", "x ab y", ascii_json(PASSWORD), "1\x002345678", "12345678 \0 12345678", "", PASSWORD, "\x1b"]
    assert secrets.redact_all(texts) == [secrets.redact(text) for text in texts]


def test_the_work_does_not_grow_with_the_number_of_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted are the passes over a text and the places that are looked up, with 50 secrets and with 5000."""
    dice = random.Random(7)
    known = [
        "".join(dice.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHJKLMNP23456789&+%=#", k=24)) for _each in range(5000)
    ]
    errors = [f"object {number}: the password {json.dumps(known[number % 50])} is refused" for number in range(400)]

    def work(count: int) -> tuple[int, int]:
        passes: list[int] = []
        looks: list[int] = []
        places, at = sought.Sought.places, sought.Sought.at

        def counted(index: sought.Sought, seen: str) -> list[int]:
            passes.append(len(seen))
            return places(index, seen)

        def looked(index: sought.Sought, seen: str, place: int) -> str:
            looks.append(place)
            return at(index, seen, place)

        with monkeypatch.context() as patch:
            patch.setattr(sought.Sought, "places", counted)
            patch.setattr(sought.Sought, "at", looked)
            secrets = Secrets()
            secrets.add(known[:count])
            assert all(MASK in secrets.redact(error) for error in errors)
        return sum(passes), len(looks)

    few, many = work(50), work(5000)
    assert many[0] == few[0]
    assert many[1] <= few[1] + few[0] / 50


@pytest.mark.parametrize(
    ("given", "values"),
    [({"a": ["x", 5, None, True, {"b": "y"}]}, ["x", "5", "y"]), ("", []), (0, []), (1, []), (1234, ["1234"])],
)
def test_values_that_are_worth_hiding(given: Any, values: list[str]) -> None:
    assert list(values_in(given)) == values
