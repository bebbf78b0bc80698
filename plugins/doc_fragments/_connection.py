# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options of a service, described once for all services."""

from __future__ import annotations

from typing import Any

import yaml

OPTIONS = """
hostname:
  description: [Name or address of the server.]
  type: str
  required: true
port:
  description: ["Port of the REST service, from 1 to 65535."]
  type: int
username:
  description: [Account to sign in with.]
  type: str
  required: true
password:
  description: [Password of the account. Any character may occur in it.]
  type: str
  required: true
validate_certs:
  description:
    - Whether the server's certificate is verified. Leave this on, and give O(ca_path) for a certificate of your own.
  type: bool
  default: true
ca_path:
  description: [File with the certificate authority (or the self-signed certificate) to trust.]
  type: path
timeout:
  description:
    - >-
      Seconds for each request, until the last byte of its answer has arrived. A server that sends a byte now and then
      does not stretch it, and attempts, and pauses that the server asks for, are within it.
    - >-
      A file that is downloaded has this much time until it begins, and then for each 64 KB.
    - >-
      Raise it where one answer is large or slow. Looking up the name of the server is not part of it.
  type: float
  default: 60
parallel:
  description:
    - >-
      How many requests to this server may be under way at a time, from 1 to 16. With V(1) they are sent one by one.
    - >-
      Where a task has many requests of which none needs another, such as the pages of a list or the objects of a kind,
      it sends so many of them side by side. Results and messages are the same as one by one. After an error that ends
      the task nothing more is begun.
    - >-
      A server that is busy with them (it answers 429 or 503, or refuses a connection) is sent half as many at a time
      for the rest of the task, down to one, and the task warns of it.
  type: int
  default: 4
"""

FALLBACK = "If not set, the environment variable E({group}_{name}) is used."
# What variables of the environment say of each of several servers; only VBR has modules with several.
OF_ALL_SERVERS = ("timeout", "parallel")


def documentation(group: str, port: int, account: str, version: dict[str, Any]) -> str:
    """The documentation of what every module of a service has.

    `group` is its action group, which is also its prefix; `account` a further sentence about the account, and
    `version` the option that chooses the version of the API.
    """
    options: dict[str, dict[str, Any]] = {**yaml.safe_load(OPTIONS), **version}
    options["port"]["default"] = port
    options["username"]["description"].append(account)
    for name, option in options.items():
        fallback = FALLBACK.format(group=group.upper(), name=name.upper())
        option["description"] = [*option["description"], fallback]
    membership = f"backupfleet.rest.{group}"
    action_group = {
        "description": f"Use C(module_defaults) with C(group/{membership}) to set the connection once.",
        "support": "full",
        "membership": [membership],
    }
    everything = {"options": options, "attributes": {"action_group": action_group}, "requirements": ["requests"]}
    return yaml.safe_dump(everything, sort_keys=False)


def peer(option: str, what: str, port: int, version: dict[str, Any]) -> dict[str, Any]:
    """The documentation of an option that is the connection to one of several servers; `what` says which one."""
    within = yaml.safe_load(OPTIONS.replace("O(", f"O({option}."))
    options: dict[str, dict[str, Any]] = {**within, **version}
    for name in OF_ALL_SERVERS:
        options[name]["description"].append(FALLBACK.format(group="VBR", name=name.upper()))
    options["port"]["default"] = port
    return {option: {"description": [what], "type": "dict", "suboptions": options}}
