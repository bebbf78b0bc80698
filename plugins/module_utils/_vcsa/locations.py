# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where backups go and the passwords they need: checked before anything is sent. Places can be compared.

Pure. Sources: facts/vcsa.md 3, seed 003 (the rules for backup passwords).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from .._core.connection import LAST_PORT
from .._core.errors import InvalidInput, quoted

# The types of location and their default ports: a place with its port and the same place without it are one place.
PORTS = {"FTP": 21, "HTTP": 80, "FTPS": 21, "HTTPS": 443, "SCP": 22, "SFTP": 22, "NFS": 2049, "SMB": 445}
LOCATION_TYPES = tuple(PORTS)
SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<rest>.*)", re.I | re.S)
# host, host:port, host: (as scp and NFS write it) and [IPv6], before a path.
PLACE = re.compile(r"(?P<host>\[[0-9a-f:.%]+\]|\w[\w.-]*)(?::(?P<port>\d*))?(?P<path>/.*)?", re.I | re.S)
UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u3000]")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# The directories that appliances make below the location, and may report as part of it.
OWN_DIRECTORY = re.compile(r"(vCenter/)?sn_[^/]+(/.*)?", re.I)
# The options that hold passwords, and all that hold free text.
PASSWORD_OPTIONS = ("location_password", "backup_password")
TEXT_OPTIONS = ("location_user", "location_password", "comment")
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 20
PASSWORD_RULES = {
    f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters": re.compile(
        rf".{{{SHORTEST_PASSWORD},{LONGEST_PASSWORD}}}", re.S
    ),
    "an upper case letter": re.compile(r".*[A-Z].*", re.S),
    "a lower case letter": re.compile(r".*[a-z].*", re.S),
    "a digit": re.compile(r".*[0-9].*", re.S),
    "a special character": re.compile(r".*[^0-9A-Za-z].*", re.S),
    "visible ASCII characters only": re.compile(r"[!-~]*"),
}
SHARES = ("//", "\\\\")
PORT_DIGITS = 5
PORTS_ARE = f"Ports are numbers from 1 to {LAST_PORT}."
FORMS = "Write protocol://host/path; for a job, host/path beside location_type will do."


@dataclass(frozen=True)
class Location:
    """A place that backups go to."""

    type: str
    host: str
    port: int
    path: str

    def holds(self, other: Location) -> bool:
        """Whether the other is this place, or a directory that an appliance made in it."""
        if (self.type, self.host, self.port) != (other.type, other.host, other.port):
            return False
        if self.path == other.path:
            return True
        above = f"{self.path}/" if self.path else ""
        return other.path.startswith(above) and bool(OWN_DIRECTORY.fullmatch(other.path[len(above) :]))


def location_given(location: str, kind: str | None = None) -> Location:
    """The place that a user means by sftp://host/path, or by host/path and the kind SFTP. Raises InvalidInput."""
    if UNSAFE.search(location):
        raise InvalidInput("location has a space or a control character in it.", "Appliances do not take it.")
    if location.startswith(SHARES):
        share = location[2:].replace("\\", "/")
        at = "" if "@" in share.partition("/")[0] else share
        raise InvalidInput(
            "location is written as a share is in a file browser, without a protocol.",
            f"Write smb://{at}, or nfs://{at} if it is one of NFS.",
        )
    url = SCHEME.fullmatch(location)
    scheme = url["scheme"].upper() if url else ""
    if url and scheme not in LOCATION_TYPES:
        raise InvalidInput(
            f"location has the protocol {scheme.lower()}.", f"Known: {', '.join(LOCATION_TYPES).lower()}."
        )
    if scheme and kind and scheme != kind:
        raise InvalidInput(
            f"location begins with {scheme.lower()}:// and location_type is {kind}.", "Correct one of them."
        )
    if not scheme and not kind:
        raise InvalidInput("location has no protocol.", FORMS)
    rest = url["rest"] if url else location
    if "@" in rest.partition("/")[0]:
        raise InvalidInput("location has an account in it.", "Use location_user and location_password.")
    return _location(scheme or kind or "", rest)


def _location(kind: str, rest: str) -> Location:
    found = PLACE.fullmatch(rest)
    if not found:
        begins = " that begins with a hyphen" if rest.startswith("-") else ""
        raise InvalidInput(f"location has no host, or one{begins} that is none.", FORMS)
    digits = found["port"] or str(PORTS[kind])
    if len(digits) > PORT_DIGITS or not 1 <= int(digits) <= LAST_PORT:
        raise InvalidInput(f"location has the port {digits[:PORT_DIGITS]}, which is none.", PORTS_ARE)
    return Location(kind, found["host"].lower(), int(digits), unquote(found["path"] or "").strip("/"))


def location_reported(location: str) -> Location | None:
    """The place that an appliance reports; None if it cannot be understood."""
    url = SCHEME.fullmatch(location)
    if url:
        authority, slash, path = url["rest"].partition("/")
        location = f"{url['scheme']}://{authority.rpartition('@')[2]}{slash}{path}"
    try:
        return location_given(location.replace(" ", "%20"))
    except InvalidInput:
        return None


def check_id(option: str, name: str) -> None:
    """Refuse an id that cannot be one step of a URL's path. Raises InvalidInput."""
    if not name or "/" in name or set(name) == {"."} or CONTROL.search(name):
        raise InvalidInput(
            f"{option} {quoted(name)} is no id.", "It has no slash and no control character, and is not empty."
        )


def check_free_text(params: Mapping[str, Any]) -> None:
    """Refuse texts that the tools behind the appliance could take for something else. Raises InvalidInput."""
    for option in TEXT_OPTIONS:
        text = params.get(option)
        if text and CONTROL.search(text):
            raise InvalidInput(f"{option} has a control character in it.", "Leave it out.")
        if option == "location_user" and text and text.startswith("-"):
            raise InvalidInput("location_user begins with a hyphen.", "Appliances could take it for an option.")


def check_password(password: str | None) -> None:
    """Refuse a password the appliance would refuse; none at all is fine. Raises InvalidInput that never quotes it."""
    if not password:
        return
    broken = [rule for rule, pattern in PASSWORD_RULES.items() if not pattern.fullmatch(password)]
    if broken:
        raise InvalidInput(
            f"backup_password is none that the appliance takes; it lacks: {', '.join(broken)}.",
            f"What it takes has {', '.join(PASSWORD_RULES)}.",
        )
