# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of a server, one of each: mail, events, latency, traffic, malware, analyzer; and the general options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkzeug import Response

from ....core import secrets
from ....core.bodies import copy_json
from ....core.call import Call
from ....core.routing import Route
from ....core.store import Store
from ..bodies import object_sent
from ..errors import bad_request, json_answer, not_found, require
from ..estate import Estate
from ..kind import Body, Model
from ..kinds import BY_NAME
from ..plain.singleton import Singleton, Use
from ..rest.references import references
from ..rest.shapes import RULES
from ..revisions import TAG_WAVE, older
from ..server import VbrServer, only_since, shape
from ..shapes.rules import parse, places, render
from .notifications import SETTINGS as NOTIFICATIONS

SINCE = "1.3-rev1"
MAIL_FIELDS = ("from", "to", "subject", "sendDailyReportsAt")
MAIL_FLAGS = ("notifyOnSuccess", "notifyOnWarning", "notifyOnFailure", "notifyOnLastRetry")
SMTP = ("smtpServerName", "advancedSmtpOptions")
COMMUNITIES = "SNMPServers[].communityString"
SEALED = "sealedSettings"
NEW_MAIL: Body = {
    "notificationsEnabled": False,
    "mailServer": "SMTP",
    "smtpServerName": "",
    "advancedSmtpOptions": {"port": 25, "timeoutMs": 100000, "SSLEnabled": False, "authRequired": False},
    "emailSettings": {
        "from": "",
        "to": "",
        "subject": "[%JobResult%] %JobName% (%ObjectCount% objects) %Issues%",
        "sendDailyReportsAt": "2026-01-01T22:00:00+01:00",
        **dict.fromkeys(MAIL_FLAGS, True),
    },
}
NEW_TRAFFIC: Body = {
    "useMultipleStreamsPerJob": True,
    "uploadStreamsCount": 5,
    "trafficRules": [],
    "preferredNetworks": {"isEnabled": False, "networks": []},
}
NEW_ANALYZER: Body = {
    "dailyScanEnabled": False,
    "dailyScanLocalTime": "22:00",
    "sendScanResults": False,
    "recipients": "",
    "notificationType": "UseGlobalNotificationSettings",
}
NEW_MALWARE: Body = {
    "encryptionDetectionSettings": {"inlineMalwareScanEnabled": False, "sensitivity": "Normal"},
    "fileDetectionSettings": {"guestIndexScanEnabled": True, "autoUpdateMalwareDefinitions": True},
    "notificationSettings": {"sendSNMPNotifications": False, "sendEmailToRecipients": False},
    "incidentAPISettings": {"quickBackupOnExternalEventEnabled": False},
    "signatureDetectionSettings": {"detectionEngine": "VeeamThreatHunter", "archivesScanEnabled": False},
}


def used(body: Body) -> Iterator[Use]:
    for _field, row_id, tables in references(body, "settings"):
        yield BY_NAME[tables[0]], row_id


def _seal_secret(store: Store, _old: Body, new: Body) -> Body:
    """The secret of a sign-in at Google is kept as a keyed hash only."""
    if new.get("clientSecret"):
        store.add(SEALED, {"value": secrets.seal(new["clientSecret"])}, "clientSecret")
        new["clientSecret"] = ""
    return new


def _keep_communities(_store: Store, old: Body, new: Body) -> Body:
    """A blank community leaves the one that is there, in the same place of the list."""
    there = [container[key] for container, key in places(old, COMMUNITIES)]
    for (container, key), before in zip(places(new, COMMUNITIES), there, strict=False):
        container[key] = container[key] or before
    return new


def _number_rules(store: Store, _old: Body, new: Body) -> Body:
    """Each rule of traffic has an id, which the server gives."""
    for rule in new.get("trafficRules") or []:
        rule["id"] = rule.get("id") or store.new_id("trafficRules")
    return new


def _same_datastores(_store: Store, old: Body, new: Body) -> Body:
    """Datastores are added and removed one by one; the whole setting can only name those that are there."""
    there = {each["id"] for each in _datastores(old)}
    unknown = [each.get("id") for each in _datastores(new) if each.get("id") not in there]
    if unknown:
        raise bad_request(f"Datastore settings with ID {unknown[0]} are not found")
    return new


def _datastores(body: Body) -> list[Body]:
    return list((body.get("storageLatencyControlOptions") or {}).get("advancedOptions") or [])


def _setting(path: str, name: str, new: Body, *required: str, since: str = SINCE, **more: Any) -> Singleton:
    def start(_estate: Estate) -> Body:
        body: Body = copy_json(new)
        return body

    return Singleton(f"/api/v1/{path}", name, start, required, RULES, uses=used, since=since, **more)


MAIL = _setting(
    "generalOptions/emailSettings",
    "E-mail settings",
    NEW_MAIL,
    "notificationsEnabled",
    ready=_seal_secret,
)
EVENTS = _setting(
    "generalOptions/eventForwarding",
    "Event forwarding",
    {"SNMPServers": [], "syslogServer": None, "syslogEventFiltering": []},
    ready=_keep_communities,
)
# Datastores of a seed that have a latency of their own: {storageObject, latencyLimitMs, throttlingIOLimitMs}.
SLOW_STORES = "slowDatastores"


def _new_latency(estate: Estate) -> Body:
    """Those of a seed have it from the beginning."""
    rows = [{**row} for row in estate.records(SLOW_STORES)]
    limits = {"latencyLimitMs": 20, "throttlingIOLimitMs": 30}
    return {
        "storageLatencyControlEnabled": bool(rows),
        "storageLatencyControlOptions": {**limits, "advancedOptions": rows},
    }


LATENCY = Singleton(
    "/api/v1/generalOptions/storageLatency",
    "Storage latency control",
    _new_latency,
    ("storageLatencyControlEnabled",),
    RULES,
    uses=used,
    since=SINCE,
    ready=_same_datastores,
)
HOSTS = _setting(
    "generalOptions/hostAuthentication",
    "Host authentication",
    {"mode": "TrustAll", "trustedHostCount": 0},
    "mode",
    since="1.3-rev2",
    kept=("trustedHostCount",),
)
TRAFFIC = _setting(
    "trafficRules",
    "Network traffic rules",
    NEW_TRAFFIC,
    "useMultipleStreamsPerJob",
    since=TAG_WAVE,
    status=201,
    ready=_number_rules,
)
ANALYZER = _setting("securityAnalyzer/schedule", "Security analyzer", NEW_ANALYZER, since=TAG_WAVE)
MALWARE = _setting("malwareDetection/settings/general", "Malware detection", NEW_MALWARE, since="1.3-rev2")
MASKS = _setting(
    "malwareDetection/settings/fileDetection/suspiciousFileMasks",
    "Suspicious files",
    {"suspiciousObjects": ["*.locked"], "trustedExtensions": [], "trustedPaths": []},
    since="1.3-rev2",
)


def _events(server: VbrServer, revision: str) -> Model:
    """Where events go; whether communities are shown, no source says."""
    model = render(RULES, EVENTS.row(server)["body"], revision)
    for container, key in places(model, COMMUNITIES) if server.switches.snmp_community == "blank" else ():
        container[key] = ""
    return model


def get_events(server: VbrServer, call: Call) -> Response:
    only_since(call, SINCE)
    return json_answer(_events(server, shape(call)))


def put_events(server: VbrServer, call: Call) -> Response:
    EVENTS.replace(server, call)
    return json_answer(_events(server, shape(call)))


# --- datastores with a latency of their own -----------------------------------------------------------------------


def _datastore(server: VbrServer, row_id: str) -> Body:
    found = next((each for each in _datastores(LATENCY.row(server)["body"]) if each["id"] == row_id), None)
    if found is None:
        raise not_found(row_id)
    return found


def add_datastore(server: VbrServer, call: Call) -> Response:
    only_since(call, SINCE)
    model = object_sent(call)
    require(model, "storageObject")
    body = LATENCY.row(server)["body"]
    options = body.setdefault("storageLatencyControlOptions", {})
    made = {**parse(RULES, model, shape(call)), "id": server.store.new_id("datastoreLatency")}
    options["advancedOptions"] = [*_datastores(body), made]
    return json_answer(render(RULES, made, shape(call)), 201)


def get_datastore(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, SINCE)
    return json_answer(render(RULES, _datastore(server, row_id), shape(call)))


def put_datastore(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, SINCE)
    found, model = _datastore(server, row_id), object_sent(call)
    require(model, "id", "storageObject")
    kept = found["id"]
    found.clear()
    found |= {**parse(RULES, model, shape(call)), "id": kept}
    return json_answer(render(RULES, found, shape(call)))


def delete_datastore(server: VbrServer, call: Call, row_id: str) -> Response:
    only_since(call, SINCE)
    _datastores(LATENCY.row(server)["body"])
    found, body = _datastore(server, row_id), LATENCY.row(server)["body"]
    body["storageLatencyControlOptions"]["advancedOptions"] = [each for each in _datastores(body) if each is not found]
    return Response(status=204)


# --- the general options, which are mail, notifications and events in one -----------------------------------------

OPTIONS = "/api/v1/generalOptions"


def _general(server: VbrServer, revision: str) -> Model:
    mail, events = render(RULES, MAIL.row(server)["body"], revision), _events(server, revision)
    on = bool(mail["notificationsEnabled"])
    shown = {name: mail.get(name) for name in SMTP} | mail.get("emailSettings", {})
    shown["smtpServerName"] = shown["smtpServerName"] or ""
    shown["advancedSmtpOptions"] = shown["advancedSmtpOptions"] or NEW_MAIL["advancedSmtpOptions"]
    shown.pop("aiPoweredReportEnabled", None)
    server_of_log = events.get("syslogServer")
    siem = {"SNMPEventsEnabled": bool(events.get("SNMPServers")), "SNMPServers": events.get("SNMPServers")}
    siem |= {"SyslogEventsEnabled": bool(server_of_log), "SyslogServer": server_of_log}
    siem["syslogEventFiltering"] = events.get("syslogEventFiltering")
    notified = NOTIFICATIONS.row(server)["body"]
    old = older(revision, "1.3-rev0")
    first = {} if old else {"notificationEnabled": on}
    mails = {**shown, **({"isEnabled": on} if old else {})}
    return {**first, "emailSettings": mails, "notifications": notified, "siemIntegration": siem}


def get_general(server: VbrServer, call: Call) -> Response:
    only_since(call, TAG_WAVE)
    return json_answer(_general(server, shape(call)))


def put_general(server: VbrServer, call: Call) -> Response:
    only_since(call, TAG_WAVE)
    model, revision = object_sent(call), shape(call)
    old = older(revision, "1.3-rev0")
    require(model, *(() if old else ("notificationEnabled", "notifications", "siemIntegration")))
    sent = model.get("emailSettings") or {}
    require(sent, *(("smtpServerName", "advancedSmtpOptions", *MAIL_FIELDS, *MAIL_FLAGS) if sent else ()))
    mail = MAIL.row(server)["body"]
    if sent:
        inside = {name: sent[name] for name in (*MAIL_FIELDS, *MAIL_FLAGS)}
        mail = {**mail, **{name: sent[name] for name in SMTP}, "mailServer": "SMTP", "emailSettings": inside}
    mail["notificationsEnabled"] = bool(sent.get("isEnabled") if old else model["notificationEnabled"])
    MAIL.put(server, mail)
    if model.get("notifications"):
        NOTIFICATIONS.put(server, {**NOTIFICATIONS.row(server)["body"], **model["notifications"]})
    siem = model.get("siemIntegration")
    if siem:
        events = {"SNMPServers": siem.get("SNMPServers") or [], "syslogServer": siem.get("SyslogServer")}
        events["syslogEventFiltering"] = siem.get("syslogEventFiltering") or []
        EVENTS.put(server, EVENTS.ready(server.store, EVENTS.row(server)["body"], events))
    return json_answer(_general(server, revision))


STORES = f"{LATENCY.path}/datastores"
ROUTES = (
    Route("GET", OPTIONS, get_general),
    Route("PUT", OPTIONS, put_general),
    *(route for setting in (MAIL, LATENCY, HOSTS, TRAFFIC, ANALYZER, MALWARE, MASKS) for route in setting.routes()),
    Route("GET", EVENTS.path, get_events),
    Route("PUT", EVENTS.path, put_events),
    Route("POST", STORES, add_datastore),
    Route("GET", f"{STORES}/<row_id>", get_datastore),
    Route("PUT", f"{STORES}/<row_id>", put_datastore),
    Route("DELETE", f"{STORES}/<row_id>", delete_datastore),
)
