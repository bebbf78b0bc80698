# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request of the user's own: for every section of the API that has no module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._core.answer import parsed
from ..._core.errors import InvalidInput, quoted
from ..._core.failures import listed
from ..._core.operation import Operation, Params, Progress, Result
from ..._core.option import Option
from ..._core.query import chosen, compiled
from ..._core.redaction import MASK
from ..._core.shape import of_shape
from ..client import PAGE, Vbr, is_session
from ..resource.endpoint import DEFAULT_WAIT_SECONDS, followed

READS = "GET"
METHODS = (READS, "POST", "PUT", "DELETE")
ROOT = "/api/"
# A list is read to its end, unless the user asks for a part of it.
PARTS = ("skip", "limit")


@dataclass(frozen=True)
class RestRequest:
    """One request, ready to be sent. `changes` says whether it is one that changes the server."""

    method: str
    path: str
    parameters: Mapping[str, Any]
    body: Any = field(repr=False)
    shown: Any
    changes: bool
    pages: bool
    wait: bool
    timeout: float
    query: Any

    @property
    def line(self) -> str:
        """The request as a message names it."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class RestPlan:
    """A request that is still to be sent because it changes the server, or the answer to one that does not."""

    asked: RestRequest
    answer: Result

    @property
    def changed(self) -> bool:
        return self.asked.changes

    def diff(self) -> list[dict[str, Any]]:
        if not self.changed:
            return []
        line, parts = self.asked.line, {"parameters": dict(self.asked.parameters), "body": self.asked.shown}
        after = {"request": line, **{name: value for name, value in parts.items() if value}}
        return [{"before": {}, "after": after, "before_header": line, "after_header": line}]

    def report(self) -> Result:
        if not self.changed:
            return {"sent": True, **self.answer}
        return {"sent": False, "warnings": [f"{self.asked.line} was not sent, because this is check mode."]}


def validate(params: Params) -> RestRequest:
    path = str(params["path"])
    if not path.startswith(ROOT):
        raise InvalidInput(f"path {quoted(path)} does not begin with {ROOT}.", "For example: /api/v1/generalOptions")
    method = params["method"]
    body = _body(params)
    if method == READS and body is not None:
        raise InvalidInput("GET has no body.", "Use parameters.")
    whole = _merged(body, params["secret_body"])
    hidden = list(_hidden(whole, "body"))
    if hidden:
        raise InvalidInput(
            f"{listed(hidden)}: {MASK} stands for a value that an answer hid, and would be stored as it is.",
            "Leave it out, or give the value in secret_body.",
        )
    return RestRequest(
        method=method,
        path=path,
        parameters=params["parameters"] or {},
        body=whole,
        shown=body,
        changes=method != READS and params["changes"] is not False,
        pages=method == READS and params["pages"] and not set(PARTS) & set(params["parameters"] or {}),
        wait=params["wait"],
        timeout=params["wait_timeout"],
        query=compiled(params["query"]),
    )


def _body(params: Params) -> Any:
    """The body without its secret part; a text is what a template left of JSON."""
    body = params["body"]
    if isinstance(body, str):
        try:
            body = parsed(body)
        except ValueError as reason:
            raise InvalidInput(f"body is neither an object nor a list, nor JSON of one: {reason}.") from None
    if body is None:
        return {} if params["secret_body"] else None
    if params["secret_body"] and not isinstance(body, Mapping):
        raise InvalidInput("secret_body needs a body that is an object.")
    return body


def _hidden(node: Any, place: str) -> Iterator[str]:
    """Where something is sent back that an answer did not show."""
    if isinstance(node, Mapping):
        yield from (found for key, part in node.items() for found in _hidden(part, f"{place}.{key}"))
    elif isinstance(node, list):
        yield from (found for number, part in enumerate(node) for found in _hidden(part, f"{place}[{number}]"))
    elif node == MASK:
        yield place


def _merged(body: Any, over: Any) -> Any:
    """A body with its secret part laid over it: objects are merged, everything else is replaced."""
    if not isinstance(body, Mapping) or not isinstance(over, Mapping):
        return body if over is None else over
    return {**body, **{key: _merged(body.get(key), value) for key, value in over.items()}}


def look(service: Vbr, asked: RestRequest, _progress: Progress) -> Result:
    """Nothing changes by looking, so a request that only reads is sent at once."""
    if asked.changes:
        return {}
    answer = service.call(asked.method, asked.path, asked.body, asked.parameters, writes=False)
    return _shown(service, asked, answer)


def _shown(service: Vbr, asked: RestRequest, answer: Any) -> Result:
    """The answer as a result: an object, or the rows of a list."""
    if not of_shape(answer, PAGE):
        found = answer if answer is not None else {}
        return chosen("resource", asked.query, found)
    rows = list(answer["data"])
    total = (answer.get("pagination") or {}).get("total")
    if asked.pages and rows and not (isinstance(total, int) and len(rows) >= total):
        # From the start, as the pages of one reading are compared with each other.
        rows = service.pages(asked.path, asked.parameters)
    return {**chosen("resources", asked.query, rows), "count": len(rows)}


def plan(asked: RestRequest, seen: Result) -> RestPlan:
    return RestPlan(asked, seen)


def apply(service: Vbr, plan: RestPlan, progress: Progress) -> Result:
    asked = plan.asked
    answer = service.call(asked.method, asked.path, asked.body, asked.parameters)
    result = {"sent": True, "warnings": [], **_shown(service, asked, answer)}
    if asked.wait and is_session(answer):
        progress(f"waiting for session {answer['id']}")
        result["session"] = followed(service, answer, asked.timeout, asked.line)
    return result


REST = Operation(
    client=Vbr,
    options={
        "method": Option(default=READS, choices=METHODS),
        "path": Option(required=True),
        "parameters": Option(type="dict", mixed=True),
        "body": Option(type="raw", mixed=True),
        "secret_body": Option(type="dict", secret=True),
        "changes": Option(type="bool"),
        "pages": Option(type="bool", default=True),
        "query": Option(),
        "wait": Option(type="bool", default=True),
        "wait_timeout": Option(type="int", default=DEFAULT_WAIT_SECONDS),
    },
    validate=validate,
    look=look,
    plan=plan,
    apply=apply,
    answers=("resource", "resources"),
)
