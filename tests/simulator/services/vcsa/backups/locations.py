# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules for locations and passwords of backups, and the messages about violations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..vapi.errors import Message, own

# 8 to 20 visible ASCII characters with an upper, a lower, a digit and a special one (facts/vcsa.md 3).
PASSWORD = re.compile(r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])(?=.*[^0-9A-Za-z])[!-~]{8,20}")
SEPARATOR = "://"
TYPES = ("FTP", "HTTP", "FTPS", "HTTPS", "SCP", "SFTP", "NFS", "SMB")
SCHEMES = {name.lower(): name for name in TYPES}
HOST_AND_COLON = re.compile(r"^([^/:\[\]]+):/")
NOT_IN_A_LOCATION = re.compile(r"[\s\x00-\x1f\x7f]")


def url_of(location: str, location_type: str = "") -> str:
    """The location as a URL; `host/path` and `host:/path` get the scheme of the location type."""
    if SEPARATOR in location:
        return location
    path = HOST_AND_COLON.sub(r"\1/", location)
    return f"{location_type.lower()}{SEPARATOR}{path}"


def scheme_of(location: str) -> str:
    return location.partition(SEPARATOR)[0].lower() if SEPARATOR in location else ""


def host_of(url: str) -> str:
    """The host of a URL without user, password and port; empty when there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def base_of(url: str) -> str:
    """A URL as locations are compared: with a lower-case scheme and no slash at the end."""
    scheme, separator, rest = url.partition(SEPARATOR)
    return f"{scheme.lower()}{separator}{rest.rstrip('/')}"


def violations(request: Mapping[str, Any], unreachable: str) -> list[Message]:
    """What is wrong with a request for a backup or a schedule; a schedule has a URL and no location type."""
    return list(_violations(request, unreachable))


def _violations(request: Mapping[str, Any], unreachable: str) -> Iterator[Message]:
    password, location = request.get("backup_password"), request.get("location")
    if password is not None and not PASSWORD.fullmatch(password):
        yield own("password.policy", "The backup password breaks the password policy.")
    if location is None:
        return
    wanted, scheme = request.get("location_type") or "", scheme_of(location)
    url = url_of(location, wanted or "sftp")
    host = host_of(url)
    if NOT_IN_A_LOCATION.search(location) or not host or host.startswith("-"):
        yield own("location.malformed", "The location names no host that can be used.")
    elif scheme and (SCHEMES.get(scheme) is None or wanted not in ("", SCHEMES[scheme])):
        yield own("location.scheme", f"The scheme {scheme} does not fit the location type {wanted or 'of a schedule'}.")
    elif not wanted and not scheme:
        yield own("location.scheme", "The location of a schedule is a URL.")
    elif unreachable and host == unreachable.lower():
        yield own("location.unreachable", f"The host {host} cannot be reached.", host)
