# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the signs of what a server has no list of: each question is asked once, side by side; a refusal is noted.

Source: facts/vbr_beyond_automation.md 5 and 7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from .._core.compare import fold, value_at
from .._core.errors import Failure, Forbidden, NotFound, Rejected, ServerFault
from .._core.shape import shaped
from .._core.steps import Steps, read
from .client import Vbr
from .migration.collection import Record
from .migration.findings import Finding, not_read
from .migration.signs import Sign, line, signs_of
from .revisions import rank

REFUSALS = (Rejected, ServerFault, Forbidden, NotFound)
EACH = "{id}"
# No product has names as long; what calls itself longer is cut, or a server could fill a disk by its signs.
LONGEST = 600
# The objects of a kind: the id, the name and the type of each.
Owners = Callable[[str], Iterable[tuple[str, str, str]]]


def lines(service: Vbr, kind: str, owners: Owners, listed: set[str]) -> tuple[list[Record], list[Finding]]:
    """What the server shows of a kind by signs, and what it refused to show. `listed` are the folded names of jobs."""
    found: dict[str, Record] = {}
    unread: list[Finding] = []
    signs = [each for each in signs_of(kind) if rank(each.since) <= rank(service.revision)]
    for each in read(service.lanes, signs, lambda sign: _named(service, sign, owners), ends_reading):
        sign, refusal = each.item, each.error
        for name, type_ in each.value or ():
            record = line(_in_short(service, name), _in_short(service, type_), kind)
            if name and not (sign.unlisted and fold(name) in listed):
                found.setdefault(fold(record["name"] + record["type"]), record)
        if refusal and not (sign.optional and isinstance(refusal, NotFound | Rejected)):
            unread.append(not_read(kind, f"{sign.what}: {refusal}"))
    return list(found.values()), unread


def ends_reading(error: Failure) -> bool:
    """Whether an error is of more than the one thing that was asked for."""
    return not isinstance(error, REFUSALS)


def _named(service: Vbr, sign: Sign, owners: Owners) -> Steps[list[tuple[str, str]]]:
    """The name and the type of everything that a sign shows."""
    known = list(owners(sign.of)) if sign.of else []
    if EACH in sign.path:
        ours = [(quote(str(row_id), safe=""), name) for row_id, name, type_ in known if type_ in sign.types]
        asked = [(sign.path.format(id=step), name) for step, name in ours]
    else:
        asked = [(sign.path, "")]
    names = {fold(row_id): name for row_id, name, _type in known}
    shown = yield lambda: service.lanes.each(asked, lambda one: _rows(service, sign, one[0]))
    of_owners = ((row, owner) for (_path, owner), rows in zip(asked, shown, strict=True) for row in rows)
    named = (sign.named(row, owner or names.get(fold(row.get("id")), "")) for row, owner in of_owners)
    return [each for each in named if each]


def _in_short(service: Vbr, text: str) -> str:
    """A name, cut where it is too long to be one. A part of a secret would not be known for one afterwards."""
    if len(text) <= LONGEST:
        return text
    return f"{service.http.secrets.redact(text)[:LONGEST]}… ({len(text)} characters)"


def _rows(service: Vbr, sign: Sign, path: str) -> list[Any]:
    if sign.inside is None:
        return service.pages(path, sign.params, row=sign.row)
    if not sign.inside:
        return [service.call("GET", path, fits=shaped(sign.row))]
    whole = service.call("GET", path, fits=shaped({f"{sign.inside}!": [sign.row]}))
    return list(value_at(whole, (sign.inside,)) or [])
