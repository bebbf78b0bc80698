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
      - A value under a name that speaks of a secret, such as C(password), is hidden from all output.
    type: dict
"""
