# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a server as a whole, each a kind of its own, and what stands in them and has calls of its own. Pure.

Source: facts/vbr_beyond_automation.md 1.3.
"""

from __future__ import annotations

from .kind import ANY_TYPE, Kind, Rest, Secret, by_inventory_object


def _settings(
    name: str, path: str, since: str, secrets: tuple[Secret, ...] = (), only_read: tuple[str, ...] = ()
) -> Kind:
    """One object that is always there."""
    rest = Rest(path, only_read=only_read, singleton=True)
    return Kind(name, lambda record: name, secrets=secrets, since=since, rest=rest)


_GENERAL = "/api/v1/generalOptions"
_MALWARE = "/api/v1/malwareDetection/settings"
_LATENCY = f"{_GENERAL}/storageLatency"
# The same for all receivers of SNMP.
_COMMUNITY = (Secret("community", ("communityString",)),)
_STORES_IN = ("storageLatencyControlOptions", "advancedOptions")
SETTINGS = (
    _settings("generalOptions", _GENERAL, "1.2-rev1", _COMMUNITY),
    _settings("emailSettings", f"{_GENERAL}/emailSettings", "1.3-rev1"),
    _settings("notifications", f"{_GENERAL}/notifications", "1.3-rev1"),
    _settings("eventForwarding", f"{_GENERAL}/eventForwarding", "1.3-rev1", _COMMUNITY),
    _settings("storageLatency", _LATENCY, "1.3-rev1", only_read=(".".join(_STORES_IN),)),
    _settings("trafficRules", "/api/v1/trafficRules", "1.2-rev1"),
    _settings("malwareDetection", f"{_MALWARE}/general", "1.3-rev2"),
    _settings("suspiciousFiles", f"{_MALWARE}/fileDetection/suspiciousFileMasks", "1.3-rev2"),
    _settings("securityAnalyzer", "/api/v1/securityAnalyzer/schedule", "1.2-rev1"),
    _settings("configurationBackup", "/api/v1/configBackup", "1.2-rev1"),
)
# Each is created on its own; the whole setting only names those that are there.
DATASTORE_LATENCIES = Kind(
    "datastoreLatencies",
    by_inventory_object("storageObject"),
    since="1.3-rev1",
    of_store=True,
    rest=Rest(f"{_LATENCY}/datastores", {"1.3-rev1": (ANY_TYPE,)}, shown_in=(_LATENCY, *_STORES_IN)),
)
