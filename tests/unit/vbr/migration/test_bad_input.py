# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input gets one clear message, and nothing was written: bundles, options, estates."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import Pair, Server
from support.estates import (
    CHAIN_SECRETS,
    account,
    bundle_of,
    chain_of_four,
    codes,
    estate_of,
    exported,
    job,
    linux_host,
    repository,
    secrets_of,
    writes,
)
from support.imports import refused
from support.tasks import drive

Spoil = Callable[[Path], Any]


# -- the bundle --------------------------------------------------------------------------------------------------------


def write_text(name: str, text: str) -> Spoil:
    return lambda bundle: (bundle / name).write_text(text)


def write_bytes(name: str, content: bytes) -> Spoil:
    return lambda bundle: (bundle / name).write_bytes(content)


def change_manifest(**changes: Any) -> Spoil:
    def spoil(bundle: Path) -> None:
        manifest = json.loads((bundle / "manifest.json").read_text())
        (bundle / "manifest.json").write_text(json.dumps({**manifest, **changes}))

    return spoil


def replace_kind(kind: str, text: str) -> Spoil:
    """Another content of a kind's file, with the checksum that belongs to it."""

    def spoil(bundle: Path) -> None:
        manifest = json.loads((bundle / "manifest.json").read_text())
        entry = {"file": f"{kind}.json", "count": 1, "sha256": hashlib.sha256(text.encode()).hexdigest()}
        (bundle / f"{kind}.json").write_text(text)
        change_manifest(kinds={**manifest["kinds"], kind: entry})(bundle)

    return spoil


UNREADABLE = {
    "not a bundle": (lambda bundle: (bundle / "manifest.json").unlink(), ["There is no bundle in", "playbook export"]),
    "no JSON": (write_text("manifest.json", "<html>"), ["manifest.json", "is not JSON"]),
    "no object": (write_text("manifest.json", "[1]"), ["manifest.json", "backupfleet.rest/bundle/1"]),
    "another format": (change_manifest(format="other/9"), ["manifest.json", "backupfleet.rest/bundle/1"]),
    "no kinds": (change_manifest(kinds=None), ["manifest.json", "is incomplete"]),
    "no source": (change_manifest(source={}), ["manifest.json", "is incomplete"]),
    "an odd source": (change_manifest(source=[]), ["manifest.json", "is incomplete"]),
    "an odd revision": (change_manifest(api_version="9.9-rev9"), ["9.9-rev9", "1.3-rev2"]),
    "an unknown kind": (change_manifest(kinds={"tapes": {}}), ["unknown kind 'tapes'", "credentials"]),
    "a file is gone": (
        lambda bundle: (bundle / "jobs.json").unlink(),
        ["jobs.json", "The bundle has no", "Export again"],
    ),
    "a pipe": (
        lambda bundle: ((bundle / "jobs.json").unlink(), os.mkfifo(bundle / "jobs.json")),
        ["jobs.json", "it is no file"],
    ),
    "names of numbers": (change_manifest(source={"names": [1]}), ["is incomplete", "source.names[0] is a number"]),
    "not UTF-8": (write_bytes("jobs.json", b"\xff\xfe\x00"), ["jobs.json", "cannot be read"]),
    "wrong checksum": (write_text("jobs.json", '{"jobs": []}\n'), ["jobs.json", "checksum"]),
    "no collection": (replace_kind("jobs", "[]"), ["jobs.json", "collection of jobs"]),
    "lists of text": (replace_kind("jobs", '{"jobs": ["Nightly"]}'), ["jobs.json", "collection of jobs"]),
    "an object for a list": (replace_kind("jobs", '{"jobs": {"Nightly": {}}}'), ["jobs.json", "collection of jobs"]),
    "a secret in it": (
        replace_kind("credentials", json.dumps({"credentials": [account("a", password="Hq2&inside=Vt7+")]})),
        ["holds a secret", "credentials 'a'", "secrets"],
    ),
}


@pytest.mark.parametrize(("spoil", "parts"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_bundle_that_cannot_be_used_is_refused(
    target: Server, tmp_path: Path, spoil: Spoil, parts: list[str]
) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    spoil(tmp_path / "bundle")

    result = refused(target, *parts, src=bundle, secrets=CHAIN_SECRETS)

    assert str(tmp_path) in result["msg"] or "secret" in result["msg"]
    assert "Hq2&inside=Vt7+" not in str(result)
    assert target.journal.counts == {}, "nobody was even asked"


def test_a_bundle_that_is_not_there_is_refused(target: Server, tmp_path: Path) -> None:
    said = (f"There is no bundle in {tmp_path / 'nowhere'}.", "start in the folder of that time", "vbr_migration_root")
    refused(target, *said, src=str(tmp_path / "nowhere"))


# -- other options -----------------------------------------------------------------------------------------------------

OPTIONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "spec, unknown kind": ({"spec": {"tapes": {}}}, ["spec", "unknown kind 'tapes'", "credentials"]),
    "spec, no collection": ({"spec": {"jobs": []}}, ["spec.jobs", "lists of records"]),
    "spec, no records": ({"spec": {"jobs": {"jobs": ["Nightly"]}}}, ["spec.jobs", "lists of records"]),
    "spec, numbers": ({"spec": {"credentials": {"credentials": [3]}}}, ["spec.credentials", "lists of records"]),
    "secrets, unknown kind": ({"spec": {}, "secrets": {"jobs": {}}}, ["secrets", "'jobs'", "encryptionPasswords"]),
    "secrets, unknown field": (
        {"spec": {}, "secrets": {"credentials": {"a": {"pin": "Wq8&pin=Zr2+"}}}},
        ["secrets.credentials['a']", "'pin'", "private_key"],
    ),
    "secrets, no dictionary": ({"spec": {}, "secrets": {"credentials": {"a": "Wq8&pin=Zr2+"}}}, ["dictionary of"]),
    "secrets, list": ({"spec": {}, "secrets": {"credentials": ["Wq8&pin=Zr2+"]}}, ["secrets.credentials", "keys"]),
    "secrets, number": ({"spec": {}, "secrets": {"credentials": {"a": {"password": 7}}}}, ["string", "quotes"]),
    "rename, unknown part": ({"spec": {}, "rename": {"proxies": {}}}, ["rename", "'proxies'", "repositories"]),
    "mappings, unknown part": ({"spec": {}, "mappings": {"jobs": {}}}, ["mappings", "'jobs'", "paths"]),
    "mappings, number": ({"spec": {}, "mappings": {"hosts": {"a": 1}}}, ["mappings.hosts", "strings"]),
    "mappings, list": ({"spec": {}, "mappings": {"paths": ["/a"]}}, ["mappings.paths", "dictionary"]),
    "wait, several kinds": (
        {"spec": {"credentials": {}, "proxies": {}}, "wait": False},
        ["wait can be false for a single kind only"],
    ),
    "wait, staged jobs": ({"spec": {"jobs": {}}, "wait": False}, ["wait can be false", "staged jobs"]),
}


@pytest.mark.parametrize(("options", "parts"), OPTIONS.values(), ids=OPTIONS)
def test_an_option_that_makes_no_sense_is_refused(target: Server, options: dict[str, Any], parts: list[str]) -> None:
    result = refused(target, *parts, **options)

    assert "Wq8&pin=Zr2+" not in str(result)
    assert target.journal.counts == {}, "nobody was even asked"


EXPORT_OPTIONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "filters, unknown kind": ({"filters": {"tapes": {}}}, ["filters", "'tapes'", "managedServers"]),
    "filters, unknown word": ({"filters": {"jobs": {"hints": []}}}, ["filters.jobs", "ids, types, names"]),
    "filters, list": ({"filters": {"jobs": ["Nightly"]}}, ["filters.jobs", "dictionary"]),
    "filters, null": ({"filters": {"jobs": None}}, ["filters.jobs", "dictionary"]),
    "query, no expression": ({"query": "jobs[?"}, ["query is no JMESPath expression"]),
}


@pytest.mark.parametrize(("options", "parts"), EXPORT_OPTIONS.values(), ids=EXPORT_OPTIONS)
def test_an_option_of_the_export_that_makes_no_sense_is_refused(
    pair: Pair, options: dict[str, Any], parts: list[str]
) -> None:
    refused(pair.source, *parts, task="export", **options)
    assert pair.source.journal.counts == {}, "nobody was even asked"


@pytest.mark.parametrize("query", ["jobs[].name", "jobs[].{name: name}", "credentials[].username", "length(jobs)"])
def test_a_query_that_chooses_no_whole_records_is_refused(pair: Pair, query: str, tmp_path: Path) -> None:
    kind = query.partition("[")[0].rpartition("(")[2].rstrip(")")
    options = {"kinds": [kind], "query": query, "dest": str(tmp_path / "bundle")}
    refused(pair.source, "query", "whole records", kind, task="export", **options)
    assert not (tmp_path / "bundle").exists()


MANIFESTS_OF_OTHERS = ('{"name": "my web app"}', '{"format": "an app"}', '{"format": 1}', "[]", "no JSON", "\udcff")


def spoiled(manifest: str) -> Spoil:
    """Somebody's directory with a manifest, and with a file that has the name of one of a bundle."""

    def spoil(dest: Path) -> None:
        dest.mkdir()
        (dest / "manifest.json").write_text(manifest, encoding="utf-8", errors="surrogateescape")
        (dest / "jobs.json").write_text("precious")

    return spoil


def standing(place: Path) -> Any:
    """Whatever is in a place, by the names of the files."""
    if place.is_dir():
        return {entry.name: standing(entry) for entry in place.iterdir()}
    return place.read_bytes() if place.is_file() else "no file"


@pytest.mark.parametrize(
    ("spoil", "part"),
    [
        (lambda dest: dest.write_text("a letter"), "is a file"),
        (lambda dest: (dest.mkdir(), (dest / "letter.txt").write_text("Dear")), "is not empty and no bundle"),
        *((spoiled(text), "is not empty and no bundle") for text in MANIFESTS_OF_OTHERS),
        (lambda dest: (dest / "manifest.json").mkdir(parents=True), "is not empty and no bundle"),
        (lambda dest: (dest.mkdir(), os.mkfifo(dest / "manifest.json")), "is not empty and no bundle"),
    ],
    ids=["a file", "somebody's files", *MANIFESTS_OF_OTHERS, "a directory", "a pipe"],
)
def test_a_dest_that_is_no_bundle_is_refused(pair: Pair, tmp_path: Path, spoil: Spoil, part: str) -> None:
    dest = tmp_path / "dest"
    spoil(dest)
    before = standing(dest)
    refused(pair.source, str(dest), part, task="export", dest=str(dest), kinds=["credentials"])
    assert standing(dest) == before


def test_a_dest_whose_name_is_too_long_is_refused(pair: Pair, tmp_path: Path) -> None:
    dest = str(tmp_path / ("n" * 256))
    result = drive("export", pair.source, dest=dest, kinds=["credentials"])
    assert result["failed"] and f"The bundle {dest} cannot be written" in result["msg"]


# -- the estate --------------------------------------------------------------------------------------------------------


def ambiguous() -> dict[str, Any]:
    twins = [account("first", "tech\\backup"), account("second", "tech\\backup")]
    host = linux_host("linux01.tech.local", account(None, "tech\\backup"))
    return estate_of(credentials=twins, linuxHosts=[host])


ESTATES: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "a record without key": (
        estate_of(credentials=[account(None, description="The domain account")]),
        "no-key",
        ["credentials", "The domain account", "uniqueId"],
    ),
    "a repository without name": (
        estate_of(LinuxLocalRepositories=[repository("", "backupserver02.tech.local")]),
        "no-key",
        ["repositories", "LinuxLocalRepositories"],
    ),
    "a proxy without host": (
        estate_of(proxies=[{"type": "ViProxy", "description": "Lost"}]),
        "no-key",
        ["proxies", "Lost"],
    ),
    "two records with one key": (
        estate_of(jobs=[job("Nightly"), job("Nightly")]),
        "duplicate-key",
        ["jobs 'Nightly'", "two records"],
    ),
    "an ambiguous reference": (
        ambiguous(),
        "ambiguous-reference",
        ["linux01.tech.local", "credentials", "tech\\backup", "first, second", "mappings"],
    ),
    "an unknown reference": (
        estate_of(jobs=[job("Nightly", repository("Lost", "x"))]),
        "unknown-reference",
        ["jobs 'Nightly'", "storage.backupRepository", "'Lost'", "known there: Default Backup Repository", "mappings"],
    ),
    "an unknown account": (
        estate_of(linuxHosts=[linux_host("linux01.tech.local", account("gone", "tech\\gone"))]),
        "unknown-reference",
        ["linux01.tech.local", "credentials", "[gone]", "known there: none"],
    ),
    "a missing secret": (
        chain_of_four(),
        "missing-secret",
        [
            "credentials 'service-account'",
            "its secret is missing (password)",
            "Needed by managedServers 'linux01.tech.local'",
            "secrets.credentials['service-account']",
            "on_missing_secret",
        ],
    ),
    "jobs that wait for one another": (
        estate_of(jobs=[job("One", after="Two"), job("Two", after="Three"), job("Three", after="One")]),
        "job-cycle",
        ["wait for one another", "One", "Two", "Three"],
    ),
}


@pytest.mark.parametrize(("estate", "code", "parts"), ESTATES.values(), ids=ESTATES)
def test_an_estate_that_cannot_be_imported_is_refused(
    target: Server, tmp_path: Path, estate: dict[str, Any], code: str, parts: list[str]
) -> None:
    secrets = {"credentials": {key: {"password": f"Gs5&{key}+Jw9="} for key in ("first", "second")}}
    src = bundle_of(tmp_path / "bundle", estate)

    result = refused(target, "Nothing was written", *parts, src=src, secrets=secrets if code[0] == "a" else {})

    assert set(codes(result, "error")) == {code}
    assert len(codes(result, "error")) == 1, "one cause, one message"


def test_every_error_is_reported_at_once_and_a_long_list_is_cut_with_its_rest_counted(
    target: Server, tmp_path: Path
) -> None:
    estate = estate_of(credentials=[account(f"account{number:02}") for number in range(25)])

    result = refused(target, "account19' and 5 more: its secret is missing", src=bundle_of(tmp_path / "bundle", estate))

    assert codes(result) == ["missing-secret"] * 25


def test_an_import_into_the_source_server_is_refused(pair: Pair, tmp_path: Path) -> None:
    bundle = exported(pair, tmp_path / "bundle", for_server=None)
    refused(pair.source, "the same backup server", "srv04.tech.local", src=bundle, secrets=secrets_of(bundle))


@pytest.mark.parametrize(
    ("report", "journal", "part"),
    [
        ("bundle/manifest.json", None, "report is a file of the bundle"),
        ("bundle/../bundle/jobs.json", None, "report is a file of the bundle"),
        ("link/jobs.json", None, "report is a file of the bundle"),
        (None, "bundle/credentials.json", "journal is a file of the bundle"),
        ("done.json", "done.json", "report and journal are the same file"),
        ("bundle/journal-of-the-target.json", None, "report and journal are the same file"),
    ],
)
def test_neither_report_nor_journal_takes_the_place_of_what_an_import_needs(
    target: Server, tmp_path: Path, report: str | None, journal: str | None, part: str
) -> None:
    bundle = tmp_path / "bundle"
    bundle_of(bundle, chain_of_four())
    (tmp_path / "link").symlink_to(bundle)
    before = {path.name: path.read_bytes() for path in bundle.iterdir()}
    files = {name: str(tmp_path / path) for name, path in (("report", report), ("journal", journal)) if path}
    refused(target, part, src=str(bundle), secrets=CHAIN_SECRETS, **files)
    assert target.journal.counts == {}, "nobody was even asked"
    assert {path.name: path.read_bytes() for path in bundle.iterdir()} == before


def a_device(path: Path) -> None:
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        path.symlink_to("/dev/null")


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("option", ["report", "journal"])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, a_device], ids=["a pipe", "a directory", "a device"])
def test_a_report_or_journal_that_is_no_file_is_refused_before_anything_is_sent(
    target: Server, tmp_path: Path, make: Callable[[Path], Any], option: str, check: bool
) -> None:
    place, link = tmp_path / "place", tmp_path / "link"
    make(place)
    link.symlink_to(place)
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    for path in (place, link):
        before = path.lstat()
        options = {"src": bundle, "secrets": CHAIN_SECRETS, option: str(path)}
        result = drive("import", target, check=check, **options)
        assert result["failed"] and f"{option} is no file: {path}" in result["msg"]
        assert not target.journal.entries
        assert path.lstat().st_mode == before.st_mode


def test_a_journal_of_its_own_that_is_a_pipe_is_not_waited_for(target: Server, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    (journal,) = Path(bundle).glob("journal-*")
    journal.unlink()
    os.mkfifo(journal)
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS)
    assert result["failed"] and f"The journal {journal} cannot be read" in result["msg"]


@pytest.mark.parametrize("option", ["report", "journal"])
@pytest.mark.parametrize(
    "name", ["n" * 240, "\u00e4" * 120, "n" * 256], ids=["too long while it is made", "in bytes", "at all"]
)
def test_a_name_that_is_too_long_is_found_before_anything_is_written(
    target: Server, tmp_path: Path, option: str, name: str
) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    result = drive("import", target, src=bundle, secrets=CHAIN_SECRETS, **{option: str(tmp_path / name)})
    assert result["failed"] and "cannot be written" in result["msg"] and "Nothing was sent" in result["msg"]
    assert writes(target) == []


def test_a_link_as_report_and_as_journal_stays_a_link(target: Server, tmp_path: Path) -> None:
    bundle, there = bundle_of(tmp_path / "bundle", chain_of_four()), tmp_path / "there"
    links = {option: tmp_path / option for option in ("report", "journal")}
    for option, link in links.items():
        link.symlink_to(there / option)
    options = {option: str(link) for option, link in links.items()}
    assert not drive("import", target, src=bundle, secrets=CHAIN_SECRETS, **options).get("failed")
    assert all(link.is_symlink() for link in links.values())
    assert sorted(path.name for path in there.iterdir()) == ["journal", "report"]
