# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs a collection's tarball again, so that equal content gives equal bytes.

`ansible-galaxy collection build` writes the files in the order in which the disk lists them, with the times they have.
Here they are sorted, and all have one time. FILES.json lists them too, and MANIFEST.json has its checksum: both are
written anew.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

MANIFEST = "MANIFEST.json"
FILES = "FILES.json"
# Galaxy wants these two first.
FIRST = {MANIFEST: 0, FILES: 1}
BEST = 9


def normalize(source: Path, target: Path, time: int) -> Path:
    """Write `target` from `source`, with `time` (seconds since 1970) as the time of everything."""
    packed = io.BytesIO()
    with tarfile.open(source) as built, tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as again:
        contents = _contents(built)
        for member in sorted(built.getmembers(), key=lambda member: (FIRST.get(member.name, len(FIRST)), member.name)):
            again.addfile(*_entry(member, contents.get(member.name), time))
    # The header of gzip has a time and a name of its own; without them it says nothing about where it was made.
    with target.open("wb") as stream, gzip.GzipFile("", "wb", BEST, stream, mtime=0) as compressed:
        compressed.write(packed.getvalue())
    return target


def _contents(built: tarfile.TarFile) -> dict[str, bytes]:
    """Every file's bytes by name, with the two lists in order."""
    contents = {member.name: _read(built, member) for member in built.getmembers() if member.isfile()}
    listing = json.loads(contents[FILES])
    listing["files"].sort(key=lambda entry: entry["name"])
    contents[FILES] = _written(listing)
    manifest = json.loads(contents[MANIFEST])
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(contents[FILES]).hexdigest()
    contents[MANIFEST] = _written(manifest)
    return contents


def _entry(member: tarfile.TarInfo, content: bytes | None, time: int) -> tuple[tarfile.TarInfo, io.BytesIO | None]:
    member.mtime = time
    # Nothing that the disk had to say beyond name, kind and mode.
    member.pax_headers = {}
    if content is None:
        return member, None
    member.size = len(content)
    return member, io.BytesIO(content)


def _read(built: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = built.extractfile(member)
    assert stream is not None, f"{member.name} is a file and has no content"
    return stream.read()


def _written(value: object) -> bytes:
    return json.dumps(value, indent=1, sort_keys=True).encode("utf-8")
