# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds that only ordinary REST has: KMS servers, AD domains, protection groups, unstructured data, tenants."""

from __future__ import annotations

from werkzeug import Response

from ....core import secrets
from ....core.call import Call
from ....core.routing import Route
from ..bodies import object_sent
from ..errors import json_answer, require
from ..rest.resource import GENERIC, reading_of, routes_of
from ..rest.table import EXCLUSIONS, KMS, REV12
from ..server import VbrServer, only_since, shape

KMS_READING, EXCLUSION_READING = reading_of(KMS), reading_of(EXCLUSIONS)


def change_certificate(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, REV12)
    row, model = KMS_READING.row(server, row_id), object_sent(call)
    require(model, "certificate", "type")
    side = "clientCertificate" if str(model["type"]).lower() == "client" else "serverCertificate"
    given = {f"{side}.{name}": str(model["certificate"].get(name) or "") for name in ("certificate", "password")}
    row["secrets"] |= {path: secrets.seal(value) for path, value in given.items() if value}
    return Response(status=204)


def change_note(server: VbrServer, call: Call, row_id: str) -> Response:
    revision = EXCLUSION_READING.revision(call)
    row, model = EXCLUSION_READING.row(server, row_id), object_sent(call)
    require(model, "note")
    row["body"]["note"] = model["note"]
    return json_answer(EXCLUSION_READING.show(row, server.estate, revision or shape(call)))


ROUTES = (
    *(route for kind in GENERIC for route in routes_of(kind)),
    Route("POST", f"{KMS.path}/<row_id>/changeCertificate", change_certificate),
    Route("PUT", f"{EXCLUSIONS.path}/<row_id>/note", change_note),
)
