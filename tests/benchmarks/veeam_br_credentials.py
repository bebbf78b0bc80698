# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many accounts in one script by the client `veeam-br` from PyPI, as its documentation shows it.

`python -m benchmarks.veeam_br_credentials settings.json`
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from typing import Any

from veeam_br.client import VeeamClient

from conformance.vbr_client import model


async def create(server: dict[str, str], records: list[dict[str, str]]) -> None:
    trusting = ssl.create_default_context(cafile=server["ca_path"])
    account = server["username"], server["password"]
    async with VeeamClient(server["url"], *account, server["revision"], verify_ssl=trusting) as veeam:
        for record in records:
            spec = model(veeam, "CredentialsSpec", record)
            await veeam.call(veeam.api("credentials.create_creds"), body=spec)


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        settings: dict[str, Any] = json.load(file)
    asyncio.run(create(settings["server"], settings["records"]))


if __name__ == "__main__":
    main()
