# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that the Enterprise Manager modules share, described once."""

from __future__ import annotations

from ._connection import documentation


class ModuleDocFragment:
    """Options every C(em_) module has."""

    # Annotated, because ansible-test takes a plain assignment for a literal.
    DOCUMENTATION: str = documentation(
        group="em",
        port=9398,
        account="Write DOMAIN\\user. It needs the role Portal Administrator.",
        version={
            "api_version": {
                "description": [
                    "API version to use. V(latest) is the newest one that the server has; V(v1_7) came with version "
                    "12 of the product, V(v1_6) with 11, V(v1_5) with 10."
                ],
                "type": "str",
                "default": "latest",
                "choices": ["latest", "v1_7", "v1_6", "v1_5"],
            }
        },
    )

    FORMAT = r"""
options:
  body_format:
    description:
      - The format of everything that is sent and asked for. The results are the same with both.
    type: str
    default: xml
    choices: [xml, json]
"""

    WAIT = r"""
options:
  wait_timeout:
    description:
      - Seconds to wait for the end of each task of the server. It is always waited for, because a task belongs to the
        logon session that began it.
    type: int
    default: 600
"""
