# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a server sends mail and events: settings of their own since 1.3-rev1, the general options before.

Sources: facts/vbr_beyond_automation.md 1.3.
"""

from __future__ import annotations

from dataclasses import replace

from ..._core.option import FLAG, NUMBER, OBJECT, OBJECTS, REQUIRED, SECRET, Option, choice
from ..resource.places import Part, Path
from ..resource.schema import Field, Flag, Resource
from ..revisions import VMWARE_UNTIL
from .credentials import ACCOUNT
from .notifications import FIELDS as NOTIFICATIONS
from .settings import SETTINGS_FIELD

SMTP = "advancedSmtpOptions"
SNMP_PORT = 162
SPLIT_SINCE, WHOLE_UNTIL = "1.3-rev1", "1.3-rev0"
SMTP_ACCOUNT = replace(ACCOUNT, parts={"id": Part("credentialsId")})


def _mail(sending: str, message: str) -> dict[str, Field]:
    """The options of mail: how it is sent, and what is sent; each stands at a place of its own."""
    return {
        "smtp_server": Field(at=f"{sending}smtpServerName"),
        "smtp_port": Field(NUMBER, at=f"{sending}{SMTP}.port"),
        "smtp_timeout_ms": Field(NUMBER, at=f"{sending}{SMTP}.timeoutMs"),
        "smtp_ssl": Field(FLAG, at=f"{sending}{SMTP}.SSLEnabled"),
        "smtp_credentials": Field(
            at=f"{sending}{SMTP}", codec=SMTP_ACCOUNT, flag=Flag(Part(f"{sending}{SMTP}.authRequired"), given=True)
        ),
        "sender": Field(at=f"{message}from"),
        "recipients": Field(at=f"{message}to"),
        "subject": Field(at=f"{message}subject"),
        "notify_on_success": Field(FLAG, at=f"{message}notifyOnSuccess"),
        "notify_on_warning": Field(FLAG, at=f"{message}notifyOnWarning"),
        "notify_on_failure": Field(FLAG, at=f"{message}notifyOnFailure"),
        "notify_on_last_retry": Field(FLAG, at=f"{message}notifyOnLastRetry"),
    }


SNMP = {
    "receiver": Field(REQUIRED),
    "port": Field(Option(type="int", default=SNMP_PORT)),
    "community": Field(SECRET, at="communityString"),
}
SYSLOG = {
    "server_name": Field(REQUIRED),
    "port": Field(NUMBER),
    "protocol": Field(choice("Udp", "Tcp", "Tls"), at="transportProtocol"),
    "certificate_thumbprint": Field(),
}
FILTERING = {
    "event_id": Field(REQUIRED),
    "severities": Field(
        choice("Info", "Warning", "Error", type="list", elements="str", required=True), at="severity", unordered=True
    ),
}


def _events(snmp: str, syslog: str, filtering: str) -> dict[str, Field]:
    """The options of events, each at its place."""
    return {
        "snmp_servers": Field(OBJECTS, at=snmp, fields=SNMP),
        "syslog_server": Field(OBJECT, at=syslog, fields=SYSLOG),
        "event_filtering": Field(OBJECTS, at=filtering, fields=FILTERING, unordered=True),
    }


EMAIL_SETTINGS = Resource(
    what="e-mail settings",
    kind="email_settings",
    order=94,
    path="/api/v1/generalOptions/emailSettings",
    since=SPLIT_SINCE,
    singleton=True,
    fields={
        "enabled": Field(FLAG, at="notificationsEnabled"),
        "mail_server": Field(choice("SMTP", "Gmail", "MS365")),
        **_mail("", "emailSettings."),
        "settings": SETTINGS_FIELD,
    },
)

EVENT_FORWARDING = Resource(
    what="event forwarding",
    kind="event_forwarding",
    order=102,
    path="/api/v1/generalOptions/eventForwarding",
    since=SPLIT_SINCE,
    singleton=True,
    travel=True,
    fields=_events("SNMPServers", "syslogServer", "syslogEventFiltering"),
)

SIEM = "siemIntegration."
GENERAL_OPTIONS = Resource(
    what="general options",
    kind="general_options",
    order=92,
    path="/api/v1/generalOptions",
    since="1.2-rev1",
    until=WHOLE_UNTIL,
    instead="vbr_email_settings, vbr_notifications and vbr_event_forwarding",
    singleton=True,
    travel=True,
    fields={
        "email_enabled": Field(FLAG, at=Path("notificationEnabled", earlier={VMWARE_UNTIL: "emailSettings.isEnabled"})),
        **_mail("emailSettings.", "emailSettings."),
        **{name: replace(spec, at=f"notifications.{spec.steps(name, '')[0]}") for name, spec in NOTIFICATIONS.items()},
        "snmp_enabled": Field(FLAG, at=f"{SIEM}SNMPEventsEnabled"),
        "syslog_enabled": Field(FLAG, at=f"{SIEM}SyslogEventsEnabled"),
        **_events(f"{SIEM}SNMPServers", f"{SIEM}SyslogServer", f"{SIEM}syslogEventFiltering"),
        "settings": SETTINGS_FIELD,
    },
)
