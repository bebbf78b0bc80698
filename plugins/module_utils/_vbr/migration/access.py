# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who owns a job and who else may use it: the record of an access list, as it is shown and as it is set. Pure.

Sources: facts/vbr_beyond_automation.md 1.3 (owners are known by name, other principals are roles).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from ..._core.compare import fold
from ..._core.errors import quoted
from ..._core.shape import STRING, Shape
from .collection import Record
from .findings import WARNING, Finding
from .kind import link
from .kinds import JOB_PERMISSIONS, USERS

OWNER, OTHERS = "owner", "effectiveAccess"
LIST: Shape = {
    "principal!": {"owner": {"name": STRING}, OTHERS: [{"principal": {"id!": STRING, "name": STRING}, "rights": []}]},
}


def access_of(shown: Mapping[str, Any]) -> Record:
    """The owner, by name, and the roles that may use the object, with their rights; others are not said."""
    principal = shown["principal"]
    name = (principal.get(OWNER) or {}).get("name")
    others = principal.get(OTHERS)
    found = {OWNER: name} if name else {}
    return {**found, OTHERS: [_delegated(each) for each in others]} if others is not None else found


def _delegated(given: Mapping[str, Any]) -> Record:
    role = given.get("principal") or {}
    return {"principal": {"id": role.get("id"), "name": role.get("name")}, "rights": given.get("rights")}


def with_owner(record: Record, users: Container[str]) -> Record:
    """The record with a link to its owner, if that is one of these users, by folded names: others come by a group."""
    name = record.get(OWNER)
    return {**record, OWNER: link(USERS.name, name)} if name and fold(name) in users else record


def without_local_owner(record: Record, key: str, own: Iterable[str]) -> tuple[Record, list[Finding]]:
    """The record without an owner who is an account of the source server itself, and that this is so."""
    domain, _slash, account = str(record.get(OWNER) or "").rpartition("\\")
    if not account or fold(domain) not in {fold(name).partition(".")[0] for name in own if name}:
        return record, []
    said = f"its owner {quoted(record[OWNER])} is an account of the source itself, and stays behind."
    remedy = "Give it another owner in the console of the target; until then it is whoever brings it in."
    finding = Finding(WARNING, "local-owner", said, remedy, JOB_PERMISSIONS.name, key, OWNER)
    return {name: value for name, value in record.items() if name != OWNER}, [finding]
