# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exporting the sessions of an appliance: a quartet for each format and version, the filters, and the file."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._vbaz.session_export import SessionDocument
from simulator.testing import Server, simulated
from support.tasks import drive
from support.vbaz import DATABASES, MACHINES, POLICIES, ago, asked, seeded, session

# It takes long: `make quick` leaves it out.
pytestmark = pytest.mark.story

FORMATS = ("csv", "xml", "json")
# Product -> the API version that is used.
PRODUCTS = {"8.1": "v8.1", "8.0": "v8", "7.0": "v7", "6.0": "v6", "5.0": "v5", "4.0": "v4", "3.0": "v3"}
HISTORY = 300


@pytest.fixture(name="server")
def simulated_appliance() -> Iterator[Server]:
    """A read-only appliance: an export writes nothing to it."""
    with simulated("vbaz") as server:
        server.readonly()
        yield server


def export(server: Server, dest: Path | str, **options: Any) -> dict[str, Any]:
    """Export; it has to go well."""
    result = drive("vbaz_session_export", server, dest=str(dest), **options)
    assert not result.get("failed"), result["msg"]
    return result


def refused(server: Server, dest: Path | str, **options: Any) -> str:
    result = drive("vbaz_session_export", server, dest=str(dest), **options)
    assert result.get("failed") and not result["changed"], result
    return str(result["msg"])


def sessions_in(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text(encoding="utf-8"))["results"])


def lines(path: Path) -> int:
    """How many sessions the simulator's own CSV holds: it has two lines before them."""
    return path.read_bytes().count(b"\r\n") - 2


# -- the quartet -------------------------------------------------------------------------------------------------------


def quartet(server: Server, path: Path, **options: Any) -> dict[str, Any]:
    """Check, change, check again, again. Returns the result of the change."""
    check = drive("vbaz_session_export", server, check=True, dest=str(path), **options)
    before = path.read_bytes() if path.exists() else None
    assert check["changed"] is True, check
    assert (path.read_bytes() if path.exists() else None) == before
    change = export(server, path, **options)
    assert change == check
    assert hashlib.sha256(path.read_bytes()).hexdigest() == change["checksum"]
    assert path.stat().st_size == change["size"]
    for check_mode in (True, False):
        stood = path.stat()
        again = drive("vbaz_session_export", server, check=check_mode, dest=str(path), **options)
        assert (again["changed"], again["diff"], again["checksum"]) == (False, [], change["checksum"])
        assert (path.stat().st_ino, path.stat().st_mtime_ns) == (stood.st_ino, stood.st_mtime_ns)
    assert list(path.parent.iterdir()) == [path]
    return change


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("form", FORMATS)
def test_quartet(server: Server, tmp_path: Path, form: str, product: str) -> None:
    server.switch(product=product)
    path = tmp_path / f"evidence.{form}"
    first = quartet(server, path, format=form)
    assert first["diff"][0]["before"] == ""
    seeded(server, session(1), count=HISTORY)
    second = quartet(server, path, format=form)
    assert (
        second["diff"][0]["before"]
        == first["diff"][0]["after"]
        == f"sha256: {first['checksum']}\n" + (f"size: {first['size']}\n")
    )
    assert second["api_version"] == PRODUCTS[product]
    assert (second["made_from"], second.get("count")) == (("list", HISTORY + 1) if form == "json" else ("export", None))


@pytest.mark.parametrize("v1_export", ["page", "file"])
def test_quartet_with_the_oldest_version(server: Server, tmp_path: Path, v1_export: str) -> None:
    """Its export is documented to be the page itself. If it answers with a file, the list is read instead."""
    server.switch(product="1.0", v1_export=v1_export)
    result = quartet(server, tmp_path / "evidence.json", format="json")
    assert (result["api_version"], result["made_from"]) == ("v1", "export" if v1_export == "page" else "list")
    first = sessions_in(tmp_path / "evidence.json")
    listed = drive("vbaz_info", server, resource="sessions")["resources"]
    assert first == listed and len(first) == result["count"] > 50


OLDER = ["3.0", "5.0", "6.0", "7.0"]


@pytest.mark.parametrize("product", OLDER)
@pytest.mark.parametrize("accept", ["csv", "refuse"])
@pytest.mark.parametrize("answer", ["file", "page"])
def test_quartet_with_older_versions(server: Server, tmp_path: Path, product: str, accept: str, answer: str) -> None:
    """Where the export is answered with JSON, whatever was asked for, that is the content."""
    server.switch(product=product, older_export=answer, other_accept=accept)
    result = quartet(server, tmp_path / "evidence.json", format="json")
    assert result["made_from"] == ("export" if answer == "page" else "list")
    first = sessions_in(tmp_path / "evidence.json")
    listed = drive("vbaz_info", server, resource="sessions")["resources"]
    assert first == listed and len(first) == result["count"] > 50
    filtered = export(server, tmp_path / "some.json", format="json", status=["Error"])
    assert filtered["made_from"] == "list"


@pytest.mark.parametrize("product", OLDER)
@pytest.mark.parametrize("form", ["csv", "xml"])
def test_no_file_of_an_older_version_is_json(server: Server, tmp_path: Path, product: str, form: str) -> None:
    server.switch(product=product, older_export="page")
    assert "answers the export with JSON, and not with a file. Use format json." in refused(
        server, tmp_path / "x", format=form
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("product", ["8.0", "8.1"])
def test_where_the_export_is_a_file_it_is_not_asked_for_json(server: Server, tmp_path: Path, product: str) -> None:
    server.switch(product=product)
    export(server, tmp_path / "evidence.json", format="json")
    assert not [path for path in server.journal.counts if path.endswith("/export")]


def test_who_may_not_export_reads_the_list(server: Server, tmp_path: Path) -> None:
    server.switch(product="3.0", older_export="page", read_only_export="refuse")
    login = {"username": server.viewer.username, "password": server.viewer.password}
    assert export(server, tmp_path / "evidence.json", format="json", **login)["made_from"] == "list"


def test_an_older_export_that_is_not_whole_is_no_evidence(server: Server, tmp_path: Path) -> None:
    server.switch(product="3.0", older_export="page")
    server.faults.add(do="truncate", path="/export$")
    refused(server, tmp_path / "x", format="json")
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_version_has_no_files(server: Server, tmp_path: Path) -> None:
    server.switch(product="1.0")
    for form in ("csv", "xml"):
        assert "answers the export with JSON, and not with a file. Use format json." in refused(
            server, tmp_path / "x", format=form
        )
        assert "takes no filters. Use format json" in refused(server, tmp_path / "x", format=form, status=["Error"])
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_version_is_filtered_by_its_list(server: Server, tmp_path: Path) -> None:
    server.switch(product="1.0")
    others = session(2), session(3, status="Error", policy="Test machines"), session(4, status="Error", hours=900)
    seeded(server, session(1, status="Error"), *others)
    since = ago(100).strftime("%Y-%m-%d")
    result = export(server, tmp_path / "x.json", format="json", name=MACHINES, status=["Error"], **{"from": since})
    assert (result["made_from"], result["count"]) == ("list", 1)
    assert [row["id"] for row in sessions_in(tmp_path / "x.json")] == ["1"]


# -- the filters -------------------------------------------------------------------------------------------------------

CHOICES: dict[str, dict[str, Any]] = {
    "everything": {},
    "a policy": {"policy_id": POLICIES[MACHINES]},
    "a policy by its name": {"name": DATABASES.upper()},
    "a status": {"status": ["Error", "Canceled"]},
    "a type": {"session_types": ["PolicyBackup"]},
    "types": {"session_types": ["PolicyArchive", "FileLevelRestore", "RepositoryTasks", "Retention", "HealthCheck"]},
    "a workload": {"session_types": ["PolicyBackup", "PolicyArchive"], "workload_types": ["SQL", "CosmosDb"]},
    "since": {"from": ago(200).strftime("%Y-%m-%d")},
    "until": {"to": ago(200).strftime("%Y-%m-%dT%H:%M:%SZ")},
    "a day": {"from": ago(200).strftime("%Y-%m-%d"), "to": ago(200).strftime("%Y-%m-%d")},
    "all at once": {"name": MACHINES, "status": ["Success"], "session_types": ["PolicyBackup"], "from": "2020-01-01"},
    "nothing": {"status": ["NeverExecuted"]},
}


@pytest.mark.parametrize("options", CHOICES.values(), ids=CHOICES)
@pytest.mark.parametrize("product", ["8.1", "8.0"])
def test_the_export_and_the_list_choose_the_same_sessions(
    server: Server, tmp_path: Path, options: dict[str, Any], product: str, request: pytest.FixtureRequest
) -> None:
    """The appliance filters its own file, and the list is filtered here."""
    server.switch(product=product)
    if "types" in request.node.callspec.id:
        # A type that no source can place would be an error, so these types only: they are certain.
        kinds = ("SqlPolicyArchive", "RepositoryEdit", "VmSnapshotRetention", "HealthCheck", "FileShareFileRestore")
        seeded(server, *(session(number, kind) for number, kind in enumerate((*kinds, "RestoreVms"), 1)))
    export(server, tmp_path / "x.csv", **options)
    count = export(server, tmp_path / "x.json", format="json", **options)["count"]
    assert lines(tmp_path / "x.csv") == count
    assert (count > 0) is (options != CHOICES["nothing"])


def test_sessions_are_chosen_by_their_ids(server: Server, tmp_path: Path) -> None:
    export(server, tmp_path / "all.json", format="json")
    ids = [row["id"] for row in sessions_in(tmp_path / "all.json")]
    chosen = [ids[70], ids[3], ids[70]]
    assert export(server, tmp_path / "x.json", format="json", session_ids=chosen)["count"] == 2
    assert [row["id"] for row in sessions_in(tmp_path / "x.json")] == chosen[:2]
    export(server, tmp_path / "x.csv", session_ids=chosen)
    assert lines(tmp_path / "x.csv") == 2


def test_a_session_id_that_does_not_exist_is_named(server: Server, tmp_path: Path) -> None:
    message = refused(server, tmp_path / "x.json", format="json", session_ids=["5e550000-0000-4000-8000-0000000fffff"])
    assert "There is no session '5e550000-0000-4000-8000-0000000fffff'" in message
    assert list(tmp_path.iterdir()) == []


def test_a_session_that_no_source_can_place_is_named(server: Server, tmp_path: Path) -> None:
    seeded(server, session(1), session(2, "ConfigurationBackupDeletion", policy=""))
    message = refused(server, tmp_path / "x.json", format="json", session_types=["Deletion"])
    assert "-000000000002 has the type ConfigurationBackupDeletion, and no source tells" in message
    both = ["Deletion", "ConfigurationBackup"]
    assert export(server, tmp_path / "x.json", format="json", session_types=both)["count"] == 1


def test_a_policy_name_means_the_whole_name(server: Server, tmp_path: Path) -> None:
    """The appliance may take a name for a part of a name, so it gets the id."""
    message = refused(server, tmp_path / "x", name="backup")
    assert "There is no policy 'backup'; there are: Backup Policy, Databases" in message
    assert not asked(server, "/export")
    export(server, tmp_path / "x", name=MACHINES)
    assert asked(server, "/export")[0]["body"] == {"policyId": POLICIES[MACHINES]}


def test_an_export_without_filters_has_no_body(server: Server, tmp_path: Path) -> None:
    for form, accept in (("csv", "text/csv"), ("xml", "application/xml")):
        export(server, tmp_path / "x", format=form)
        request = asked(server, "/export")[-1]
        assert (request["headers"]["Accept"], request["body"]) == (accept, None)


def test_a_reader_may_export(server: Server, tmp_path: Path) -> None:
    reader = {"username": server.viewer.username, "password": server.viewer.password}
    assert export(server, tmp_path / "x", **reader)["size"] > 0
    server.switch(read_only_export="refuse")
    assert "'auditor' needs a role" in refused(server, tmp_path / "x", **reader)


# -- the file ----------------------------------------------------------------------------------------------------------


def test_a_file_in_a_directory_is_named_after_the_appliance(server: Server, tmp_path: Path) -> None:
    assert export(server, tmp_path, format="xml")["path"] == str(tmp_path / f"{server.hostname}_sessions.xml")
    result = export(server, f"{tmp_path}/of this year/")
    assert result["path"] == str(tmp_path / "of this year" / f"{server.hostname}_sessions.csv")
    assert Path(result["path"]).stat().st_size == result["size"]


def test_check_mode_makes_no_directory(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.csv"
    assert drive("vbaz_session_export", server, check=True, dest=str(path))["changed"] is True
    assert list(tmp_path.iterdir()) == []
    export(server, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_dest_that_cannot_be_a_file_is_refused_before_any_request(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / f"{server.hostname}_sessions.csv").mkdir()
    for dest in (tmp_path, tmp_path / "file" / "x.csv"):
        assert "Name" in refused(server, dest)
    assert not server.journal.entries


@pytest.mark.parametrize(
    "options",
    [
        {"from": "yesterday"},
        {"from": "2026-09-01T10:00:00"},
        {"from": "2026-09-02", "to": "2026-09-01"},
        {"session_ids": []},
        {"session_ids": ["1"], "status": ["Error"]},
        {"policy_id": "Backup Policy"},
    ],
    ids=str,
)
def test_bad_input_is_refused_before_any_request(server: Server, tmp_path: Path, options: dict[str, Any]) -> None:
    assert refused(server, tmp_path / "x", **options)
    assert not server.journal.entries


# -- JSON --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [[], [{"id": "1"}], [{"id": "1", "b": [1, None], "a": "Größe 🔑 \"'\\ \u2028"}, {"id": "2", "x": "\ud800"}]],
    ids=len,
)
def test_a_document_holds_all_its_sessions(rows: list[dict[str, Any]]) -> None:
    document = SessionDocument(iter(rows))
    text = b"".join(document.pieces()).decode()
    assert json.loads(text) == {"offset": 0, "limit": -1, "totalCount": len(rows), "results": rows}
    assert document.count == len(rows)
    # split() and not splitlines(): only \n ends a line of JSON.
    assert len(text.split("\n")) == (len(rows) + 3 if rows else 2)


def test_the_order_of_keys_does_not_change_the_document() -> None:
    one, other = ({"id": "1", "type": "x"}, {"type": "x", "id": "1"})
    assert b"".join(SessionDocument([one]).pieces()) == b"".join(SessionDocument([other]).pieces())
