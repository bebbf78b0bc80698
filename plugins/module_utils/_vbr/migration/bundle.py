# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bundle: an exported estate as a directory that can be read, reviewed and kept under version control.

`manifest.json` says where it came from and what belongs to it; each kind has one file that holds exactly what the
import endpoint takes, keys sorted; `states.json` has which jobs were disabled. There is never a secret in it.
Directory 0700, files 0600.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..._core.answer import Misfit
from ..._core.compare import fold
from ..._core.errors import InvalidInput, quoted
from ..._core.files import DIRECTORY_MODE, Unfinished, make_directories, write_file
from ..._core.local_json import parsed, read_json, read_text
from ..._core.shape import ANYTHING, STRING, Shape, check
from ..revisions import REVISIONS
from . import listed
from .collection import Collection, Estate, count, is_collection
from .kinds import KINDS, THIS_SERVER
from .listed import ListedJob

# What the format of a bundle begins with in every version.
FORMATS = "backupfleet.rest/bundle/"
BUNDLE_FORMAT = f"{FORMATS}1"
# The file itself, its lists, and their records.
DEPTH = 2
MANIFEST = "manifest.json"
# Its name in the manifest, and that of its file without the ending.
STATES = "states"
ReadText = Callable[[Path], str]
# What messages call one of its files.
BUNDLE = "Of the bundle,"
# Whoever has moved this pair before and starts elsewhere would export anew, into a folder without its journal.
NO_BUNDLE = (
    "If it was exported before, start in the folder of that time, or say where it lies (src; of playbooks "
    "vbr_migration_root). If not, run the playbook export first."
)
ENTRY: Shape = {"file!": STRING, "sha256!": STRING}
MANIFEST_SHAPE: Shape = {
    "format!": STRING,
    "api_version!": STRING,
    "source!": {"name": STRING, "vbr_id": STRING, "build": STRING, "names!": [STRING]},
    "created": STRING,
    "kinds!": {},
    STATES: ENTRY,
    "secrets": [{}],
    "proxies": {},
}


@dataclass(frozen=True)
class ServerIdentity:
    """Which backup server it is. `names` are the names under which it knows itself as a managed server."""

    name: str = ""
    vbr_id: str = ""
    build: str = ""
    names: tuple[str, ...] = ()

    @property
    def all_names(self) -> list[str]:
        """Its own name and those it lists itself under, each once."""
        return list({fold(name): name for name in (*self.names, self.name) if name}.values())

    @property
    def own_names(self) -> list[str]:
        """All that it may be called where its own records name a host."""
        return [*self.all_names, THIS_SERVER]


@dataclass(frozen=True)
class Bundle:
    """An estate, its origin and the revision it is written in. `slots` are the secrets an import will ask for.

    `proxies` has the host of each proxy by its name, if that is another one: records have hosts, and jobs have names.

    Of an estate that was given inline the revision may be `""`, which is that of the target, or the newest of several,
    which are `fitting`. `states` are all jobs of the source as its list shows them; None if nobody has asked.
    """

    revision: str
    source: ServerIdentity
    estate: Estate
    created: str = ""
    slots: tuple[Mapping[str, Any], ...] = ()
    fitting: tuple[str, ...] = ()
    proxies: Mapping[str, str] = field(default_factory=dict)
    states: tuple[ListedJob, ...] | None = None

    def revision_for(self, target: str) -> str:
        """The revision it is written in, for a target that speaks one."""
        return target if not self.revision or target in self.fitting else self.revision


@dataclass(frozen=True)
class Rendered:
    """A bundle as it will stand on disk: the manifest, and the text of each kind's file."""

    manifest: dict[str, Any]
    texts: dict[str, str]


@dataclass(frozen=True)
class Line:
    """A record that is text already, as `line` makes it: files that are written again and again have many of them."""

    text: str


def line(record: Any) -> str:
    """A record as it stands in a line of a file."""
    return json.dumps(record, sort_keys=True, ensure_ascii=False)


def dump(value: Any) -> str:
    """JSON as every file of the collection has it: keys sorted, one record in a line, a line feed at the end.

    So a reviewer sees which record differs, and the encoder that is written in C does the work: with an indent it would
    be the slow one. A record is what stands in a list or below a name of an object at the top.
    """
    return _members(value, DEPTH) + "\n"


def _members(value: Any, depth: int) -> str:
    """The members of an object or a list, each in a line of its own, down to a depth; deeper ones follow each other."""
    if isinstance(value, Line):
        return value.text
    if not depth or not value or not isinstance(value, (dict, list)):
        return line(value)
    margin = " " * (DEPTH - depth + 1)
    if isinstance(value, list):
        return _lines("[", [_members(item, 0) for item in value], margin, "]")
    texts = [f"{json.dumps(name, ensure_ascii=False)}: {_members(value[name], depth - 1)}" for name in sorted(value)]
    return _lines("{", texts, margin, "}")


def _lines(opening: str, members: Iterable[str], margin: str, closing: str) -> str:
    return f"{opening}\n{margin}" + f",\n{margin}".join(members) + f"\n{margin[1:]}{closing}"


def render(bundle: Bundle) -> Rendered:
    """The bundle as text, with the checksum of every file."""
    texts = {f"{kind}.json": dump(collection) for kind, collection in bundle.estate.items()}
    states = {} if bundle.states is None else {STATES: listed.written(bundle.states)}
    texts |= {f"{name}.json": dump(content) for name, content in states.items()}
    manifest: dict[str, Any] = {
        "format": BUNDLE_FORMAT,
        "api_version": bundle.revision,
        "source": {**asdict(bundle.source), "names": list(bundle.source.names)},
        "created": bundle.created,
        "kinds": {kind: _entry(f"{kind}.json", count(collection), texts) for kind, collection in bundle.estate.items()},
        "secrets": [dict(slot) for slot in bundle.slots],
        "proxies": dict(bundle.proxies),
        **{name: _entry(f"{name}.json", len(content["jobs"]), texts) for name, content in states.items()},
    }
    return Rendered(manifest, texts)


def _entry(file: str, rows: int, texts: Mapping[str, str]) -> dict[str, Any]:
    """What a manifest says of a file."""
    return {"file": file, "count": rows, "sha256": _sha256(texts[file].encode())}


def _entries(manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What a manifest says of each of its files."""
    states = {STATES: manifest[STATES]} if manifest.get(STATES) else {}
    return {**manifest["kinds"], **states}


def pack(rendered: Rendered) -> str:
    """A bundle as one word, for a task that writes none and hands it on to the next one.

    It is compressed, because Ansible takes long over big variables, and encoded, because it evaluates some texts.
    """
    texts = json.dumps({**rendered.texts, MANIFEST: dump(rendered.manifest)})
    return base64.b64encode(zlib.compress(texts.encode())).decode("ascii")


def _packed_text(packed: str) -> ReadText:
    """Reads the files of a packed bundle, by their names. Raises InvalidInput if it is none."""
    try:
        texts = {str(name): str(text) for name, text in json.loads(zlib.decompress(base64.b64decode(packed))).items()}
        for text in texts.values():
            # Half a character can be written down in JSON, and in no file.
            text.encode()
    except (ValueError, zlib.error, AttributeError, RecursionError):
        raise InvalidInput("bundle is no packed bundle.", "Give what the export returned in check mode.") from None

    def read(path: Path) -> str:
        if path.name not in texts:
            raise InvalidInput(f"The packed bundle has no {path.name}.", "Export again.")
        return texts[path.name]

    return read


def standing_manifest(directory: Path) -> dict[str, Any]:
    """The manifest of the bundle that stands there; empty when there is none, or one that is not whole."""
    try:
        manifest: dict[str, Any] = read_json(directory / MANIFEST, MANIFEST_SHAPE)
        for entry in _entries(manifest).values():
            check(entry, ENTRY)
            _proved_text(directory, entry, _text)
    except (InvalidInput, Misfit):
        return {}
    return manifest


def differs(there: Mapping[str, Any], rendered: Rendered) -> bool:
    """Whether writing would change anything but the time the bundle was made; `there` is the standing manifest."""
    return {**there, "created": ""} != {**rendered.manifest, "created": ""}


def check_destination(directory: Path) -> None:
    """Refuse a destination that could lose somebody's files."""
    if os.path.exists(directory) and not os.path.isdir(directory):
        raise InvalidInput(f"{directory} is a file; a bundle is a directory.", "Name another dest.")
    if os.path.isdir(directory) and any(directory.iterdir()) and not _is_manifest(directory / MANIFEST):
        raise InvalidInput(
            f"{directory} is not empty and no bundle.", "Name an empty or new directory as dest, or an older bundle."
        )


def _is_manifest(path: Path) -> bool:
    """Whether it is the manifest of a bundle, of this version of the collection or of another."""
    try:
        return bool(read_json(path, {"format!": STRING})["format"].startswith(FORMATS))
    except InvalidInput:
        return False


def write_bundle(directory: Path, rendered: Rendered) -> None:
    """Write a bundle. A new directory appears at once; in an older bundle each file is replaced whole, the manifest
    last. Raises InvalidInput when that cannot be done.
    """
    texts = {**rendered.texts, MANIFEST: dump(rendered.manifest)}
    try:
        make_directories(directory.parent)
        if directory.is_dir() and any(directory.iterdir()):
            _replace(directory, texts)
        else:
            _appear(directory.resolve(), texts)
    except OSError as error:
        raise InvalidInput(f"The bundle {directory} cannot be written: {error}.", "Name another dest.") from None


def _appear(directory: Path, texts: Mapping[str, str]) -> None:
    """Make it beside its place, and put it there (where at most an empty directory is) when it is whole."""
    with Unfinished(directory.parent, directory.name) as unfinished:
        whole = unfinished.make_directory()
        _write_all(whole, texts)
        whole.rename(directory)


def _replace(directory: Path, texts: Mapping[str, str]) -> None:
    directory.chmod(DIRECTORY_MODE)
    _write_all(directory, texts)
    for stale in {f"{name}.json" for name in (*KINDS, STATES)} - set(texts):
        (directory / stale).unlink(missing_ok=True)


def is_of_bundle(name: str) -> bool:
    """Whether a bundle has a file of this name."""
    return name == MANIFEST or name in {f"{file}.json" for file in (*KINDS, STATES)}


def read_bundle(directory: Path, packed: str = "") -> Bundle:
    """Read a bundle, or the packed one that would stand there, and prove it whole.

    Raises InvalidInput that names the file and what is wrong with it.
    """
    read = _packed_text(packed) if packed else _text
    manifest = _manifest(directory / MANIFEST, read)
    entries = _entries(manifest)
    states = entries.pop(STATES, None)
    try:
        source = ServerIdentity(**{**manifest["source"], "names": tuple(manifest["source"]["names"])})
    except TypeError:
        raise InvalidInput(f"{directory / MANIFEST} is incomplete: source.", "Export again.") from None
    revision = str(manifest["api_version"])
    estate = {kind: _read_kind(directory, kind, entry, read) for kind, entry in entries.items()}
    proxies = {str(name): str(host) for name, host in (manifest.get("proxies") or {}).items()}
    jobs = listed.read(_read_file(directory, states, read, listed.SHAPE)) if states else None
    if revision not in REVISIONS:
        known = ", ".join(REVISIONS)
        raise InvalidInput(
            f"{directory / MANIFEST} is of the unknown API revision {quoted(revision)}.", f"Known: {known}."
        )
    ordered = {kind: estate[kind] for kind in KINDS if kind in estate}
    made, needed = str(manifest.get("created") or ""), tuple(manifest.get("secrets") or ())
    return Bundle(revision, source, ordered, made, needed, proxies=proxies, states=jobs)


def _manifest(path: Path, read: ReadText) -> dict[str, Any]:
    """A manifest, proved to say all that it should. Raises InvalidInput."""
    manifest: dict[str, Any] = parsed(read(path), path, {}, BUNDLE, f"Expected is {BUNDLE_FORMAT}; export again.")
    if manifest.get("format") != BUNDLE_FORMAT:
        raise InvalidInput(
            f"{path} is not the manifest of a bundle this version reads.",
            f"Expected is the format {BUNDLE_FORMAT}; export again.",
        )
    try:
        check(manifest, MANIFEST_SHAPE)
        for name, entry in _entries(manifest).items():
            # One of no kind has an error of its own.
            check(entry, ENTRY if name in (*KINDS, STATES) else {}, name)
    except Misfit as misfit:
        raise InvalidInput(f"{path} is incomplete: {misfit}.", "Export again.") from None
    return manifest


def _read_kind(directory: Path, kind: str, entry: Mapping[str, Any], read: ReadText) -> Collection:
    if kind not in KINDS:
        raise InvalidInput(
            f"the bundle {directory} holds the unknown kind {quoted(kind)}.", f"Known: {', '.join(KINDS)}."
        )
    collection = _read_file(directory, entry, read, ANYTHING)
    if not is_collection(collection):
        raise InvalidInput(f"{directory / entry['file']} does not hold a collection of {kind}.", "Export again.")
    return dict(collection)


def _read_file(directory: Path, entry: Mapping[str, Any], read: ReadText, shape: Shape) -> Any:
    """What a file of the bundle holds. Raises InvalidInput if it is not what was exported."""
    return parsed(_proved_text(directory, entry, read), directory / str(entry["file"]), shape, BUNDLE, "Export again.")


def _proved_text(directory: Path, entry: Mapping[str, Any], read: ReadText) -> str:
    path = directory / os.path.basename(str(entry["file"]))
    text = read(path)
    if _sha256(text.encode()) != entry["sha256"]:
        raise InvalidInput(
            f"{path} is not what was exported: its checksum differs from the manifest's.",
            "Export again; to change what is imported use rename, mappings or kinds instead of editing.",
        )
    return text


def _text(path: Path) -> str:
    if not os.path.exists(path):
        if path.name == MANIFEST:
            raise InvalidInput(f"There is no bundle in {path.parent}.", NO_BUNDLE)
        raise InvalidInput(f"The bundle has no {path}.", "Export again.")
    return read_text(path, what=BUNDLE, remedy="Is this the directory of a bundle?")


def _write_all(directory: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        write_file(directory / name, text)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
