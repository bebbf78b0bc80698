# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""References by id, as the plain resources have them, from references by name, as they are stored; and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..errors import bad_request
from ..estate import Estate
from ..kind import Body, Kind, name_of
from ..kinds import BY_NAME
from ..shapes.rules import places


@dataclass(frozen=True)
class IdField:
    """The stored reference at `path` is the field `id_field` beside it in a model.

    `hostName: linux01` of a stored repository is `hostId: <id>` in its model. A reference is a name, or an object that
    has the name under `name` and the unique id under `tag`. With `many` it is a list of them. An object that is not of
    the kind may be of the kind `also`.
    """

    path: str
    id_field: str
    kind: str
    name: str = ""
    tag: str = ""
    many: bool = False
    also: str = ""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(BY_NAME[name] for name in (self.kind, self.also) if name)

    def show(self, body: Body, estate: Estate) -> None:
        for container, key in places(body, self.path):
            reference = container.pop(key)
            if self.many:
                ids = [self._id(item, estate) for item in reference or []]
                container[self.id_field] = [found for found in ids if found is not None]
            else:
                container[self.id_field] = self._id(reference, estate)

    def read(self, model: Body, estate: Estate) -> None:
        """Put references by name in the place of the ids; raises a 400 for an id that belongs to nothing."""
        parent, _unused, key = self.path.rpartition(".")
        for container, field in places(model, f"{parent}.{self.id_field}" if parent else self.id_field):
            found = container.pop(field)
            if self.many:
                container[key] = [self._reference(each, estate) for each in found or []]
            else:
                container[key] = self._reference(found, estate)

    def _id(self, reference: Any, estate: Estate) -> str | None:
        if not reference:
            return None
        name, unique_id = str(reference), None
        if self.name:
            name = str(reference.get(self.name))
            unique_id = reference.get(self.tag) or reference.get("tag") if self.tag else None
        found = (estate.id_of(kind, name, unique_id) for kind in self.kinds)
        return next(filter(None, found), None)

    def _reference(self, row_id: str | None, estate: Estate) -> Any:
        if row_id is None:
            return None
        found = ((kind, row) for kind in self.kinds if (row := estate.get(kind, row_id)) is not None)
        kind, row = next(found, (self.kinds[0], None))
        if row is None:
            raise bad_request(f"{kind.noun} with ID {row_id} is not found")
        name = name_of(kind, row["body"])
        if not self.name:
            return name
        return {self.name: name} | ({self.tag: row["body"].get("uniqueId")} if self.tag else {})


def show_ids(fields: Iterable[IdField], body: Body, estate: Estate) -> Body:
    """Show all references of a body by id; returns the body."""
    for field in fields:
        field.show(body, estate)
    return body


def account(path: str, id_field: str = "credentialsId") -> IdField:
    """A reference to a credentials record."""
    return IdField(path, id_field, "credentials", "credentialsName", "credentialsTag")


def host(path: str, id_field: str, many: bool = False) -> IdField:
    """A reference to a managed server, which is by name only."""
    return IdField(path, id_field, "managedServers", many=many)
