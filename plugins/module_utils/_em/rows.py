# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of Enterprise Manager: their ids, their links, the lists they come in, and the filters that ask for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from .._core.compare import fold
from .document import Document

Row = Mapping[str, Any]
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
UID = re.compile(rf"urn:veeam:(?P<kind>\w+):(?P<id>{GUID.pattern})", re.I)
JOB, REPOSITORY, BACKUP_SERVER = "Job", "Repository", "BackupServer"
# What a list may have beside its rows.
BESIDE_ROWS = ("Links", "PagingInfo", "Href", "Type")
UP, CLONE, TOGGLE = "Up", "Clone", "ToggleScheduleEnabled"


def uid(kind: str, identifier: str) -> str:
    return f"urn:veeam:{kind}:{identifier}"


def identified(kind: str, given: str) -> str:
    """The id in what a user gave, if that is an id or a UID of this kind; `""` if it is a name."""
    found = UID.fullmatch(given)
    if found and fold(found["kind"]) == fold(kind):
        return found["id"].lower()
    return given.lower() if GUID.fullmatch(given) else ""


def id_of(row: Row) -> str:
    """The id of an object: the end of its UID, or else of its address. `""` if it has neither."""
    return str(row.get("UID") or "").rpartition(":")[2].lower() or id_in(str(row.get("Href") or ""))


def id_in(href: str) -> str:
    """The id at the end of an address. Nothing else of an address is used, as its host may be unknown or untrusted."""
    return unquote(urlsplit(href).path.rstrip("/").rpartition("/")[2]).lower()


def links(row: Row, rel: str, kind: str = "") -> Iterator[Row]:
    """The links of a row with this Rel and with a Type that begins with `kind`: Repository, RepositoryReference."""
    found = row.get("Links")
    for link in found if isinstance(found, list) else []:
        if not isinstance(link, Mapping) or fold(link.get("Rel")) != fold(rel):
            continue
        if fold(link.get("Type")).startswith(fold(kind)):
            yield link


def offers(row: Row, rel: str) -> bool:
    """Whether the server offers to do this with the object. It does so by a link (facts/em.md 5)."""
    return next(links(row, rel), None) is not None


def server_of(row: Row) -> str:
    """The id of the backup server that a job or a repository belongs to; `""` if the row does not say it."""
    own = str(row.get("BackupServerUid") or "").rpartition(":")[2].lower()
    above = next(links(row, UP, BACKUP_SERVER), {})
    return own or id_in(str(above.get("Href") or ""))


def rows(document: Document) -> list[dict[str, Any]] | None:
    """The rows of a list, whichever way it is nested; None if the answer is no list."""
    data: Any = document.data
    for nest in ("Entities", "EntityReferences"):
        data = data.get(nest, data) if isinstance(data, Mapping) else data
    if isinstance(data, Mapping):
        data = _only_list(data)
    if not isinstance(data, list) or not all(isinstance(row, Mapping) for row in data):
        return None
    return [dict(row) for row in data]


def pages_of(document: Document) -> Any:
    """How many pages a list says it has; one that does not say so has one."""
    paging = document.data.get("PagingInfo")
    count = paging.get("PagesCount") if isinstance(paging, Mapping) else None
    return 1 if count is None else count


def _only_list(data: Row) -> Any:
    """The one list in an object; an empty one for an empty object; None if there is no list, or more than one."""
    parts = {name: part for name, part in data.items() if name not in BESIDE_ROWS and part not in ("", {})}
    found = [part for part in parts.values() if isinstance(part, list)]
    if found:
        return found[0] if len(found) == 1 else None
    return None if parts else []


# -- filters -----------------------------------------------------------------------------------------------------------

# No other character is documented to be safe in a value, even in quotes.
PLAIN = re.compile(r'[\w .:@#+/"\\-]*')


def equal(field: str, value: Any) -> str:
    """The filter for rows whose field has this value: in quotes, with the quotes in it doubled (facts/em.md 5)."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    doubled = text.replace('"', '""')
    return f'{field}=="{doubled}"'


def filtered(wanted: Mapping[str, Any]) -> str:
    """The filter for rows that have all these values; where a value is a list, one of them.

    A value with an unsafe character is left out, because the filter only narrows the list: see `matching`.
    """
    parts = []
    for field, value in wanted.items():
        choices = value if isinstance(value, list) else [value]
        if choices and all(PLAIN.fullmatch(str(choice)) for choice in choices):
            either = ",".join(equal(field, choice) for choice in choices)
            parts.append(f"({either})" if len(choices) > 1 else either)
    return ";".join(parts)


def matching(row: Row, wanted: Mapping[str, Any]) -> bool:
    """Whether a row has all these values. A field that rows do not show is compared by the server alone."""
    return all(_same(row[field], value) for field, value in wanted.items() if field in row)


def _same(actual: Any, value: Any) -> bool:
    return fold(actual) in {fold(choice) for choice in (value if isinstance(value, list) else [value])}
