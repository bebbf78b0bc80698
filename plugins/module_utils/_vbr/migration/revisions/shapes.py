# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules for the few differences that are more than a name or a value: something is wrapped, split or worked out."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from .rows import Notes, Owner, Row, join, owners

_TWELVE_HOURS = re.compile(r"(0?[1-9]|1[0-2])(:[0-5]\d(?::[0-5]\d)?)\s*([AP])M", re.IGNORECASE)
_TWENTY_FOUR_HOURS = re.compile(r"([01]?\d|2[0-3])(:[0-5]\d(?::[0-5]\d)?)")
_NOON = 12


@dataclass(frozen=True)
class Clock:
    """A time of day: on a 12-hour clock before ("10:00 PM"), on a 24-hour clock since ("22:00")."""

    at: str
    field: str

    def up(self, row: Row, notes: Notes) -> None:
        for owner, place in owners(row.record, self.at):
            time = owner.get(self.field)
            match = _TWELVE_HOURS.fullmatch(time) if isinstance(time, str) else None
            if match:
                hour = int(match[1]) % _NOON + (_NOON if match[3].upper() == "P" else 0)
                owner[self.field] = f"{hour:02d}{match[2]}"
                notes.warn("time-respelt", join(place, self.field), f"{time} is written {owner[self.field]}.")

    def down(self, row: Row, notes: Notes) -> None:
        for owner, place in owners(row.record, self.at):
            time = owner.get(self.field)
            match = _TWENTY_FOUR_HOURS.fullmatch(time) if isinstance(time, str) else None
            if match:
                hour = (int(match[1]) - 1) % _NOON + 1
                owner[self.field] = f"{hour}{match[2]} {'AM' if int(match[1]) < _NOON else 'PM'}"
                notes.inform("time-respelt", join(place, self.field), f"{time} is written {owner[self.field]}.")


@dataclass(frozen=True)
class ImpliedSwitch:
    """A switch beside a number; before it existed a number above zero was a limit by itself."""

    at: str
    switch: str
    number: str

    def up(self, row: Row, notes: Notes) -> None:
        for owner, _unused in owners(row.record, self.at):
            if isinstance(owner.get(self.number), int):
                owner.setdefault(self.switch, owner[self.number] > 0)

    def down(self, row: Row, notes: Notes) -> None:
        for owner, place in owners(row.record, self.at):
            number, switch = owner.get(self.number), owner.pop(self.switch, None)
            if isinstance(number, int) and bool(switch) != (number > 0):
                what = f"{self.number} {number} is a limit on the target, {self.switch} said otherwise."
                notes.warn("limit-implied", join(place, self.number), what)
            elif (number is None) != (switch is None):
                notes.inform("field-dropped", join(place, self.switch), "The switch and its number are one field.")


@dataclass(frozen=True)
class NameOrId:
    """One field that held a cloud object's name or its id, since then a field for each; an id is told by its prefix."""

    at: str
    old: str
    name: str
    id: str
    prefix: str
    groups: Set[str]

    def up(self, row: Row, notes: Notes) -> None:
        for owner, _unused in self._concerned(row):
            if self.old in owner:
                value = owner.pop(self.old)
                owner.setdefault(self.id if str(value).startswith(self.prefix) else self.name, value)

    def down(self, row: Row, notes: Notes) -> None:
        for owner, place in self._concerned(row):
            name, identity = owner.pop(self.name, None), owner.pop(self.id, None)
            if name is not None and identity is not None:
                notes.warn("field-dropped", join(place, self.id), f"Only one of {self.name} and {self.id} can be said.")
            if name is not None or identity is not None:
                owner.setdefault(self.old, identity if name is None else name)

    def _concerned(self, row: Row) -> list[tuple[Owner, str]]:
        return list(owners(row.record, self.at)) if row.group in self.groups else []


class MountServer:
    """A flat mount server, since 1.3-rev0 one under `windows` and one under `linux` with a word that says which counts.

    Before, a mount server was a Windows server.
    """

    _TYPE = "mountServerSettingsType"

    def up(self, row: Row, notes: Notes) -> None:
        flat = row.record.get("mountServer")
        if isinstance(flat, dict) and self._TYPE not in flat:
            row.record["mountServer"] = {self._TYPE: "windows", "windows": flat}
            notes.inform("mount-server-wrapped", "mountServer", "The mount server is declared as a Windows server.")

    def down(self, row: Row, notes: Notes) -> None:
        wrapped = row.record.get("mountServer")
        if not isinstance(wrapped, dict) or self._TYPE not in wrapped:
            return
        system = str(wrapped.pop(self._TYPE)).casefold()
        windows, linux = wrapped.pop("windows", None), wrapped.pop("linux", None)
        if system == "linux" or not isinstance(windows, dict):
            notes.refuse(
                "linux-mount-server",
                "mountServer",
                f"Revision {notes.target} knows Windows mount servers only.",
                "Give the repository a Windows mount server, or leave it out.",
            )
        elif linux:
            notes.warn("field-dropped", "mountServer.linux", "Only the mount server for Windows guests is kept.")
        row.record["mountServer"] = {**(windows if isinstance(windows, dict) else {}), **wrapped}


@dataclass(frozen=True)
class WeeklyDays:
    """Synthetic full backups: only days of the week in 1.0-rev2, a weekly and a monthly schedule since."""

    at: str

    _KNOWN = frozenset({"isEnabled", "days", "localTime"})

    def up(self, row: Row, notes: Notes) -> None:
        for owner, _unused in owners(row.record, self.at):
            if "days" in owner and "weekly" not in owner:
                owner["weekly"] = {"isEnabled": True, "days": owner.pop("days")}

    def down(self, row: Row, notes: Notes) -> None:
        for owner, place in owners(row.record, self.at):
            weekly, monthly = owner.pop("weekly", None), owner.pop("monthly", None)
            if not isinstance(weekly, dict):
                weekly = {}
            if "days" in weekly:
                owner.setdefault("days", weekly["days"])
            # What nobody knows stays where it was.
            if unknown := {name: value for name, value in weekly.items() if name not in self._KNOWN}:
                owner["weekly"] = unknown
            self._report(owner, weekly, monthly, place, notes)

    def _report(self, owner: Owner, weekly: Owner, monthly: Any, place: str, notes: Notes) -> None:
        by_month = isinstance(monthly, dict) and monthly.get("isEnabled") is True
        by_week = weekly.get("isEnabled") is True
        if owner.get("isEnabled") is True and by_month and not by_week:
            owner["isEnabled"] = False
            what = f"Revision {notes.target} knows no monthly synthetic full backups; they are switched off."
            notes.warn("schedule-dropped", place, what, "Plan full backups of this job on the target by hand.")
        elif owner.get("isEnabled") is True and by_month:
            notes.warn("schedule-dropped", join(place, "monthly"), "Only the weekly synthetic full backups are kept.")
        elif monthly is not None or (weekly and not by_week):
            notes.inform("field-dropped", place, "Parts of the schedule that are switched off cannot be written down.")


class ManagementPort:
    """The port of a Linux server's management service: a field of its own up to 1.2-rev1, one of `components` since."""

    _AT = "sshSettings"
    _COMPONENT = "TransportSvc"

    def up(self, row: Row, notes: Notes) -> None:
        for owner, place in owners(row.record, self._AT):
            port = owner.pop("managementPort", None)
            if port is not None:
                others = owner.get("components") or []
                owner["components"] = [*others, {"componentName": self._COMPONENT, "port": port}]
                what = f"managementPort {port} becomes the port of the component {self._COMPONENT}."
                notes.warn("management-port-moved", join(place, "components"), what)

    def down(self, row: Row, notes: Notes) -> None:
        for owner, place in owners(row.record, self._AT):
            components = owner.pop("components", None) or []
            ports = {item.get("componentName"): item.get("port") for item in components if isinstance(item, dict)}
            if self._COMPONENT in ports:
                owner.setdefault("managementPort", ports.pop(self._COMPONENT))
            if ports:
                what = f"Only the management port can be said; dropped: {', '.join(map(str, ports))}."
                notes.warn("field-dropped", join(place, "components"), what)


class ImmutableLinux:
    """An immutable repository: a switch of a Linux repository in 1.0-rev2, a repository type of its own since."""

    _AT = "repository"
    _SWITCH = "useImmutableBackups"
    _DAYS = "makeRecentBackupsImmutableDays"

    def up(self, row: Row, notes: Notes) -> None:
        if row.group != "LinuxLocalRepositories":
            return
        for owner, place in owners(row.record, self._AT):
            immutable = owner.pop(self._SWITCH, None)
            if immutable:
                row.group, row.record["type"] = "LinuxHardenedRepositories", "LinuxHardened"
                what = "Immutable backups are kept by a hardened repository now; it becomes one."
                notes.warn("repository-hardened", join(place, self._SWITCH), what, "Check the server's credentials.")
            elif immutable is not None or self._DAYS in owner:
                owner.pop(self._DAYS, None)
                notes.inform("field-dropped", join(place, self._SWITCH), "Immutability was off; its days are dropped.")

    def down(self, row: Row, notes: Notes) -> None:
        """Hardened repositories have no list in 1.0-rev2 and are refused as such; an ordinary one needs no switch."""
