# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of a server as a whole: storage latency, traffic, malware detection, the security analyzer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ..._core.compare import drift, fold, value_at
from ..._core.option import FLAG, NUMBER, OBJECTS, REQUIRED, TEXTS, Option, choice
from ..._core.shape import STRING, Shape
from ..resource.calls import Apart, Call
from ..resource.codecs import Enum
from ..resource.lists import check_object
from ..resource.places import Body
from ..resource.schema import Field, Resource
from ..revisions import SMALL_LETTERS_UNTIL
from .inventory import fill
from .job import DAYS
from .settings import SETTINGS_FIELD

LATENCY = "storageLatencyControlOptions"
LIMITS = f"{LATENCY}.advancedOptions"
OF_DATASTORE: Shape = {"hostName": STRING, "name": STRING, "type": STRING}
HAS_LIMITS: Shape = {LATENCY: {"advancedOptions": [{"id!": STRING, "storageObject": OF_DATASTORE}]}}
NOTIFIED = choice("UseGlobalNotificationSettings", "UseCustomNotificationSettings")


def limits_of_datastores(before: Any, after: Any) -> Iterator[Call]:
    """The calls that add, change and remove the limits of single datastores."""
    left = list(before or [])
    for wanted in after or []:
        there = next((each for each in left if _of_one_datastore(wanted, each)), None)
        if there is None:
            yield Call("datastores", wanted)
            continue
        left.remove(there)
        if drift(wanted, there):
            yield Call(_of_datastore(there), {**there, **wanted, "id": there["id"]}, "PUT")
    yield from (Call(_of_datastore(each), {}, "DELETE") for each in left)


def _of_datastore(limit: Mapping[str, Any]) -> str:
    return f"datastores/{quote(limit['id'], safe='')}"


def known_limits(service: Any, body: Body, actual: Mapping[str, Any] | None) -> Body:
    """The payload with what the inventory says of its datastores. Raises BadAnswer."""
    if value_at(body, LIMITS.split(".")) is not None:
        check_object(service, STORAGE_LATENCY.path, actual, HAS_LIMITS)
    return fill(service, body, actual)


def _of_one_datastore(wanted: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    first, second = wanted["storageObject"], there.get("storageObject") or {}
    return all(fold(first[name]) == fold(second.get(name)) for name in ("hostName", "name", "type") if name in first)


STORAGE_LATENCY = Resource(
    what="storage latency control",
    kind="storage_latency",
    order=104,
    path="/api/v1/generalOptions/storageLatency",
    since="1.3-rev1",
    singleton=True,
    apart={LIMITS: Apart(limits_of_datastores)},
    fields={
        "enabled": Field(FLAG, at="storageLatencyControlEnabled"),
        "latency_limit_ms": Field(NUMBER, at=f"{LATENCY}.latencyLimitMs"),
        "throttling_io_limit_ms": Field(NUMBER, at=f"{LATENCY}.throttlingIOLimitMs"),
        "datastores": Field(
            OBJECTS,
            at=LIMITS,
            unordered=True,
            fields={
                "host_name": Field(REQUIRED, at="storageObject.hostName"),
                "name": Field(REQUIRED, at="storageObject.name"),
                "type": Field(choice("Datastore", "DatastoreCluster", default="Datastore"), at="storageObject.type"),
                "object_id": Field(at="storageObject.objectId"),
                "latency_limit_ms": Field(NUMBER),
                "throttling_io_limit_ms": Field(NUMBER, at="throttlingIOLimitMs"),
            },
        ),
    },
    fill=known_limits,
)

WINDOW = {
    "day": Field(choice(*DAYS, required=True), codec=Enum(SMALL_LETTERS_UNTIL)),
    "hours": Field(REQUIRED),
}
# What is no range, such as Any, has no last address.
LAST = Option(default="")
RULE = {
    "name": Field(REQUIRED),
    "source_first": Field(REQUIRED, at="sourceIPStart"),
    "source_last": Field(LAST, at="sourceIPEnd"),
    "target_first": Field(REQUIRED, at="targetIPStart"),
    "target_last": Field(LAST, at="targetIPEnd"),
    "encryption": Field(FLAG, at="encryptionEnabled"),
    "throttling": Field(FLAG, at="throttlingEnabled"),
    # The vendor's own words, MbitPerSpec too.
    "throttling_unit": Field(choice("KbytePerSec", "MbitPerSpec", "MbytePerSec")),
    "throttling_value": Field(NUMBER),
    "window_enabled": Field(FLAG, at="throttlingWindowEnabled"),
    "window": Field(OBJECTS, at="throttlingWindowOptions.days", fields=WINDOW),
}
NETWORK = {
    "ip_address": Field(),
    "subnet_mask": Field(),
    "cidr_notation": Field(),
}

TRAFFIC_RULES = Resource(
    what="traffic rules",
    kind="traffic_rules",
    order=106,
    path="/api/v1/trafficRules",
    since="1.2-rev1",
    singleton=True,
    fields={
        "multiple_streams": Field(FLAG, at="useMultipleStreamsPerJob"),
        "upload_streams": Field(NUMBER, at="uploadStreamsCount"),
        "rules": Field(OBJECTS, at="trafficRules", fields=RULE),
        "preferred_networks_enabled": Field(FLAG, at="preferredNetworks.isEnabled"),
        "preferred_networks": Field(OBJECTS, at="preferredNetworks.networks", fields=NETWORK),
    },
)

ENCRYPTED, FILES, NOTIFICATIONS = "encryptionDetectionSettings", "fileDetectionSettings", "notificationSettings"
SIGNATURES = "signatureDetectionSettings"
MALWARE_DETECTION = Resource(
    what="malware detection",
    kind="malware_detection",
    order=108,
    path="/api/v1/malwareDetection/settings/general",
    since="1.3-rev2",
    singleton=True,
    fields={
        "inline_scan": Field(FLAG, at=f"{ENCRYPTED}.inlineMalwareScanEnabled"),
        "sensitivity": Field(
            choice("Low", "BetweenLowAndNormal", "Normal", "BetweenNormalAndExtreme", "Extreme"),
            at=f"{ENCRYPTED}.sensitivity",
        ),
        "guest_index_scan": Field(FLAG, at=f"{FILES}.guestIndexScanEnabled"),
        "indicators_of_compromise": Field(FLAG, at=f"{FILES}.detectIndicatorsOfCompromise"),
        "update_definitions": Field(FLAG, at=f"{FILES}.autoUpdateMalwareDefinitions"),
        "send_snmp": Field(FLAG, at=f"{NOTIFICATIONS}.sendSNMPNotifications"),
        "send_email": Field(FLAG, at=f"{NOTIFICATIONS}.sendEmailToRecipients"),
        "recipients": Field(at=f"{NOTIFICATIONS}.recipients"),
        "notification_type": Field(NOTIFIED, at=f"{NOTIFICATIONS}.notificationType"),
        "quick_backup_on_incident": Field(FLAG, at="incidentAPISettings.quickBackupOnExternalEventEnabled"),
        "engine": Field(choice("External", "VeeamThreatHunter"), at=f"{SIGNATURES}.detectionEngine"),
        "scan_archives": Field(FLAG, at=f"{SIGNATURES}.archivesScanEnabled"),
        "signature_scan": Field(FLAG, at=f"{SIGNATURES}.autoSignatureBasedScanEnabled"),
        "resolve_after_clean_scan": Field(FLAG, at=f"{SIGNATURES}.autoResolveEventAfterCleanScan"),
        "settings": SETTINGS_FIELD,
    },
)

SUSPICIOUS_FILES = Resource(
    what="suspicious files",
    kind="suspicious_files",
    order=109,
    path="/api/v1/malwareDetection/settings/fileDetection/suspiciousFileMasks",
    since="1.3-rev2",
    singleton=True,
    fields={
        "masks": Field(TEXTS, at="suspiciousObjects", unordered=True),
        "trusted_extensions": Field(TEXTS, unordered=True),
        "trusted_paths": Field(TEXTS, unordered=True),
    },
)

SECURITY_ANALYZER = Resource(
    what="security analyzer schedule",
    kind="security_analyzer",
    order=110,
    path="/api/v1/securityAnalyzer/schedule",
    since="1.2-rev1",
    singleton=True,
    fields={
        "daily_scan": Field(FLAG, at="dailyScanEnabled"),
        "daily_scan_time": Field(at="dailyScanLocalTime"),
        "send_results": Field(FLAG, at="sendScanResults"),
        "recipients": Field(),
        "notification_type": Field(NOTIFIED),
        "settings": SETTINGS_FIELD,
    },
)
