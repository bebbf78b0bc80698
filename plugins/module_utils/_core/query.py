# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JMESPath expressions over what a server returned; the only file that imports jmespath."""

from __future__ import annotations

from typing import Any

from .errors import InvalidInput, MissingLibrary

try:
    import jmespath
    from jmespath.exceptions import JMESPathError

    MISSING_JMESPATH = ""
except ImportError as absent:
    MISSING_JMESPATH = str(absent)


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
