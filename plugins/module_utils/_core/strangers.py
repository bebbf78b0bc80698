# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who answers where another service was expected: a product that often stands beside it, a proxy, a web server.

Sources: facts/vbr.md, em.md, vcsa.md, vbaz.md, what each says of its errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

# By the names of the services in messages.
PRODUCTS = {
    "VBR": "Veeam Backup & Replication",
    "EM": "Veeam Backup Enterprise Manager",
    "VCSA": "a vCenter appliance",
    "VBAZ": "Veeam Backup for Microsoft Azure",
}
# What only the errors of one of them have: a test of the object that the body is, and of its text.
SIGNS: Mapping[str, Callable[[Mapping[str, Any], str], bool]] = {
    "EM": lambda body, text: "FirstChanceExceptionMessage" in body or "veeam.com/ent/" in text,
    "VBR": lambda body, text: "errorCode" in body and "message" in body,
    "VCSA": lambda body, text: "error_type" in body or str(body.get("type")).startswith("com.vmware."),
    "VBAZ": lambda body, text: "traceId" in body and "title" in body,
}
PROXY_REFUSES = 407
# What is said to somebody who is not let in; these services say it as JSON, XML or not at all.
NOT_LET_IN = (401, 403)
PROXY_HEADERS = ("Via", "Proxy-Authenticate", "X-Squid-Error")
LOOKED_AT = 2000


def advice_about(service: str, status: int, headers: Mapping[str, str], body: Mapping[str, Any], text: str) -> str:
    """What to do about an answer that is another one's; `''` if it may be the service's own."""
    known = [name for name, sign in SIGNS.items() if sign(body, text[:LOOKED_AT])]
    if service in known:
        return ""
    if known:
        who = PRODUCTS[known[0]]
    elif status == PROXY_REFUSES or any(headers.get(name) for name in PROXY_HEADERS):
        who = "a proxy"
    elif status in NOT_LET_IN and text.strip() and "html" in str(headers.get("Content-Type") or "").lower():
        who = "a web server"
    else:
        return ""
    return f"This looks like {who}, and not like {PRODUCTS.get(service, service)}: check hostname and port."
