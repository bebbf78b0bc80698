# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a backup goes: a URL, or host and path beside a type; checked, and compared (facts/vcsa.md 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from .._core.errors import InvalidInput, quoted

TYPES = ("FTP", "HTTP", "FTPS", "HTTPS", "SCP", "SFTP", "NFS", "SMB")
# What a server takes for granted where no port is named. Two ways to write the same place are one place.
PORTS = {"FTP": 21, "HTTP": 80, "FTPS": 21, "HTTPS": 443, "SCP": 22, "SFTP": 22, "NFS": 2049, "SMB": 445}
SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<rest>.*)", re.I | re.S)
# host, host:port, host: (as scp and NFS write it) and [IPv6], before a path.
PLACE = re.compile(r"(?P<host>\[[0-9a-f:.%]+\]|\w[\w.-]*)(?::(?P<port>\d*))?(?P<path>/.*)?", re.I | re.S)
UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u3000]")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What appliances put below the location themselves, and may tell as part of it.
OWN_DIRECTORY = re.compile(r"(vCenter/)?sn_[^/]+(/.*)?", re.I)
FORMS = "Write protocol://host/path; for a job, host/path beside location_type will do."


@dataclass(frozen=True)
class Location:
    """A place that backups go to."""

    type: str
    host: str
    port: int
    path: str

    def holds(self, other: Location) -> bool:
        """Whether the other is this place, or a directory that an appliance makes in it."""
        if (self.type, self.host, self.port) != (other.type, other.host, other.port):
            return False
        if self.path == other.path:
            return True
        above = f"{self.path}/" if self.path else ""
        return other.path.startswith(above) and bool(OWN_DIRECTORY.fullmatch(other.path[len(above) :]))


def located(location: str, kind: str | None = None) -> Location:
    """The place that a location means, which has its type as its scheme or beside it. Raises InvalidInput."""
    if UNSAFE.search(location):
        raise InvalidInput("location has a space or a control character in it.", "Appliances do not take it.")
    url = SCHEME.fullmatch(location)
    scheme = url["scheme"].upper() if url else ""
    if url and scheme not in TYPES:
        raise InvalidInput(f"location has the protocol {scheme.lower()}.", f"Known: {', '.join(TYPES).lower()}.")
    if scheme and kind and scheme != kind:
        raise InvalidInput(
            f"location begins with {scheme.lower()}:// and location_type is {kind}.", "Correct one of them."
        )
    if not scheme and not kind:
        raise InvalidInput("location has no protocol.", FORMS)
    rest = url["rest"] if url else location
    if "@" in rest.partition("/")[0]:
        raise InvalidInput("location has an account in it.", "Use location_user and location_password.")
    return _placed(scheme or kind or "", rest)


def _placed(kind: str, rest: str) -> Location:
    found = PLACE.fullmatch(rest)
    if not found:
        begins = " that begins with a hyphen" if rest.startswith("-") else ""
        raise InvalidInput(f"location has no host, or one{begins} that is none.", FORMS)
    port = int(found["port"]) if found["port"] else PORTS[kind]
    return Location(kind, found["host"].casefold(), port, unquote(found["path"] or "").strip("/"))


def read(location: str) -> Location | None:
    """The place that an appliance tells of; None if that cannot be understood."""
    url = SCHEME.fullmatch(location)
    if url:
        authority, slash, path = url["rest"].partition("/")
        location = f"{url['scheme']}://{authority.rpartition('@')[2]}{slash}{path}"
    try:
        return located(location.replace(" ", "%20"))
    except InvalidInput:
        return None


def check_id(option: str, name: str) -> None:
    """Refuse an id that cannot stand in an address as one step of its path."""
    if not name or "/" in name or set(name) == {"."} or CONTROL.search(name):
        raise InvalidInput(
            f"{option} {quoted(name)} is no id.", "It has no slash and no control character, and is not empty."
        )


def check_words(**words: str | None) -> None:
    """Refuse what could be taken for something else where the appliance hands it on to its tools."""
    for option, word in words.items():
        if word and CONTROL.search(word):
            raise InvalidInput(f"{option} has a control character in it.", "Leave it out.")
        if option == "location_user" and word and word.startswith("-"):
            raise InvalidInput("location_user begins with a hyphen.", "Appliances could take it for an option.")
