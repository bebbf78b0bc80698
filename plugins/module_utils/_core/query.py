# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JMESPath expressions over what a server returned, and what is said of those, and of filters, that find nothing.

This is the only file that imports jmespath.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from .compare import alike, fold
from .errors import InvalidInput, MissingLibrary, RestError, quoted

try:
    import jmespath
    from jmespath.exceptions import JMESPathError

    MISSING_JMESPATH = ""
except ImportError as absent:
    MISSING_JMESPATH = str(absent)

LIKENESS = 0.7
# So many rows of a list say which keys there are.
ROWS_LOOKED_AT = 200


def compiled(expression: str | None) -> Any:
    """The expression ready for use, None when there is none. Raises InvalidInput, MissingLibrary."""
    if not expression:
        return None
    if MISSING_JMESPATH:
        raise MissingLibrary(
            f"The Python library 'jmespath' is needed for query ({MISSING_JMESPATH}).",
            "Install it where this task runs: python3 -m pip install jmespath",
        )
    try:
        return jmespath.compile(expression)
    except JMESPathError as error:
        raise InvalidInput(f"query is no JMESPath expression: {error}.") from None


def search(query: Any, data: Any) -> Any:
    """What a compiled expression finds; the data itself if there is no expression. Raises InvalidInput if it fails."""
    if query is None:
        return data
    try:
        return query.search(data)
    except JMESPathError as error:
        raise InvalidInput(f"query cannot be applied: {error}.") from None


def chosen(name: str, query: Any, data: Any) -> dict[str, Any]:
    """A part of a result: what an expression finds, and a warning if that is nothing although there was something."""
    found = search(query, data)
    warnings = [found_nothing(query, data)] if query is not None and data and _is_nothing(found) else []
    return {name: found, **({"warnings": warnings} if warnings else {})}


def narrowed(
    option: str, values: Any, found: Collection[Any], rest: Callable[[], Iterable[Mapping[str, Any]]]
) -> dict[str, list[str]]:
    """The part of a result that warns of filters which left nothing of a list that has something.

    `values` are what the filters ask for; `rest` reads rows of the list without them. That it fails is no failure.
    """
    if found or not values:
        return {}
    with suppress(RestError):
        rows = list(islice(rest(), ROWS_LOOKED_AT))
        if rows:
            return {
                "warnings": [f"{option} match nothing, although the list is not empty.{_nearest_values(values, rows)}"]
            }
    return {}


def _nearest_values(values: Any, rows: list[Mapping[str, Any]]) -> str:
    """What the rows have that may be meant by the texts that are filtered by."""
    there = {fold(text): text for row in rows for text in row.values() if isinstance(text, str)}
    wanted = [text for text in dict.fromkeys(_texts(values)) if fold(text) not in there]
    nearest = {text: alike(text.strip("*"), there.values(), LIKENESS) for text in wanted}
    said = (
        f" Nothing is called {quoted(text)}; the nearest: {', '.join(map(quoted, near))}."
        for text, near in nearest.items()
        if near
    )
    return "".join(said)


def _texts(values: Any) -> Iterator[str]:
    parts = values.values() if isinstance(values, Mapping) else values if isinstance(values, list) else ()
    yield from [values] if isinstance(values, str) else ()
    for part in parts:
        yield from _texts(part)


def _is_nothing(found: Any) -> bool:
    """Whether this is null, an empty list or object, or consists of nulls."""
    return found in (None, [], {}) or _is_null(found)


def _is_null(found: Any) -> bool:
    parts = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    return found is None or (bool(parts) and all(map(_is_null, parts)))


def found_nothing(query: Any, data: Any) -> str:
    """What to say of an expression that finds nothing in this, with the keys that may be meant."""
    keys = dict.fromkeys(_keys(data))
    unknown = [name for name in dict.fromkeys(_fields(query.parsed)) if name not in keys]
    nearest = {name: alike(name, keys, LIKENESS) for name in unknown}
    said = [
        f" No key is called {quoted(name)}" + (f"; the nearest: {', '.join(map(quoted, near))}." if near else ".")
        for name, near in nearest.items()
    ]
    return f"query finds nothing, although there is something to search.{''.join(said)}"


def _fields(node: Any) -> Iterator[str]:
    """The keys that a parsed expression names."""
    if isinstance(node, Mapping):
        if node.get("type") == "field":
            yield str(node["value"])
        yield from _fields(node.get("children"))
    elif isinstance(node, list):
        for part in node:
            yield from _fields(part)


def _keys(data: Any) -> Iterator[str]:
    """The keys of what is searched, at any depth."""
    if isinstance(data, Mapping):
        yield from map(str, data)
    parts = data.values() if isinstance(data, Mapping) else data if isinstance(data, list) else ()
    for part in islice(parts, ROWS_LOOKED_AT):
        yield from _keys(part)
