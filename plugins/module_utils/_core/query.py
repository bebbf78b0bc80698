# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JMESPath expressions over what a server returned; the only file that imports jmespath."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from .compare import fold
from .errors import InvalidInput, MissingLibrary, quoted

try:
    import jmespath
    from jmespath.exceptions import JMESPathError

    MISSING_JMESPATH = ""
except ImportError as absent:
    MISSING_JMESPATH = str(absent)

NEAREST = 3
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
    warnings = [_nothing(query, data)] if query is not None and data and _is_nothing(found) else []
    return {name: found, **({"warnings": warnings} if warnings else {})}


def _is_nothing(found: Any) -> bool:
    """Whether this is null, an empty list or object, or consists of nulls."""
    return found in (None, [], {}) or _is_null(found)


def _is_null(found: Any) -> bool:
    parts = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    return found is None or (bool(parts) and all(map(_is_null, parts)))


def _nothing(query: Any, data: Any) -> str:
    keys = dict.fromkeys(_keys(data))
    unknown = [name for name in dict.fromkeys(_fields(query.parsed)) if name not in keys]
    folded = {fold(key): key for key in keys}
    nearest = {name: difflib.get_close_matches(fold(name), folded, NEAREST, LIKENESS) for name in unknown}
    said = [
        f" No key is called {quoted(name)}"
        + (f"; the nearest: {', '.join(quoted(folded[each]) for each in near)}." if near else ".")
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
