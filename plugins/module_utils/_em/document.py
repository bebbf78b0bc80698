# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the XML and the JSON of Enterprise Manager into one shape: that of its JSON, with the documented keys.

The shape (facts/em.md 4): attributes and elements are keys, `<Links><Link/></Links>` is a list called Links, and the
name of the root is dropped. Nulls are left out. JSON keys are read without regard to case, because server 13 writes
them with a small first letter (facts/em.md 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from .._core.answer import BYTE_ORDER_MARK, parsed
from .._core.errors import quoted

XML, JSON = "application/xml", "application/json"
NAMESPACE = "http://www.veeam.com/ent/v1.0"
# expat puts it between the namespace and the name.
BETWEEN = " "
DEEPEST = 100
# The documented keys, where a capital first letter alone does not give them, by the key in small letters.
DOCUMENTED = {
    name.casefold(): name
    for name in (
        "UID",
        "BackupServerName",
        "BackupServerUid",
        "BackupServers",
        "Backups",
        "CreationTimeUTC",
        "Description",
        "EntityReferences",
        "FirstChanceExceptionMessage",
        "FreeSpace",
        "Href",
        "JobInfo",
        "JobScheduleOptions",
        "JobType",
        "JobUid",
        "Jobs",
        "LogonSessions",
        "Message",
        "NextRun",
        "PageNum",
        "PageSize",
        "PagesCount",
        "PagingInfo",
        "RepositoryUid",
        "ScheduleConfigured",
        "ScheduleEnabled",
        "SessionId",
        "StatusCode",
        "SupportedVersions",
        "TaskId",
        "UserName",
    )
}
BOOLEANS = {"Enabled", "ScheduleConfigured", "ScheduleEnabled", "Success"}
NUMBERS = {"Capacity", "FreeSpace", "PageNum", "PageSize", "PagesCount", "StatusCode"}
# Elements that are repeated without a list of their own around them.
REPEATED = {"Ref": "Refs", "ObjectInJob": "ObjectInJobs", "Day": "Days", "Days": "Days", "Months": "Months"}


@dataclass(frozen=True)
class Document:
    """The content of an answer. `root` is the name of an XML root, `""` for JSON, which has none."""

    root: str
    data: dict[str, Any]


def read(text: str) -> Document:
    """Read a text in either format. Raises ValueError if it is neither, or not of this service."""
    text = text.lstrip(BYTE_ORDER_MARK).strip()
    if text.startswith("<"):
        return _Reader().read(text)
    data = _tidied("", parsed(text))
    if not isinstance(data, dict):
        raise ValueError("it is no object")
    return Document("", data)


def _documented(key: str) -> str:
    """A key as it is documented: `uid` is UID, `jobType` is JobType."""
    return DOCUMENTED.get(key.casefold()) or key[:1].upper() + key[1:]


def _tidied(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        parts = {_documented(key): part for key, part in value.items() if part is not None}
        # A list inside an object of the same name: {"Jobs": {"Jobs": [...]}}.
        if list(parts) == [name] and isinstance(parts[name], list):
            return _tidied(name, parts[name])
        return {key: _tidied(key, part) for key, part in parts.items()}
    if isinstance(value, list):
        return [_tidied("", part) for part in value if part is not None]
    return _typed(name, value)


def _typed(name: str, value: Any) -> Any:
    """A boolean or a number as such, even if it was sent as a text."""
    if not isinstance(value, str):
        return value
    if name in BOOLEANS and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    return int(value) if name in NUMBERS and value.strip().isdecimal() else value


@dataclass
class _Element:
    """An element that is being read."""

    name: str
    attributes: dict[str, str]
    children: list[tuple[str, Any]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def value(self) -> Any:
        text = "".join(self.text)
        if not self.children:
            if not self.attributes:
                return _typed(self.name, text if text.strip() else "")
            # <Day Name="Sunday">1,1</Day>
            return {**self._own(), **({"Value": text} if text.strip() else {})}
        if not self.attributes and all(_plural(name) == self.name for name, _child in self.children):
            return [child for _name, child in self.children]
        return self.parts()

    def parts(self) -> dict[str, Any]:
        """Attributes and children by name; what is repeated is a list."""
        found: dict[str, Any] = self._own()
        names = [name for name, _child in self.children]
        for name, child in self.children:
            if name in REPEATED or names.count(name) > 1:
                found.setdefault(REPEATED.get(name, _plural(name)), []).append(child)
            else:
                found[name] = child
        return found

    def _own(self) -> dict[str, Any]:
        # An attribute with a namespace of its own, such as xsi:type, is about XML and not about the object.
        return {name: _typed(name, value) for name, value in self.attributes.items() if BETWEEN not in name}


class _Reader:
    """A parser without document types and entities, so that no answer can grow or reach out."""

    def __init__(self) -> None:
        self._open: list[_Element] = []
        self._read: Document | None = None
        self._parser = expat.ParserCreate("utf-8", BETWEEN)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._parser.ExternalEntityRefHandler = self._refuse

    def read(self, text: str) -> Document:
        try:
            self._parser.Parse(text.encode(), True)
        except expat.ExpatError as error:
            raise ValueError(f"it is not XML: {error}") from None
        if self._read is None:
            raise ValueError("it has no root")
        return self._read

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _between, local = name.rpartition(BETWEEN)
        if not self._open and namespace != NAMESPACE:
            raise ValueError(f"its root {quoted(local)} is not Enterprise Manager's")
        if len(self._open) >= DEEPEST:
            raise ValueError("it is nested too deeply")
        self._open.append(_Element(local, attributes))

    def _characters(self, text: str) -> None:
        self._open[-1].text.append(text)

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        value = element.value()
        if self._open:
            self._open[-1].children.append((element.name, value))
        else:
            data = {element.name: value} if isinstance(value, list) else value
            self._read = Document(element.name, data if isinstance(data, dict) else {})

    @staticmethod
    def _refuse(*_declared: Any) -> int:
        raise ValueError("it declares a document type or an entity")


def _plural(name: str) -> str:
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
