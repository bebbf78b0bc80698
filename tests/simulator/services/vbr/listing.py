# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists as the service answers them: filtered, then sorted, then paged; and the wildcard of name filters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werkzeug import Response

from ...core.names import folded
from ...core.store import Row
from .errors import bad_request, json_answer
from .kind import Model

MOST_ROWS = 100_000
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")


def pattern_matches(pattern: str, text: str, exact: bool = False) -> bool:
    """Whether a text fits a pattern with `*` at its beginning, end or both; without regard to case unless `exact`."""
    wanted, found = (pattern, text) if exact else (folded(pattern), folded(text))
    core = wanted.strip("*")
    if wanted.startswith("*") and wanted.endswith("*"):
        return core in found
    if wanted.startswith("*"):
        return found.endswith(core)
    if wanted.endswith("*"):
        return found.startswith(core)
    return found == wanted


def matches_any(patterns: Sequence[str] | None, text: str, exact: bool) -> bool:
    """Whether a text fits one of the patterns; no patterns match everything."""
    return not patterns or any(pattern_matches(pattern, text, exact) for pattern in patterns)


def number(query: Mapping[str, str], name: str, default: int) -> int:
    """Read a whole number that is not negative from the query."""
    text = query.get(name)
    if text is None:
        return default
    if not WHOLE_NUMBER.fullmatch(text) or int(text) > MOST_ROWS:
        raise bad_request(f"Parameter {name} takes a whole number between 0 and {MOST_ROWS}")
    return int(text)


def flag(query: Mapping[str, str], name: str, default: bool) -> bool:
    text = query.get(name, str(default)).lower()
    if text not in ("true", "false"):
        raise bad_request(f"Parameter {name} takes true or false")
    return text == "true"


def page(
    rows: Sequence[Row],
    show: Callable[[Row], Model],
    query: Mapping[str, str],
    columns: Mapping[str, Callable[[Model], Any]],
    default_limit: int,
) -> Response:
    """Answer a page of a list. `columns` maps each name that orderColumn takes to the value to sort by.

    `show` is slow, so without orderColumn it is called only for the rows of the page.
    """
    skip, limit = number(query, "skip", 0), number(query, "limit", default_limit)
    column = query.get("orderColumn")
    if column is None:
        shown = [show(row) for row in rows[skip : skip + limit]]
    elif column in columns:
        models = sorted((show(row) for row in rows), key=lambda model: str(columns[column](model) or "").casefold())
        shown = (models if flag(query, "orderAsc", True) else models[::-1])[skip : skip + limit]
    else:
        raise bad_request(f"Parameter orderColumn takes one of {', '.join(columns)}")
    pagination = {"total": len(rows), "count": len(shown), "skip": skip, "limit": limit}
    return json_answer({"data": shown, "pagination": pagination})


def by_field(*names: str) -> dict[str, Callable[[Model], Any]]:
    """Sort columns named like the fields of the model, with a capital: `name` is sorted by as `Name`."""
    return {name[0].upper() + name[1:]: (lambda model, name=name: model.get(name)) for name in names}  # type: ignore[misc]
