# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the import on small estates: what has to go well, what has to fail, what breaks half-way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulator.testing import Server
from support.estates import (
    Record,
    account,
    bucket,
    bundle_of,
    cloud_account,
    estate_of,
    job,
    linux_host,
    repository,
    rows,
    writes,
)
from support.tasks import drive


def imported(target: Server, tmp_path: Path, estate: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Import an estate; it has to go well."""
    result = drive("import", target, **{"src": bundle_of(tmp_path / "bundle", estate), **options})
    assert not result.get("failed"), result["msg"]
    return result


def only(target: Server, kind: str, name: str) -> Record:
    """The target's one record of this name."""
    (record,) = [record for record in rows(target, kind) if record.get("name") == name]
    return record


def planned(result: dict[str, Any], key: str) -> dict[str, Any]:
    """The plan's one item of this key."""
    (item,) = [item for item in result["plan"] if item["key"] == key]
    return dict(item)


def refused(server: Server, *parts: str, task: str = "import", **options: Any) -> dict[str, Any]:
    """Run a task that has to fail: its message has all these parts, check mode says the same, nothing was written."""
    check = drive(task, server, check=True, **options)
    result = drive(task, server, **options)
    assert result.get("failed") and result["changed"] is False, result
    for part in parts:
        assert part in result["msg"]
    assert "Traceback" not in result["msg"]
    assert check == result
    assert writes(server) == []
    return result


# What two_chains needs.
CHAINS_SECRETS = {"credentials": {name: {"password": f"Kf8+vT3&{name}=Qz1%"} for name in ("one", "two")}}


def two_chains() -> dict[str, Any]:
    """Two accounts, each with a host, a repository there and a job; and a job that waits for the first job."""
    accounts = [account("one", "tech\\one"), account("two", "tech\\two")]
    hosts = [linux_host(f"{login['uniqueId']}.tech.local", login) for login in accounts]
    stores = [repository(f"Store {host['name'][:3]}", host["name"]) for host in hosts]
    jobs = [job("Nightly", stores[0]), job("Weekly", stores[1]), job("Afterwards", stores[1], after="Nightly")]
    return estate_of(credentials=accounts, linuxHosts=hosts, LinuxLocalRepositories=stores, jobs=jobs)


BUCKET_SECRETS = {**CHAINS_SECRETS, "cloudcredentials": {"bucket-key": {"secret_key": "Kf8+vT3&bucket=Qz1%"}}}
BUCKET = bucket(
    "AKIABUCKET",
    "bucket-key",
    "Bucket-id",
    mountServer={"mountServerSettingsType": "Linux", "linux": {"mountServerName": "one.tech.local"}},
)


def chains_and_a_bucket() -> dict[str, Any]:
    """Two chains, a bucket, a job that writes to it, and one that waits for that job."""
    estate = two_chains()
    estate["cloudcredentials"] = {"amazon": [cloud_account("Amazon", "bucket-key", accessKey="AKIABUCKET")]}
    estate["repositories"] = {**estate["repositories"], "S3CompatibleStorages": [BUCKET]}
    chained = job("After the bucket", estate["repositories"]["LinuxLocalRepositories"][0], after="To the bucket")
    estate["jobs"]["jobs"] += [job("To the bucket", BUCKET), chained]
    return estate


def vanishing(server: Server, unique: str) -> None:
    """Somebody deletes this account of the target when the plan is made and the import is about to begin."""

    def hear(exchange: Any) -> None:
        if (exchange.method, exchange.path.rpartition("/")[2]) == ("GET", "jobs"):
            server.app.observers.remove(hear)
            document = server.snapshot()
            accounts = document["rows"]["credentials"]
            document["rows"]["credentials"] = {
                key: row for key, row in accounts.items() if row["body"]["uniqueId"] != unique
            }
            server.restore(document)

    server.app.observers.append(hear)


def half_done(target: Server, tmp_path: Path, **other: Any) -> dict[str, Any]:
    """An import of two chains, of which one breaks at its host."""
    options: dict[str, Any] = {"src": bundle_of(tmp_path / "bundle", two_chains()), "secrets": CHAINS_SECRETS}
    drive("import", target, **options, kinds=["credentials"])
    vanishing(target, "one")
    return drive("import", target, **options, **other)
