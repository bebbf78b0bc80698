# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest accounts of a job as ordinary REST has them, which 1.3-rev0 and 1.3-rev2 each put together otherwise.

Up to 1.2-rev1 a machine has one account for Windows and one for Linux, in 1.3-rev0 and 1.3-rev1 an entry for each of
its accounts, and since 1.3-rev2 one entry with a list of accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...._core.compare import fold
from ..links import ZERO_ID
from .record import ConvertedRecord, Owner, fresh_copy, join

_AT = "guestProcessing.guestCredentials"
_MACHINES = "credentialsPerMachine"
_ACCOUNT, _TYPE = "credentialsId", "credentialsType"
# The field of each sort of account up to 1.2-rev1, and what the newer revisions call its sort.
_SIDES = (("windowsCredsId", "Standard"), ("linuxCredsId", "Linux"))


def _is_none(account: Any) -> bool:
    return account is None or account in ("", ZERO_ID)


class GuestAccounts:
    """The account of all machines: two fields of its own up to 1.2-rev1, one object since, which may be missing."""

    def up(self, record: ConvertedRecord) -> None:
        for owner, _place in record.owners(_AT):
            flat = {name: owner.pop(name) for name in (_ACCOUNT, _TYPE) if name in owner}
            missing = _is_none(flat.get(_ACCOUNT))
            if not missing:
                owner.setdefault("credentials", flat)
            owner.setdefault("useAgentManagementCredentials", missing and "credentials" not in owner)
            _replace(owner, self._entries(owner.get(_MACHINES)))

    def down(self, record: ConvertedRecord) -> None:
        for owner, place in record.owners(_AT):
            of_group, given = owner.pop("useAgentManagementCredentials", None), owner.pop("credentials", None)
            if isinstance(given, dict) and not _is_none(given.get(_ACCOUNT)):
                owner.update(given)
                if of_group:
                    what = "The accounts of the protection group cannot be asked for; the job's own account is used."
                    record.warn("field-dropped", join(place, "useAgentManagementCredentials"), what)
            else:
                # The older revision asks for one, and zeros mean none.
                owner.update({_ACCOUNT: ZERO_ID, _TYPE: "Standard"})
                record.inform("field-added", place, "An account is asked for; zeros say that there is none.")
            _replace(owner, self._per_machine(owner.get(_MACHINES), record, join(place, _MACHINES)))

    @staticmethod
    def _entries(machines: Any) -> list[Any] | None:
        """An entry for each account of each machine."""
        if not isinstance(machines, list):
            return None
        entries: list[Any] = []
        for machine in machines:
            if not isinstance(machine, dict):
                entries.append(machine)
                continue
            rest = {name: value for name, value in machine.items() if name not in dict(_SIDES)}
            of = [(machine[name], sort) for name, sort in _SIDES if not _is_none(machine.get(name))]
            entries += [{**fresh_copy(rest), _ACCOUNT: account, _TYPE: sort} for account, sort in of]
            if not of:
                entries.append(rest if _ACCOUNT in rest else {**rest, "default": True})
        return entries

    @staticmethod
    def _per_machine(entries: Any, record: ConvertedRecord, place: str) -> list[Any] | None:
        """An entry for each machine, with an account for either system."""
        if not isinstance(entries, list):
            return None
        machines: list[Owner] = []
        for entry in filter(_is_object, entries):
            machine = _of_the_same(machines, entry)
            account, sort = entry.get(_ACCOUNT), entry.get(_TYPE)
            side = next((name for name, each in _SIDES if fold(each) == fold(sort)), _SIDES[0][0])
            if _is_none(account):
                continue
            if side in machine and machine[side] != account:
                record.warn("field-dropped", place, "A machine has one account for each system; another is dropped.")
            machine.setdefault(side, account)
        return machines


class AccountsInOneEntry:
    """The accounts of one machine: an entry for each up to 1.3-rev1, one entry with all of them since."""

    def up(self, record: ConvertedRecord) -> None:
        for owner, _place in record.owners(_AT):
            if not isinstance(owner.get(_MACHINES), list):
                continue
            machines: list[Owner] = []
            for entry in filter(_is_object, owner[_MACHINES]):
                machine = _of_the_same(machines, entry)
                account = {name: entry[name] for name in (_ACCOUNT, _TYPE) if name in entry}
                if not _is_none(account.get(_ACCOUNT)):
                    machine.setdefault("credentials", []).append(account)
                if "credentials" in entry:
                    machine.setdefault("credentials", []).extend(entry["credentials"] or [])
            owner[_MACHINES] = machines

    def down(self, record: ConvertedRecord) -> None:
        for owner, _place in record.owners(_AT):
            if not isinstance(owner.get(_MACHINES), list):
                continue
            entries: list[Any] = []
            for machine in owner[_MACHINES]:
                accounts = machine.pop("credentials", None) if isinstance(machine, dict) else None
                entries += [{**fresh_copy(machine), **each} for each in accounts or () if isinstance(each, dict)]
                if not accounts:
                    entries.append(machine)
            owner[_MACHINES] = entries


def _is_object(entry: Any) -> bool:
    return isinstance(entry, dict)


def _of_the_same(machines: list[Owner], entry: Mapping[str, Any]) -> Owner:
    """The entry of the same machine, which is added if there is none."""
    rest = _without(entry, (_ACCOUNT, _TYPE, "credentials"))
    found = next((each for each in machines if each.get("vmObject") == entry.get("vmObject")), None)
    if found is None:
        machines.append(rest)
        return rest
    for name, value in rest.items():
        found.setdefault(name, value)
    return found


def _without(entry: Mapping[str, Any], names: Iterable[str]) -> Owner:
    return {name: value for name, value in entry.items() if name not in names}


def _replace(owner: Owner, machines: list[Any] | None) -> None:
    if machines is not None:
        owner[_MACHINES] = machines
