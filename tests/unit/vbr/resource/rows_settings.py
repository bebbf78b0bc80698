# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for the settings of a server as a whole, which are always there."""

from __future__ import annotations

from support.quartet import RECENT, Row

SPLIT = RECENT[2:]
SNMP = {"receiver": "watch.tech.local", "community": "Cx4&community+%=#Wr7"}
SYSLOG = {"server_name": "log.tech.local", "port": 6514, "protocol": "Tcp"}
MAIL = {"smtp_server": "mail.tech.local", "sender": "backup@tech.example", "recipients": "ops@tech.example"}
ONE, TWO = ({"host_name": f"vcenter0{number}.tech.local", "name": "datastore1"} for number in (1, 2))
RULE = {
    "name": "To the branch",
    "source_first": "10.1.0.1",
    "source_last": "10.1.255.254",
    "target_first": "10.9.0.1",
    "target_last": "10.9.255.254",
    "encryption": True,
}
HOURS = ",".join(["1"] * 24)

ROWS = [
    Row(
        "general_options",
        "settings",
        steps={
            "update": {**MAIL, "email_enabled": True, "smtp_credentials": "linux01"},
            "update what is warned of": {"storage_space_threshold": 15, "updates": False},
            "update events": {"snmp_enabled": True, "snmp_servers": [SNMP], "syslog_server": SYSLOG},
            "update to no account": {"smtp_credentials": "", "notify_on_success": False},
        },
        revisions=RECENT[:2],
    ),
    Row(
        "email_settings",
        "settings",
        steps={
            "update": {**MAIL, "enabled": True, "smtp_port": 587, "smtp_ssl": True},
            "update account": {"smtp_credentials": "linux01"},
            "update to no account": {"smtp_credentials": "", "notify_on_success": False},
        },
        revisions=SPLIT,
    ),
    Row(
        "event_forwarding",
        "settings",
        steps={
            "update": {"snmp_servers": [SNMP], "syslog_server": SYSLOG},
            "update one more": {"snmp_servers": [SNMP, {**SNMP, "receiver": "other.tech.local", "port": 1162}]},
            "update filtering": {"event_filtering": [{"event_id": "290", "severities": ["Info", "Warning"]}]},
            "update to none": {"snmp_servers": []},
        },
        revisions=SPLIT,
    ),
    Row(
        "storage_latency",
        "settings",
        steps={
            "update": {"enabled": True, "latency_limit_ms": 15},
            "update datastores": {"datastores": [{**ONE, "latency_limit_ms": 10, "throttling_io_limit_ms": 20}]},
            "update limits of one": {"datastores": [{**ONE, "latency_limit_ms": 12}], "throttling_io_limit_ms": 40},
            "update to another one": {"datastores": [{**TWO, "latency_limit_ms": 12, "throttling_io_limit_ms": 20}]},
            "update to none": {"datastores": []},
        },
        revisions=SPLIT,
    ),
    Row(
        "traffic_rules",
        "settings",
        steps={
            "update": {"upload_streams": 3, "rules": [RULE]},
            "update rule": {
                "rules": [
                    {
                        **RULE,
                        "throttling": True,
                        "throttling_unit": "MbytePerSec",
                        "throttling_value": 20,
                        "window_enabled": True,
                        "window": [{"day": "Monday", "hours": HOURS}],
                    }
                ]
            },
            "update to words": {"rules": [{"name": "Out", "source_first": "Any", "target_first": "Internet"}]},
            "update networks": {
                "preferred_networks_enabled": True,
                "preferred_networks": [{"ip_address": "10.0.0.0", "subnet_mask": "255.0.0.0"}],
            },
            "update to none": {"rules": [], "multiple_streams": False},
        },
    ),
    Row(
        "malware_detection",
        "settings",
        steps={
            "update": {"inline_scan": True, "sensitivity": "Extreme", "scan_archives": True},
            "update mails": {"send_email": True, "recipients": "ops@tech.example", "send_snmp": True},
        },
        revisions=SPLIT[1:],
    ),
    Row(
        "suspicious_files",
        "settings",
        steps={
            "update": {"masks": ["*.locked", "*.crypted"], "trusted_extensions": ["*.docx"]},
            "update paths": {"trusted_paths": ["C:\\Program Files\\Ledger"]},
            "update to none": {"masks": [], "trusted_extensions": []},
        },
        revisions=SPLIT[1:],
    ),
    Row(
        "security_analyzer",
        "settings",
        steps={
            "update": {"daily_scan": True, "daily_scan_time": "02:30"},
            "update mails": {"send_results": True, "recipients": "ops@tech.example"},
        },
    ),
]
