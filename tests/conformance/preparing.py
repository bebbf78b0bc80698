# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an administrator does to an export before it can be imported: fill in secrets, rename the server itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Collection = dict[str, Any]
SECRETS = ("password", "sharedKey", "secretKey", "secret")


def ready(kind: str, collection: Collection, source: str, target: str) -> Collection:
    """The collection as the target can import it.

    References to the source server become references to the target. The proxy of the source server is left out: the
    target has its own.
    """
    moved: Collection = json.loads(json.dumps(collection).replace(json.dumps(source), json.dumps(target)))
    if kind == "proxies":
        moved["proxies"] = [proxy for proxy in moved["proxies"] if proxy["server"]["hostName"] != target]
    return filled(kind, moved)


def filled(kind: str, collection: Collection) -> Collection:
    """The collection with a different secret in each blank field."""
    if kind not in ("credentials", "cloudcredentials", "encryptionPasswords"):
        return collection
    return {name: [_fill(record, _name(record)) for record in rows] for name, rows in collection.items()}


def secret_of(name: str, field: str) -> str:
    return f"Q7&{name}+{field}%Zr=#"


def blank(value: Any) -> Any:
    """The value with blank secrets, as an export has it."""
    if isinstance(value, Mapping):
        return {key: "" if key in SECRETS else blank(part) for key, part in value.items()}
    return [blank(part) for part in value] if isinstance(value, list) else value


def _fill(value: Any, name: str) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {
        key: secret_of(name, key) if key in SECRETS and not part else _fill(part, name) for key, part in value.items()
    }


def _name(record: Mapping[str, Any]) -> str:
    return str(record["uniqueId"])
