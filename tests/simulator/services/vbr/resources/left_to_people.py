# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to one server: tokens, exclusions of malware, helper appliances, suppressed best practices, its metrics.

A seed or a test fills the tables; a row is what the newest revision shows, but for its id.
"""

from __future__ import annotations

from collections.abc import Callable

from werkzeug import Response

from ....core.call import Call
from ....core.routing import Route
from ....core.store import Row
from ..bodies import optional_object
from ..errors import json_answer, not_found
from ..estate import Estate
from ..kind import Body, Model
from ..kinds import CLOUD_CREDENTIALS
from ..plain.records import ONCE, Records
from ..plain.singleton import Singleton
from ..revisions import TAG_WAVE
from ..server import VbrServer, only_since

REV2 = "1.3-rev2"
# Tables: {name}, {name, platform}, {account, vmName, location}, {location}, {bestPractice, status, note}.
TOKENS, EXCLUDED, APPLIANCES = "recoveryTokens", "malwareExclusions", "helperAppliances"
TEMPLATES, PRACTICES = "applianceTemplates", "bestPractices"
TOKEN_LENGTH = 8
SUBSCRIPTION = "9d3c1a52-7f4e-4d61-8a0b-2c5e6f708192"


def show_token(_server: VbrServer, row: Row, _revision: str) -> Model:
    """Whether the value is shown, the description leaves open."""
    value = row["id"][:TOKEN_LENGTH]
    return {"id": row["id"], "name": row["name"], "recoveryToken": value, "expirationDate": ONCE}


def show_exclusion(_server: VbrServer, row: Row, _revision: str) -> Model:
    model = {"id": row["id"], "name": row["name"], "platform": row["platform"], "platformId": SUBSCRIPTION}
    return {**model, "note": row.get("note", ""), "excludeEntireObject": True}


def show_appliance(_server: VbrServer, row: Row, _revision: str) -> Model:
    model = {"id": row["id"], "type": "AzureCompute", "subscriptionId": SUBSCRIPTION}
    return {**model, "vmName": row["vmName"], "location": row["location"]}


def show_template(_server: VbrServer, row: Row, _revision: str) -> Model:
    return {"id": row["id"], "spec": {"subscriptionId": SUBSCRIPTION, "location": row["location"]}}


TOKEN_LIST = Records("/api/v1/agents/recoveryTokens", TOKENS, show_token, since=TAG_WAVE)
EXCLUSION_LIST = Records("/api/v1/malwareDetection/backupObjects/exclusions", EXCLUDED, show_exclusion, since=REV2)
TEMPLATE_LIST = Records(
    "/api/v1/backupInfrastructure/helperApplianceTemplates", TEMPLATES, show_template, ("id",), since=REV2
)
APPLIANCE_LIST = Records("", APPLIANCES, show_appliance, ("id",), since=TAG_WAVE)


def list_appliances(server: VbrServer, call: Call, row_id: str) -> Response:
    account = server.estate.get(CLOUD_CREDENTIALS, row_id)
    if account is None:
        raise not_found(row_id)
    names = {account["body"].get(name) for name in ("connectionName", "account", "accessKey")}
    rows = [row for row in server.store.rows(APPLIANCES) if row["account"] in names]
    return APPLIANCE_LIST.answer(server, call, rows)


def list_practices(server: VbrServer, call: Call) -> Response:
    only_since(call, TAG_WAVE)
    return json_answer({"items": [_practice(row) for row in server.store.rows(PRACTICES)]})


def _practice(row: Row) -> Model:
    return {name: row.get(name, "") for name in ("id", "bestPractice", "status", "note")}


def set_practice(status: str) -> Callable[..., Response]:
    def handle(server: VbrServer, call: Call, row_id: str) -> Response:
        only_since(call, TAG_WAVE)
        row = server.store.get(PRACTICES, row_id)
        if row is None:
            raise not_found(row_id)
        row |= {"status": status, "note": optional_object(call).get("note") or ""}
        return json_answer(_practice(row))

    return handle


def _new_events(_estate: Estate) -> Body:
    return {"enabled": False, "useGeneralSyslogOptions": False, "severity": [], "advancedFilters": []}


def _new_metrics(_estate: Estate) -> Body:
    return {"metricsSharingEnabled": False, "tlsEnabled": False, "auth": {"type": "None"}}


OPTIONS = "/api/v1/generalOptions"
EVENTS = Singleton(
    f"{OPTIONS}/vsaEventForwarding",
    "Events of the appliance",
    _new_events,
    ("enabled", "severity", "advancedFilters"),
    since=REV2,
)
METRICS = Singleton(
    f"{OPTIONS}/nodeExporterSettings",
    "Metrics of the appliance",
    _new_metrics,
    ("metricsSharingEnabled", "tlsEnabled", "auth"),
    since=REV2,
)
PRACTICE = "/api/v1/securityAnalyzer/bestPractices"
ROUTES = (
    *TOKEN_LIST.routes(),
    Route("GET", EXCLUSION_LIST.path, EXCLUSION_LIST.list),
    *TEMPLATE_LIST.routes(),
    Route("GET", "/api/v1/cloudCredentials/<row_id>/helperAppliances", list_appliances),
    Route("GET", PRACTICE, list_practices),
    Route("POST", f"{PRACTICE}/<row_id>/suppress", set_practice("Suppressed")),
    Route("POST", f"{PRACTICE}/<row_id>/reset", set_practice("None")),
    *EVENTS.routes(),
    *METRICS.routes(),
)
