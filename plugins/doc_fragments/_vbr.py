# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options of the VBR modules, described once."""

from __future__ import annotations

from typing import Any

from ._connection import documentation

PORT = 9419
VERSION: dict[str, Any] = {
    "api_version": {
        "description": [
            "API revision to speak. V(auto) takes the newest one that the server serves and that this collection knows."
        ],
        "type": "str",
        "default": "auto",
        "choices": [
            "auto",
            "1.3-rev2",
            "1.3-rev1",
            "1.3-rev0",
            "1.2-rev1",
            "1.2-rev0",
            "1.1-rev2",
            "1.1-rev1",
            "1.1-rev0",
            "1.0-rev2",
        ],
    }
}


# Which datastore it is, in the options of each of several.
DATASTORE = """\
      host_name:
        description: Name of the managed server (vCenter or ESXi host) that has the datastore.
        type: str
        required: true
      name:
        description: Name of the datastore.
        type: str
        required: true
      type:
        description: Whether it is one datastore or a cluster of them.
        type: str
        default: Datastore
        choices: [Datastore, DatastoreCluster]
      object_id:
        description: Its id in the vCenter. Needed only where several have the name.
        type: str
"""


class ModuleDocFragment:
    """Options every C(vbr_) module has."""

    # Annotated, because ansible-test takes a plain assignment for a literal.
    DOCUMENTATION: str = documentation(
        group="vbr",
        port=PORT,
        account=(
            "It needs the role Veeam Backup Administrator for exports and imports, and it must be marked as a service "
            "account where multi-factor authentication is on."
        ),
        version=VERSION,
    )

    STATE = r"""
options:
  state:
    description: Whether the object is to be there.
    type: str
    default: present
    choices: [present, absent]
  wait_timeout:
    description: Seconds to wait where the server works in a session.
    type: int
    default: 600
"""

    FORCE = r"""
options:
  force:
    description:
      - Whether the object is removed although it is in use. Otherwise the task names who uses it, as far as the server
        shows them, and fails, in check mode too.
    type: bool
    default: false
"""

    SECRET = r"""
options:
  update_secret:
    description:
      - When secrets that are given are sent. A server never shows them, so nobody can compare them.
      - V(on_create) sends them with a new object only. V(always) also changes those of an existing one, and the task is
        changed every time then.
    type: str
    default: on_create
    choices: [on_create, always]
"""

    SETTINGS = r"""
options:
  settings:
    description:
      - Further fields of the object, written and nested as the API revision in use has them. They are laid over the
        other options.
      - Where the service wants the id of another object its name may stand, such as that of a repository under
        C(backupRepositoryId). What looks like an id is sent as it is.
      - Objects are merged with what the server has, lists are replaced whole.
      - A field that the server does not show after it was sent is warned of; it is misspelt, or has no use here.
      - A value under a name that speaks of a secret, such as C(password), is hidden from all output.
    type: dict
"""

    MAIL = r"""
options:
  smtp_server:
    description: Name or address of the SMTP server.
    type: str
  smtp_port:
    description: Its port.
    type: int
  smtp_timeout_ms:
    description: Milliseconds to wait for it.
    type: int
  smtp_ssl:
    description: Whether the connection is encrypted.
    type: bool
  smtp_credentials:
    description: Credentials record of the account to sign in with, by its account or its unique id. Empty is none.
    type: str
  sender:
    description: Address that mails come from.
    type: str
  recipients:
    description: Addresses that they go to, separated by semicolons.
    type: str
  subject:
    description: Their subject, with the variables of the product, such as C(%JobName%).
    type: str
  notify_on_success:
    description: Whether a job that ended well is reported.
    type: bool
  notify_on_warning:
    description: Whether one that ended with a warning is reported.
    type: bool
  notify_on_failure:
    description: Whether one that failed is reported.
    type: bool
  notify_on_last_retry:
    description: Whether only its last attempt is reported.
    type: bool
"""

    MAILED = r"""
options:
  recipients:
    description: Addresses, separated by semicolons.
    type: str
  notification_type:
    description: Whether mails are as the general settings say, or as O(settings) says here.
    type: str
    choices: [UseGlobalNotificationSettings, UseCustomNotificationSettings]
"""

    EVENTS = r"""
options:
  snmp_servers:
    description: All receivers of SNMP traps.
    type: list
    elements: dict
    suboptions:
      receiver:
        description: Name or address of the receiver.
        type: str
        required: true
      port:
        description: Its port.
        type: int
        default: 162
      community:
        description: Community string. It is sent whenever the settings are written, and never shown.
        type: str
  syslog_server:
    description: The server that events are sent to.
    type: dict
    suboptions:
      server_name:
        description: Its name or address.
        type: str
        required: true
      port:
        description: Its port.
        type: int
      protocol:
        description: How events are sent.
        type: str
        choices: [Udp, Tcp, Tls]
      certificate_thumbprint:
        description: Thumbprint of its certificate.
        type: str
  event_filtering:
    description: All events that are not sent.
    type: list
    elements: dict
    suboptions:
      event_id:
        description: Number of the event.
        type: str
        required: true
      severities:
        description: The severities of it that are not sent.
        type: list
        elements: str
        required: true
        choices: [Info, Warning, Error]
"""

    WARNINGS = r"""
options:
  storage_space_enabled:
    description: Whether the server warns when a backup storage has less free space than O(storage_space_threshold).
    type: bool
  storage_space_threshold:
    description: Free space of a backup storage, in percent from 1 to 100.
    type: int
  datastore_space_enabled:
    description: Whether the server warns when a datastore has less free space than O(datastore_space_threshold).
    type: bool
  datastore_space_threshold:
    description: Free space of a datastore, in percent from 1 to 100.
    type: int
  skip_vms_enabled:
    description: Whether machines are left out when their datastore has less free space than O(skip_vms_threshold).
    type: bool
  skip_vms_threshold:
    description: Free space of a datastore, in percent.
    type: int
  support_expiration:
    description: Whether the server warns of the end of its support contract.
    type: bool
  updates:
    description: Whether the server tells of updates.
    type: bool
"""

    PROXY_DATASTORES: str = f"""
options:
  datastores:
    description: All the datastores it can reach, where it does not find out itself.
    type: list
    elements: dict
    suboptions:
{DATASTORE}      vm_count:
        description: How many machines are on it.
        type: int
"""

    DATASTORE_LIMITS: str = f"""
options:
  datastores:
    description: All datastores that have limits of their own. Others lose theirs.
    type: list
    elements: dict
    suboptions:
{DATASTORE}      latency_limit_ms:
        description: The limit for new tasks, in milliseconds.
        type: int
      throttling_io_limit_ms:
        description: The limit for running tasks, in milliseconds.
        type: int
"""
