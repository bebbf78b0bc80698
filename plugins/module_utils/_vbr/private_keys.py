# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private keys as users give them: the text of the key is meant, and easily its path or its public half is given."""

from __future__ import annotations

import re

# A path is one line, begins as paths do, and is shorter than any key; a key without its frame may begin with a slash.
PATH = re.compile(r"(~|\.{0,2}/|[A-Za-z]:[\\/]|\\\\)[^\n]{0,199}|[^\n ]{1,199}\.(pem|key|ppk)")
PUBLIC = re.compile(r"(ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+ |-+ ?BEGIN [A-Z0-9 ]*PUBLIC KEY")
READ_IT = "Give the text of the key, for example by lookup('ansible.builtin.file', PATH)."


def not_a_key(text: str) -> str:
    """What it is instead of a private key, as far as that is certain; it is not quoted. Empty if it may be one."""
    if PATH.fullmatch(text.strip()):
        return "is the path of a file"
    return "is a public key" if PUBLIC.match(text.strip()) else ""
