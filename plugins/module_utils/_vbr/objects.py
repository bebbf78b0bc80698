# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every object of a server by ordinary REST: read with names in the place of ids, created and changed with ids again.

Sources: facts/vbr_beyond_automation.md 1 (operations), 2 (references), 2.5 (inventory objects), 6 (traps).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from .._core.answer import Fits
from .._core.compare import drift, fold
from .._core.errors import InvalidInput, UnknownOutcome, quoted
from .._core.polling import started
from .._core.shape import asked_for, shaped
from .._core.steps import Steps
from .client import Vbr, is_session
from .inventory import Inventory
from .kind_lists import ROW, KindLists, Row, path_of
from .migration import links
from .migration.access import with_owner, without_local_owner
from .migration.bodies import changed_body, new_body, wanted_of
from .migration.collection import Collection, Record, records
from .migration.findings import WARNING, Finding
from .migration.kind import ANY_TYPE, BY_HAND, BY_REST, LINK, Kind, link
from .migration.kinds import (
    JOB_PERMISSIONS,
    JOBS,
    KINDS,
    MANAGED_SERVERS,
    MOUNT_SERVERS,
    PROTECTION_GROUPS,
    USERS,
    unique_id,
)
from .migration.references import MEANT_BY_ID, name_of
from .migration.signs import signs_of
from .resource.endpoint import followed
from .seen import lines

ONCE_ONLY = "it uses single-use accounts, which no server shows"
LEAK = "the server sent a secret; it was not kept."
# What is changed or compared of a whole object.
WHOLE: Mapping[str, Any] = {**ROW, "schedule": {}}


class NotThere(InvalidInput):
    """A link that means nothing on this server, or several objects."""


class Objects:
    """The objects of one server, each list read once until it is read anew.

    One thread uses it. Writing goes in steps, of which the requests alone may be made in others (`_core/steps.py`).
    """

    def __init__(self, service: Vbr) -> None:
        self.service = service
        self.lists = KindLists(service)
        self.inventory = Inventory(service, self.rows)
        self._links: dict[str, links.Linked] = {}
        # What others refer to and no list shows, by kind.
        self._unlisted: dict[str, dict[str, None]] = {}
        # That the server sent secrets, by object, and what it did not show.
        self.leaks: list[Finding] = []

    # -- lists ---------------------------------------------------------------------------------------------------------

    def serves(self, kind: Kind) -> bool:
        """Whether the revision in use has the list of a kind, or signs of it."""
        return self.lists.serves(kind)

    def rows(self, name: str) -> list[Row]:
        """The rows of the list of a kind; none where the server has no such list."""
        return self.lists.rows(name)

    def forget(self, name: str) -> None:
        """Have a list read anew, because something was created."""
        self.lists.forget(name)
        self._links.pop(name, None)

    # -- ids and names -------------------------------------------------------------------------------------------------

    def key(self, kind: Kind, row: Row) -> str:
        """The natural key of a row; some kinds are known by the name of their host."""
        if kind.of_host:
            row = {**row, "hostId": row["id"]}
        server = row.get("server")
        if isinstance(server, Mapping):
            row = {**row, "server": {**server, "hostId": self._host(server.get("hostId"))}}
        return kind.natural_key({**row, "hostId": self._host(row["hostId"])} if "hostId" in row else row)

    def _host(self, host_id: Any) -> Any:
        return self.link_of((MANAGED_SERVERS.name,), host_id) if isinstance(host_id, str) else host_id

    def links(self, name: str) -> links.Linked:
        """What stands in the place of the ids of a kind."""
        if name not in self._links:
            found = links.Linked()
            for row in self.rows(name):
                if row.get("id"):
                    found.add(str(row["id"]), self._link(name, row))
            self._links[name] = found
        return self._links[name]

    def _link(self, name: str, row: Row) -> Record:
        if name == links.BACKUPS:
            return link(name, str(row.get("name") or ""))
        kind = KINDS[name]
        if name in MEANT_BY_ID:
            return link(name, name_of(name, row), unique_id(row))
        return link(name, self.key(kind, row))

    def link_of(self, kinds: Iterable[str], object_id: str) -> Any:
        """The link to the object of one of these kinds that has an id; to the id itself where none has it."""
        for name in kinds:
            found = self.links(name).by_id.get(fold(object_id))
            if found:
                return found
        first = next(iter(kinds))
        if object_id == links.ZERO_ID:
            return object_id
        if first in KINDS:
            self._unlisted.setdefault(first, {})[object_id] = None
        return link(first, object_id)

    def unlisted(self) -> Mapping[str, list[Record]]:
        """What is referred to and no list of this revision shows, by kind: nothing is known of it but its id."""
        why = f"revision {self.service.revision} does not list it, so that nobody can tell what it is"
        return {
            kind: [{BY_HAND: each, "name": each, "type": "", "why": why} for each in ids]
            for kind, ids in self._unlisted.items()
        }

    def id_of(self, meant: Mapping[str, Any], again: bool = True) -> str:
        """The id that an object has on this server. Raises NotThere.

        What is not in its list is looked for `again`: it may have been created since that was read.
        """
        name = str(meant[LINK])
        if name not in KINDS:
            raise NotThere(
                f"there is no kind {quoted(name)}, of which {quoted(meant.get('name'))} is to be", "Export again."
            )
        found = self.links(name).ids(meant)
        if not found and again:
            self.forget(name)
            found = self.links(name).ids(meant)
        if len(found) == 1:
            return found[0]
        several = f": {', '.join(found)}" if found else ""
        raise NotThere(f"the target has {len(found) or 'no'} {name} {quoted(meant.get('name'))}{several}")

    # -- reading -------------------------------------------------------------------------------------------------------

    def besides(self, name: str, shown: Collection, own: Iterable[str]) -> Collection:
        """What the server has of a kind and the automation section does not show, each object as a record.

        `shown` is what that shows, unfiltered; `own` are the names under which the server itself is one of its hosts.
        """
        kind = KINDS[name]
        if not self.serves(kind) or name in MEANT_BY_ID:
            return {}
        itself = own if kind.name in (MANAGED_SERVERS.name, MOUNT_SERVERS.name) else ()
        own_keys = set(map(fold, itself))
        left = {fold(kind.key(record)) for _list, record in records(shown)}
        # The automation section shows none of the types that move here: this is another one of the same name.
        besides = [
            row
            for row in self.rows(name)
            if (key := fold(self.key(kind, row))) not in own_keys and (self._moves(kind, row) or key not in left)
        ]
        found: Collection = {}
        for row, moves in self._whole_rows(kind, besides):
            key = self.key(kind, row)
            record = self._record(kind, row) if moves else _by_hand(key, row)
            if name == JOB_PERMISSIONS.name:
                record, local = without_local_owner(record, key, own)
                self.leaks += local
                record = with_owner(record, {fold(each["name"]) for each in self.rows(USERS.name)})
            found.setdefault(BY_REST if moves else BY_HAND, []).append(record)
        return found

    def _whole_rows(self, kind: Kind, rows: list[Row]) -> Iterator[tuple[Row, bool]]:
        """Each row, and whether its object moves; then as it is shown alone, where a list may show a part of it only
        (facts/updates.md).
        """
        partly = kind.rest is not None and kind.rest.in_part

        def whole(row: Row) -> tuple[Row, bool]:
            moves = self._moves(kind, row)
            return (self.whole(kind, row["id"]) if partly and moves else row), moves

        for block in self.service.lanes.blocks(rows):
            yield from self.service.lanes.each(block, whole)

    def everything_besides(self, name: str, shown: Collection, own: Iterable[str]) -> Collection:
        """The same with what there are signs of, and no list."""
        found, itself = self.besides(name, shown, own), set(map(fold, own))
        if not signs_of(name) or not self.serves(KINDS[name]):
            return found

        def owners(kind: str) -> list[tuple[str, str, str]]:
            known = [(row, str(self._link(kind, row)["name"])) for row in self.rows(kind)]
            return [(row["id"], name, str(row.get("type") or "")) for row, name in known if fold(name) not in itself]

        jobs = {fold(row.get("name")) for row in self.rows(JOBS.name)}
        signs, unread = lines(self.service, name, owners, jobs)
        self.leaks += unread
        return {**found, BY_HAND: [*found.get(BY_HAND, []), *signs]} if signs else found

    def _moves(self, kind: Kind, row: Row) -> bool:
        """Whether an object like this can be created, or changed where it is always there."""
        rest = kind.rest
        if rest is None or row.get("isBuiltIn") or links.uses_single_use(row):
            return False
        types = rest.types_in(self.service.revision)
        return rest.always_there or ANY_TYPE in types or str(row.get("type")) in types

    def _record(self, kind: Kind, row: Row) -> Record:
        """An object with names for ids."""
        row = self.inventory.with_computers(row) if kind.name == JOBS.name else row
        if links.secrets_in(row):
            self.leaks.append(Finding(WARNING, "secret-in-export", LEAK, "", kind.name, self.key(kind, row)))
        # Whether a job is disabled is its state, which the list of states shows, and no part of what it is.
        said = {key: value for key, value in row.items() if key not in ("id", "isDisabled")}
        if kind.rest and kind.rest.singleton:
            # What of a setting is only read is a kind of its own.
            said = links.without(said, kind.rest.only_read)
        record = links.with_links(said, self.link_of)
        if kind.of_store and isinstance(record.get("storageObject"), dict):
            record["storageObject"] = links.without_ids(record["storageObject"])
        if kind.rest and kind.rest.part_of:
            # This link is ours already: where it waits, so does what belongs to it.
            record[kind.rest.owner] = row[kind.rest.owner]
        return {**record, "hostId": self._host(row["id"])} if kind.of_host else record

    def keys(self, name: str) -> list[str]:
        """The natural keys of what the server has of a kind now."""
        self.forget(name)
        return [self.key(KINDS[name], row) for row in self.rows(name)]

    def shown(self, name: str, keys: Container[str]) -> Collection:
        """The objects of a kind that have one of these folded keys now, each as a record."""
        self.forget(name)
        rows = [row for row in self.rows(name) if fold(self.key(KINDS[name], row)) in keys]
        return {BY_REST: [self._record(KINDS[name], row) for row, _moves in self._whole_rows(KINDS[name], rows)]}

    def whole(self, kind: Kind, row_id: str) -> Row:
        """One object as its server has it."""
        details = kind.rest.details if kind.rest else ""
        is_it, fits = asked_for(row_id), shaped(WHOLE)
        check: Fits = fits if details else lambda value: fits(value) and is_it(value)
        return dict(self.service.call("GET", path_of(kind, row_id) + details, fits=check))

    # -- writing -------------------------------------------------------------------------------------------------------

    def create(self, name: str, record: Record, timeout: float) -> Steps[None]:
        """Create the object of a record, and wait until its session has ended. Raises RestError, InvalidInput."""
        kind = KINDS[name]
        body = links.with_ids(new_body(name, record, self.service.revision), self.id_of)
        answer = yield lambda: self._answer("POST", path_of(kind), self._completed(name, body), timeout)
        known, made = self._links.get(name), self._id_in(answer, kind, record)
        self.forget(name)
        if known and made and name not in MEANT_BY_ID:
            # Others are not read anew for it, one by one.
            known.add(made, link(name, kind.key(record)))
            self._links[name] = known
        # What fails from here on says nothing of whether it was created.
        with started():
            yield from self.finish(name, record, timeout, made)

    def _completed(self, name: str, body: Record) -> Record:
        """A body with the ids that objects of other systems have on this server. Raises InvalidInput.

        It asks the server, and so belongs to a step. The one list that it may need was read for the links of the body.
        """
        for found in links.inventory_in(body):
            self.inventory.complete(found, KINDS[name].of_store)
        for found in links.directory_in(body):
            self.inventory.complete_directory(found)
        completed: Record = self.inventory.with_entity_ids(body)
        return completed

    def _id_in(self, answer: Any, kind: Kind, record: Record) -> str:
        """The id in the answer to a creation, if it is that of the object that was sent; else it is looked up."""
        if not isinstance(answer, Mapping) or not answer.get("id"):
            return ""
        return str(answer["id"]) if self.key(kind, dict(answer)) == kind.key(record) else ""

    def finish(self, name: str, record: Record, timeout: float, row_id: str = "") -> Steps[None]:
        """Give a new object what it takes by calls of their own. Raises RestError, InvalidInput."""
        kind = KINDS[name]
        then = kind.rest.then if kind.rest else {}
        sent = links.with_ids(new_body(name, record, self.service.revision), self.id_of) if then else {}
        for field, end in then.items():
            whole = links.with_ids(record.get(field), self.id_of)
            if whole and whole != sent.get(field):
                path = path_of(kind, row_id or self.id_of(link(name, kind.key(record))))
                yield partial(self._answer, "PUT", path + end, {field: whole}, timeout)
                self.forget(name)

    def change(self, name: str, record: Record, timeout: float, patch: Record | None = None) -> Steps[None]:
        """Change the object of a record to what the record says, or to what a patch of it says; the rest stays.

        Raises RestError, InvalidInput.
        """
        kind, rest = KINDS[name], KINDS[name].rest
        of = rest.part_of if rest else ""
        row_id = ""
        if not (rest and rest.singleton):
            row_id = self.id_of(self._link(name, record) if not of else link(of, kind.key(record)))
        path = path_of(kind, row_id)
        row = yield lambda: self._as_it_is(kind, path, row_id)
        linked = links.with_ids(patch or wanted_of(name, record), self.id_of)
        wanted = yield lambda: self._change(kind, path, row, self._completed(name, linked), timeout)
        self.forget(name)
        if patch:
            yield lambda: self._prove(path, wanted)

    def _as_it_is(self, kind: Kind, path: str, row_id: str) -> Row:
        """What is to be changed, as its server has it."""
        if kind.rest and kind.rest.part_of:
            return self.lists.part(kind, path)
        return dict(self.service.call("GET", path, fits=asked_for(row_id) if row_id else shaped({})))

    def _change(self, kind: Kind, path: str, row: Row, wanted: Record, timeout: float) -> Record:
        """Send what is wanted otherwise; returns what is wanted."""
        by_post = kind.rest.by_post if kind.rest else {}
        for field, end in by_post.items():
            if wanted.get(field) not in (None, row.get(field)):
                self._answer("POST", path + end, {field: wanted[field]}, timeout)
        if not by_post:
            self._answer("PUT", path, changed_body(row, wanted), timeout)
        return wanted

    def _prove(self, path: str, wanted: Record) -> None:
        """See that an object is what it was changed to, whatever the answer was. Raises InvalidInput."""
        shown = self.service.call("GET", path, fits=shaped({}))
        if left := [each.field for each in drift(wanted, shown)]:
            raise InvalidInput(
                f"the target took the change, and shows {', '.join(left)} as before.",
                "See whether it waits there for the approval of a second person, or change it by hand.",
            )

    def rescan(self, name: str, timeout: float) -> None:
        """Have the computers of a protection group discovered. Raises RestError."""
        path = path_of(PROTECTION_GROUPS, self.id_of(link(PROTECTION_GROUPS.name, name)))
        self._answer("POST", f"{path}/rescan", None, timeout)

    def _answer(self, method: str, path: str, body: Any, timeout: float) -> Any:
        """The answer to a write; None for a session, after it has ended well. Raises TaskFailed."""
        answer = self.service.call(method, path, body)
        if not is_session(answer):
            if answer is not None and not isinstance(answer, dict):
                complaint = "the answer is neither an object nor a session"
                raise UnknownOutcome(complaint, service=self.service.SERVICE, request=f"{method} {path}")
            return answer
        followed(self.service, answer, timeout, f"{method} {path}")
        return None


def _by_hand(key: str, row: Mapping[str, Any]) -> Record:
    """What is kept of an object that no call moves."""
    kept = {BY_HAND: key, "name": key, "type": str(row.get("type") or "")}
    return {**kept, "why": ONCE_ONLY} if links.uses_single_use(row) else kept
