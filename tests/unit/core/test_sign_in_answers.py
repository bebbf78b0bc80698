# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of an answer to a sign-in is ever quoted, by no service, and what was in it is a secret from then on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.connection import Connection
from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import BadAnswer, Failure, RestError
from ansible_collections.backupfleet.rest.plugins.module_utils._em.client import Em
from ansible_collections.backupfleet.rest.plugins.module_utils._em.document import JSON
from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz.client import Vbaz
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.client import Vbr
from ansible_collections.backupfleet.rest.plugins.module_utils._vcsa.client import Vcsa
from simulator.testing import Server, simulated, simulated_pair
from support.tasks import connection

ACCESS, REFRESH = "AccessT0ken-of-the-proxy_4711", "RefreshT0ken-of-the-proxy_4712"
TOKENS = {"access_token": ACCESS, "refresh_token": REFRESH, "token_type": "bearer", "expires_in": 900}
BOM = "\ufeff"


@dataclass(frozen=True)
class Case:
    """How to sign in to a service, by which request, and the good answer: its body and its headers."""

    open: Callable[[Connection], Any]
    path: str
    good: Any
    headers: dict[str, str]
    status: int = 200


SERVICES = {
    "vbr": Case(Vbr, "/oauth2/token$", TOKENS, {}),
    "vbaz": Case(Vbaz, "/oauth2/token$", TOKENS, {}),
    "vcsa": Case(Vcsa, "/session$", ACCESS, {}, 201),
    "em": Case(
        lambda address: Em(address, media=JSON),
        "/sessionMngr",
        {"SessionId": REFRESH, "UserName": "me"},
        {"X-RestSvcSessionId": ACCESS},
        201,
    ),
}
OPTIONS = {"vbr": {"api_version": "1.2-rev1"}, "vbaz": {"api_version": "v8.1"}, "vcsa": {"api_version": "api"}}
OPTIONS["em"] = {"api_version": "latest"}


@pytest.fixture(name="service", params=SERVICES)
def simulated_service(request: pytest.FixtureRequest) -> Iterator[tuple[str, Server]]:
    with serving(request.param) as server:
        yield request.param, server


def serving(name: str) -> AbstractContextManager[Server]:
    return simulated_source() if name == "vbr" else simulated(name)


@contextmanager
def simulated_source() -> Iterator[Server]:
    with simulated_pair() as pair:
        yield pair.source


def sign_in(name: str, server: Server, body: Any, **fault: Any) -> Failure | None:
    """Sign in to a server that answers so; returns what goes wrong."""
    case = SERVICES[name]
    answer = {"status": case.status, "headers": case.headers, **fault}
    server.faults.add(do="status", method="POST", path=case.path, times=0, body=body, **answer)
    try:
        with case.open(Connection(**connection(server, **OPTIONS[name]))):
            return None
    except Failure as failure:
        return failure


def written(name: str) -> str:
    return json.dumps(SERVICES[name].good)


def shown(failure: Failure | None) -> str:
    assert failure is not None
    return json.dumps(failure.as_result()) + repr(failure) + str(failure)


def test_a_byte_order_mark_is_skipped(service: tuple[str, Server]) -> None:
    name, server = service
    assert sign_in(name, server, BOM + written(name)) is None


# What a proxy, another product or a broken server makes of a good answer.
DISTORTED: dict[str, Callable[[str], str]] = {
    "something after it": lambda text: text + " trailing",
    "something before it": lambda text: "while(1);" + text,
    "in another object": lambda text: f'{{"d": {{"value": {text}}}}}',
    "in a list": lambda text: f"[{text}]",
    "as a text in JSON": lambda text: json.dumps({"token": text}),
    "a page": lambda text: f"<html>{text}</html>",
    "cut": lambda text: text[:-1],
    "as XML": lambda text: f"<t>{text}</t>",
    "very deep": lambda text: "[" * 90_000 + text + "]" * 90_000,
    "half a character": lambda text: f'{{"access_token": "\\ud800", "SessionId": "\\ud800", "b": {text}}}',
    "a number of 5000 digits": lambda text: f'{{"a": {text}, "n": {"9" * 5000}}}',
}


@pytest.mark.parametrize("distort", DISTORTED.values(), ids=DISTORTED)
def test_nothing_of_an_answer_to_a_sign_in_is_quoted(
    service: tuple[str, Server], distort: Callable[[str], str]
) -> None:
    name, server = service
    failure = sign_in(name, server, distort(written(name)))
    assert isinstance(failure, BadAnswer)
    assert not [part for part in (ACCESS, REFRESH, ACCESS[:8], "trailing", "while", "html>") if part in shown(failure)]
    assert "answers a sign-in" in str(failure) and failure.request.startswith("POST ")


@pytest.mark.parametrize("status", [302, 400, 401, 403, 500, 503])
def test_of_a_refusal_only_the_message_is_shown(service: tuple[str, Server], status: int) -> None:
    name, server = service
    message = "Not today"
    bodies = {
        "vbr": {"errorCode": "AccessDenied", "message": message},
        "vbaz": {"title": "Unauthorized", "detail": message},
        "vcsa": {"error_type": "UNAUTHENTICATED", "messages": [{"id": "x", "default_message": message}]},
        "em": {"Message": message, "StatusCode": status},
    }
    failure = sign_in(name, server, {**bodies[name], **TOKENS}, status=status)
    assert isinstance(failure, RestError)
    assert ACCESS not in shown(failure) and REFRESH not in shown(failure)
    other = sign_in_again(name, server, f"<html>{written(name)} {json.dumps(TOKENS)}</html>", status)
    assert ACCESS not in shown(other) and REFRESH not in shown(other) and "html>" not in shown(other)


def sign_in_again(name: str, server: Server, body: Any, status: int) -> Failure | None:
    server.faults.clear()
    return sign_in(name, server, body, status=status)


@pytest.mark.parametrize("name", ["vbr", "vbaz"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("access_token", None),
        ("access_token", ["a"]),
        ("access_token", {"a": "b"}),
        ("access_token", "two words"),
        ("access_token", "line\nend"),
        ("access_token", "日本"),
        ("refresh_token", {"a": 1}),
        ("refresh_token", 12345678),
        ("expires_in", "soon"),
        ("expires_in", [1]),
        ("expires_in", True),
        ("expires_in", "inf"),
    ],
)
def test_a_part_of_another_type_is_an_error_that_names_it(name: str, field: str, value: Any) -> None:
    with serving(name) as server:
        failure = sign_in(name, server, {**TOKENS, field: value})
    assert isinstance(failure, BadAnswer)
    assert field in str(failure) and "/oauth2/token" in str(failure)
    assert ACCESS not in shown(failure) and REFRESH not in shown(failure)


@pytest.mark.parametrize("name", ["vbr", "vbaz"])
def test_an_answer_to_a_renewal_is_not_quoted_either(name: str) -> None:
    with serving(name) as server:
        service = SERVICES[name].open(Connection(**connection(server, **OPTIONS[name])))
        with service:
            body = f"{json.dumps(TOKENS)} trailing"
            server.faults.add(do="status", status=200, method="POST", path="/oauth2/token$", times=2, body=body)
            with pytest.raises(BadAnswer) as caught:
                service._tokens._renewal.renew_if(lambda: True)
            assert ACCESS not in shown(caught.value) and REFRESH not in shown(caught.value)
            # Tokens that were never used are secrets all the same.
            assert ACCESS not in service.http.secrets.redact(f"grant {ACCESS} and {REFRESH}")


@pytest.mark.parametrize("name", ["vcsa"])
@pytest.mark.parametrize("value", [None, 5, ["a"], {"a": "b"}, "", "two words"])
def test_a_session_that_is_none_is_an_error(name: str, value: Any) -> None:
    with serving(name) as server:
        failure = sign_in(name, server, json.dumps(value))
    assert isinstance(failure, BadAnswer) and "session" in str(failure)
