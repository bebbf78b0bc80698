# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that the VCSA modules share, described once."""

from __future__ import annotations

from ._connection import documentation


class ModuleDocFragment:
    """Options every C(vcsa_) module has."""

    # Annotated, because ansible-test takes a plain assignment for a literal.
    DOCUMENTATION: str = documentation(
        group="vcsa",
        port=443,
        account=(
            "It needs to be in the group SystemConfiguration.Administrators of vCenter Single Sign-On; a role in "
            "vCenter is not enough."
        ),
        version={
            "api_style": {
                "description": [
                    "Which of the two REST interfaces to use. V(api) came with 7.0 Update 2, V(rest) is the one "
                    "of 6.5 and later.",
                    "V(auto) takes V(api) where the appliance has it.",
                ],
                "type": "str",
                "default": "auto",
                "choices": ["auto", "api", "rest"],
            }
        },
    )

    PLACE = r"""
options:
  location_user:
    description: Account at the server that the backups are on. Without one, nobody signs in there.
    type: str
  location_password:
    description: Its password.
    type: str
"""

    WAITING = r"""
options:
  comment:
    description: A comment that the appliance keeps with the backup.
    type: str
  wait:
    description: Whether to wait for the end of the backup. The task fails if the backup does.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait, for the end of other work and for that of the backup together.
    type: int
    default: 86400
"""
