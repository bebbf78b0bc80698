# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison for many accounts in one task: sign in, send each account, sign out, without reading any first.

`python -m benchmarks.bare_credentials settings.json`
"""

from __future__ import annotations

import json
import sys

from benchmarks.bare import Client


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    server = Client(**settings["server"])
    for record in settings["records"]:
        server.call("POST", "/api/v1/credentials", record)
    server.sign_out()


if __name__ == "__main__":
    main()
