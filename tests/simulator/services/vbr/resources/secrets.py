# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing a secret of an object: the only way, since PUT takes none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug import Response

from ....core import secrets
from ....core.call import Call
from ....core.clock import write_time
from ....core.routing import Route
from ....core.store import Row
from ..bodies import object_sent
from ..errors import bad_request, json_answer
from ..models.stored import Model, require
from ..server import VbrServer
from .reading import Reading


@dataclass(frozen=True)
class SecretChange:
    """POST {path}/{id}/{action}: `fields` maps what is sent to the secrets it changes, by path; the first is required.

    A secret of `fields` that is not sent is gone. `types` are the types of object that have such a secret.
    """

    reading: Reading
    action: str
    fields: Mapping[str, str]
    types: tuple[str, ...]

    def route(self) -> Route:
        return Route("POST", f"{self.reading.path}/<row_id>/{self.action}", self.change)

    def change(self, server: VbrServer, call: Call, row_id: str) -> Response:
        row = self.reading.row(server, row_id)
        model = object_sent(call)
        require(model, next(iter(self.fields)))
        if row["body"].get("type") not in self.types:
            raise bad_request(f"A record of type {row['body'].get('type')} has no such secret", "UnknownError")
        self._keep(row, model)
        row["changed"] = write_time(server.clock.now())
        return json_answer({})

    def _keep(self, row: Row, model: Model) -> None:
        for name, path in self.fields.items():
            row["secrets"].pop(path, None)
            if model.get(name):
                row["secrets"][path] = secrets.seal(str(model[name]))
