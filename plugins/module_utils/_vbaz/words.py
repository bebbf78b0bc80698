# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the answers of Veeam Backup for Microsoft Azure look like and mean: pages of lists, problems, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from .._core.answer import Answer
from .._core.errors import BadAnswer


def is_page(value: Any) -> bool:
    """Whether this is a page of a list: where it begins, and its rows, of which there may be none."""
    if not isinstance(value, Mapping) or "offset" not in value:
        return False
    rows = value.get("results")
    return rows is None or (isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows))


def is_session(value: Any) -> bool:
    """Whether this is a session; its status is all that it must have (facts/vbaz.md 4.5)."""
    return isinstance(value, Mapping) and isinstance(value.get("status"), str)


def problem(answer: Answer) -> Mapping[str, Any]:
    """The problem an answer describes; empty when it describes none (an empty 401, a proxy's page)."""
    try:
        body = answer.json()
    except BadAnswer:
        return {}
    return body if isinstance(body, Mapping) else {}


def said(answer: Answer) -> str:
    """The appliance's own words about a problem, those about single fields too (facts/vbaz.md 6)."""
    told = problem(answer)
    words = [str(told.get("detail") or told.get("title") or ""), *_of_fields(told.get("errors"))]
    return "; ".join(word for word in words if word)


def _of_fields(errors: Any) -> Iterator[str]:
    if isinstance(errors, Mapping):
        for name, messages in errors.items():
            listed = messages if isinstance(messages, list) else [messages]
            yield f"{name}: {', '.join(map(str, listed))}"


def advice(answer: Answer, username: str, version: str) -> str:
    """What to do about an answer that is not 2xx."""
    match answer.status:
        case HTTPStatus.UNAUTHORIZED:
            return "The appliance takes no token of this account: check the account."
        case HTTPStatus.FORBIDDEN if problem(answer).get("licenseAgreementAcceptanceRequired"):
            return "Accept the license agreement in the web interface of the appliance, then run the task again."
        case HTTPStatus.FORBIDDEN:
            return f"User '{username}' needs a role that may see session logs, for example Portal Operator."
        case HTTPStatus.NOT_FOUND if version:
            return f"If the appliance does not serve {version}, set api_version to auto."
        case HTTPStatus.TOO_MANY_REQUESTS:
            pause = answer.headers.get("Retry-After")
            return f"The appliance is busy: try again {f'after {pause} seconds' if pause else 'later'}."
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return "The appliance's own logs tell more."
        case status if status < HTTPStatus.BAD_REQUEST:
            return "Is there a proxy or another product at this address?"
    return ""
