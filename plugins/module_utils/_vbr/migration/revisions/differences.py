# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The differences there are between two neighbouring revisions: another name, another value, another structure.

Each is read in both directions: `up` towards the newer revision, `down` towards the older one. Nulls pass untouched.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Any, Protocol

from ...._core.compare import fold
from .record import ConvertedRecord, Owner, join

_TWELVE_HOURS = re.compile(r"(0?[1-9]|1[0-2])(:[0-5]\d(?::[0-5]\d)?)\s*([AP])M", re.IGNORECASE)
_TWENTY_FOUR_HOURS = re.compile(r"([01]?\d|2[0-3])(:[0-5]\d(?::[0-5]\d)?)")
_NOON = 12


class Difference(Protocol):
    """One difference between two neighbouring revisions."""

    def up(self, record: ConvertedRecord) -> None:
        """Rewrite a record of the older revision for the newer one."""

    def down(self, record: ConvertedRecord) -> None:
        """Rewrite a record of the newer revision for the older one."""


@dataclass(frozen=True)
class DifferenceOfTypes:
    """A difference that only objects of some types have."""

    types: Set[str]
    difference: Difference

    def up(self, record: ConvertedRecord) -> None:
        if record.body.get("type") in self.types:
            self.difference.up(record)

    def down(self, record: ConvertedRecord) -> None:
        if record.body.get("type") in self.types:
            self.difference.down(record)


# -- a name or a value -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RenamedField:
    """The field `old` of the objects at `at` is called `new`."""

    at: str
    old: str
    new: str

    def up(self, record: ConvertedRecord) -> None:
        for owner, _place in record.owners(self.at):
            _rename(owner, self.old, self.new)

    def down(self, record: ConvertedRecord) -> None:
        for owner, _place in record.owners(self.at):
            _rename(owner, self.new, self.old)


def _rename(owner: Owner, old: str, new: str) -> None:
    """Rename a key in its place. An object that has both names already is left alone."""
    if old in owner and new not in owner:
        items = [(new if key == old else key, value) for key, value in owner.items()]
        owner.clear()
        owner.update(items)


@dataclass(frozen=True)
class TranslatedValue:
    """The values of a field, or the elements of a list, are written differently: pairs of (old, new).

    A value is found in any letter case. Of two old values with one new value the first pair is the one that comes back.
    """

    at: str
    field: str
    pairs: tuple[tuple[str, str], ...]

    def up(self, record: ConvertedRecord) -> None:
        self._translate(record, self.pairs)

    def down(self, record: ConvertedRecord) -> None:
        self._translate(record, tuple((new, old) for old, new in self.pairs))

    def _translate(self, record: ConvertedRecord, pairs: tuple[tuple[str, str], ...]) -> None:
        # Reversed, so that the first of several pairs is the one that stays.
        there = {fold(value): other for value, other in reversed(pairs)}
        back = {fold(other): value for value, other in reversed(pairs)}
        for owner, place in record.owners(self.at):
            if self.field not in owner:
                continue
            value = owner[self.field]
            words = value if isinstance(value, list) else [value]
            translated = [there.get(fold(word), word) for word in words]
            owner[self.field] = translated if isinstance(value, list) else translated[0]
            for word, other in zip(words, translated, strict=True):
                if fold(word) in there and fold(back[fold(other)]) != fold(word):
                    record.inform("value-merged", join(place, self.field), f"'{word}' is written '{other}' as well.")


def capitalised(at: str, field: str, *values: str) -> TranslatedValue:
    """A field whose values begin with a capital in the newer revision."""
    return TranslatedValue(at, field, tuple((value, value[:1].upper() + value[1:]) for value in values))


@dataclass(frozen=True)
class AddedField:
    """A field that the newer revision asks for, with what the older one meant by leaving it out.

    `when` names a switch beside the field: only where it is on is the field asked for.
    """

    at: str
    field: str
    value: str
    when: str = ""

    def up(self, record: ConvertedRecord) -> None:
        for owner in self._concerned(record):
            if owner.get(self.field) is None:
                owner[self.field] = self.value

    def down(self, record: ConvertedRecord) -> None:
        for owner in self._concerned(record):
            if fold(owner.get(self.field)) == fold(self.value):
                del owner[self.field]

    def _concerned(self, record: ConvertedRecord) -> list[Owner]:
        return [owner for owner, _place in record.owners(self.at) if not self.when or owner.get(self.when)]


@dataclass(frozen=True)
class TwelveHourTime:
    """A time of day: on a 12-hour clock before ("10:00 PM"), on a 24-hour clock since ("22:00")."""

    at: str
    field: str

    def up(self, record: ConvertedRecord) -> None:
        for owner, place in record.owners(self.at):
            time = owner.get(self.field)
            match = _TWELVE_HOURS.fullmatch(time) if isinstance(time, str) else None
            if match:
                hour = int(match[1]) % _NOON + (_NOON if match[3].upper() == "P" else 0)
                owner[self.field] = f"{hour:02d}{match[2]}"
                record.warn("time-reformatted", join(place, self.field), f"{time} is written {owner[self.field]}.")

    def down(self, record: ConvertedRecord) -> None:
        for owner, place in record.owners(self.at):
            time = owner.get(self.field)
            match = _TWENTY_FOUR_HOURS.fullmatch(time) if isinstance(time, str) else None
            if match:
                hour = (int(match[1]) - 1) % _NOON + 1
                owner[self.field] = f"{hour}{match[2]} {'AM' if int(match[1]) < _NOON else 'PM'}"
                record.inform("time-reformatted", join(place, self.field), f"{time} is written {owner[self.field]}.")


# -- a structure -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ImpliedSwitch:
    """A switch beside a number; before it existed a number above zero was a limit by itself."""

    at: str
    switch: str
    number: str

    def up(self, record: ConvertedRecord) -> None:
        for owner, _place in record.owners(self.at):
            if isinstance(owner.get(self.number), int):
                owner.setdefault(self.switch, owner[self.number] > 0)

    def down(self, record: ConvertedRecord) -> None:
        for owner, place in record.owners(self.at):
            number, switch = owner.get(self.number), owner.pop(self.switch, None)
            if isinstance(number, int) and bool(switch) != (number > 0):
                what = f"{self.number} {number} is a limit on the target, {self.switch} said otherwise."
                record.warn("limit-implied", join(place, self.number), what)
            elif (number is None) != (switch is None):
                record.inform("field-dropped", join(place, self.switch), "The switch and its number are one field.")


@dataclass(frozen=True)
class NameOrId:
    """One field that held a cloud object's name or its id, since then one for each. An id is known by its prefix."""

    at: str
    old: str
    name: str
    id: str
    prefix: str
    lists: Set[str]

    def up(self, record: ConvertedRecord) -> None:
        for owner, _place in self._concerned(record):
            if self.old in owner:
                value = owner.pop(self.old)
                owner.setdefault(self.id if str(value).startswith(self.prefix) else self.name, value)

    def down(self, record: ConvertedRecord) -> None:
        for owner, place in self._concerned(record):
            name, identity = owner.pop(self.name, None), owner.pop(self.id, None)
            if name is not None and identity is not None:
                what = f"Only one of {self.name} and {self.id} can be said."
                record.warn("field-dropped", join(place, self.id), what)
            if name is not None or identity is not None:
                owner.setdefault(self.old, identity if name is None else name)

    def _concerned(self, record: ConvertedRecord) -> list[tuple[Owner, str]]:
        return list(record.owners(self.at)) if record.list_name in self.lists else []


class MountServerPerSystem:
    """One mount server, a Windows server; since 1.3-rev0 one under `windows`, one under `linux`, and which of them
    counts.
    """

    _TYPE = "mountServerSettingsType"

    def up(self, record: ConvertedRecord) -> None:
        flat = record.body.get("mountServer")
        if isinstance(flat, dict) and self._TYPE not in flat:
            record.body["mountServer"] = {self._TYPE: "windows", "windows": flat}
            record.inform("mount-server-wrapped", "mountServer", "The mount server is declared as a Windows server.")

    def down(self, record: ConvertedRecord) -> None:
        wrapped = record.body.get("mountServer")
        if not isinstance(wrapped, dict) or self._TYPE not in wrapped:
            return
        system = fold(wrapped.pop(self._TYPE))
        windows, linux = wrapped.pop("windows", None), wrapped.pop("linux", None)
        if system == "linux" or not isinstance(windows, dict):
            record.refuse(
                "linux-mount-server",
                "mountServer",
                f"Revision {record.target} knows Windows mount servers only.",
                "Give the repository a Windows mount server, or leave it out.",
            )
        elif linux:
            record.warn("field-dropped", "mountServer.linux", "Only the mount server for Windows guests is kept.")
        record.body["mountServer"] = {**(windows if isinstance(windows, dict) else {}), **wrapped}


@dataclass(frozen=True)
class WeeklyDays:
    """Synthetic full backups: only days of the week in 1.0-rev2, a weekly and a monthly schedule since."""

    at: str

    _KNOWN = frozenset({"isEnabled", "days", "localTime"})

    def up(self, record: ConvertedRecord) -> None:
        for owner, _place in record.owners(self.at):
            if "days" in owner and "weekly" not in owner:
                owner["weekly"] = {"isEnabled": True, "days": owner.pop("days")}

    def down(self, record: ConvertedRecord) -> None:
        for owner, place in record.owners(self.at):
            weekly, monthly = owner.pop("weekly", None), owner.pop("monthly", None)
            if not isinstance(weekly, dict):
                weekly = {}
            if "days" in weekly:
                owner.setdefault("days", weekly["days"])
            # What nobody knows stays where it was.
            if unknown := {name: value for name, value in weekly.items() if name not in self._KNOWN}:
                owner["weekly"] = unknown
            self._report(owner, weekly, monthly, place, record)

    def _report(self, owner: Owner, weekly: Owner, monthly: Any, place: str, record: ConvertedRecord) -> None:
        by_month = isinstance(monthly, dict) and monthly.get("isEnabled") is True
        by_week = weekly.get("isEnabled") is True
        if owner.get("isEnabled") is True and by_month and not by_week:
            owner["isEnabled"] = False
            what = f"Revision {record.target} knows no monthly synthetic full backups; they are switched off."
            record.warn("schedule-dropped", place, what, "Plan full backups of this job on the target by hand.")
        elif owner.get("isEnabled") is True and by_month:
            record.warn("schedule-dropped", join(place, "monthly"), "Only the weekly synthetic full backups are kept.")
        elif monthly is not None or (weekly and not by_week):
            record.inform("field-dropped", place, "Parts of the schedule that are switched off cannot be written down.")


class ManagementPort:
    """The port of a Linux server's management service: a field of its own up to 1.2-rev1, one of `components` since."""

    _AT = "sshSettings"
    _COMPONENT = "TransportSvc"

    def up(self, record: ConvertedRecord) -> None:
        for owner, place in record.owners(self._AT):
            port = owner.pop("managementPort", None)
            if port is not None:
                others = owner.get("components") or []
                owner["components"] = [*others, {"componentName": self._COMPONENT, "port": port}]
                what = f"managementPort {port} becomes the port of the component {self._COMPONENT}."
                record.warn("management-port-moved", join(place, "components"), what)

    def down(self, record: ConvertedRecord) -> None:
        for owner, place in record.owners(self._AT):
            components = owner.pop("components", None) or []
            ports = {str(item.get("componentName")): item.get("port") for item in components if isinstance(item, dict)}
            if self._COMPONENT in ports:
                owner.setdefault("managementPort", ports.pop(self._COMPONENT))
            if ports:
                what = f"Only the management port can be said; dropped: {', '.join(map(str, ports))}."
                record.warn("field-dropped", join(place, "components"), what)


class ImmutableLinux:
    """An immutable repository: a switch of a Linux repository in 1.0-rev2, a repository type of its own since."""

    _AT = "repository"
    _SWITCH = "useImmutableBackups"
    _DAYS = "makeRecentBackupsImmutableDays"

    def up(self, record: ConvertedRecord) -> None:
        if record.list_name != "LinuxLocalRepositories":
            return
        for owner, place in record.owners(self._AT):
            immutable = owner.pop(self._SWITCH, None)
            if immutable:
                record.list_name, record.body["type"] = "LinuxHardenedRepositories", "LinuxHardened"
                what = "Immutable backups are kept by a hardened repository now; it becomes one."
                record.warn("repository-hardened", join(place, self._SWITCH), what, "Check the server's credentials.")
            elif immutable is not None or self._DAYS in owner:
                owner.pop(self._DAYS, None)
                what = "Immutability was off; its days are dropped."
                record.inform("field-dropped", join(place, self._SWITCH), what)

    def down(self, record: ConvertedRecord) -> None:
        """Nothing to do: hardened repositories have no list in 1.0-rev2, and an ordinary one needs no switch."""
