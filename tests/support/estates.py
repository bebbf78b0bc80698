# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small estates, bundles of them, and the questions that several tests put to a simulated server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.bundle import (
    Bundle,
    ServerIdentity,
    render,
    write_bundle,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.secrets import slots
from simulator.testing import Pair, Server, estate
from support.tasks import drive, secrets_for

# The spelling of the records below: the newest that the default pair has in common.
REVISION = "1.2-rev1"
SOURCE = ServerIdentity(
    "srv04.tech.local", "11111111-2222-4333-8444-555555555555", "12.3.1.1139", ("srv04.tech.local",)
)
TARGET_NAME = "backupserver02.tech.local"
# POSTs that change nothing.
HARMLESS = ("/export", "/oauth2/token", "/oauth2/logout")
# Longer than what a message quotes of an answer.
PRIVATE_KEY = (
    "-----BEGIN PRIVATE KEY-----\n" + "\n".join(f"Qk{line:02}&canary+{line * 7919:060}" for line in range(30)) + "\n"
)

Record = dict[str, Any]


def account(unique: str | None, username: str = "tech\\service", **other: Any) -> Record:
    """A Standard credentials record, without its password as an export has it."""
    return {
        "type": "Standard",
        "username": username,
        "password": "",
        "description": "",
        "uniqueId": unique,
        "linuxAdditionalSettings": None,
        **other,
    }


def linux_account(unique: str) -> Record:
    """A Linux credentials record, without its secrets."""
    settings = {"SSHPort": 22, "elevateToRoot": True, "privateKey": "", "passphrase": "", "rootPassword": ""}
    return account(unique, "root", type="Linux", linuxAdditionalSettings=settings)


def cloud_account(kind: str, unique: str, **fields: Any) -> Record:
    """A cloud credentials record of this type."""
    return {"type": kind, "description": "", "uniqueId": unique, **fields}


def linux_host(name: str, login: Record) -> Record:
    return {
        "type": "LinuxHost",
        "name": name,
        "description": "",
        "credentials": {"credentialsName": login["username"], "credentialsTag": login["uniqueId"]},
        "sshFingerprint": "ssh-rsa a9:8d:82:e6:2e:1a:d7:0a:44:5a:b0:14:22:f1:b8:e8",
    }


def repository(name: str, host: str, path: str = "/backups", unique: str = "") -> Record:
    return {
        "type": "LinuxLocal",
        "name": name,
        "description": "",
        "uniqueId": unique or f"{name}-id",
        "hostName": host,
        "repository": {"path": path, "taskLimitEnabled": True, "maxTaskCount": 4},
        "mountServer": {"mountServerName": host, "writeCacheFolder": "/cache", "vPowerNFSEnabled": False},
    }


def bucket(name: str, tag: str | None, unique: str, **other: Any) -> Record:
    """Object storage, which belongs to one server; `name` and `tag` are those of its cloud account."""
    return {
        "type": "S3Compatible",
        "name": "Bucket",
        "description": "",
        "uniqueId": unique,
        "account": {
            "servicePoint": "https://s3.tech.local",
            "regionId": "eu-1",
            "credentials": {"name": name, "tag": tag, "type": "Amazon"},
            "connectionSettings": {"connectionType": "Direct", "gatewayServers": []},
        },
        "bucket": {"bucketName": "backups", "folderName": "vbr"},
        **other,
    }


def proxy(host: str) -> Record:
    return {"type": "ViProxy", "description": "", "server": {"hostName": host, "transportMode": "auto"}}


def job(name: str, target: Record | None = None, after: str = "", **other: Any) -> Record:
    """A job that writes to a repository record, or else to the default repository; `after` chains it."""
    wanted = target or {"name": "Default Backup Repository", "uniqueId": ""}
    return {
        "type": "Backup",
        "name": name,
        "description": "",
        "isHighPriority": False,
        "virtualMachines": {"includes": []},
        "storage": {"backupRepository": {"name": wanted["name"], "uniqueId": wanted["uniqueId"]}},
        "guestProcessing": {},
        "schedule": {"runAutomatically": True, "afterThisJob": {"isEnabled": bool(after), "jobName": after or None}},
        **other,
    }


def estate_of(**lists: list[Any]) -> dict[str, dict[str, list[Any]]]:
    """An estate by the names of its lists: `credentials`, `linuxHosts`, `LinuxLocalRepositories`, `proxies`, `jobs`."""
    kinds = {"linuxHosts": "managedServers", "LinuxLocalRepositories": "repositories"}
    return {kinds.get(name, name): {name: rows} for name, rows in lists.items()}


def chain_of_four() -> dict[str, dict[str, list[Record]]]:
    """An account, a host that needs it, a repository that needs the host, a job that needs the repository."""
    login = account("service-account")
    store = repository("Store", "linux01.tech.local")
    return estate_of(
        credentials=[login],
        linuxHosts=[linux_host("linux01.tech.local", login)],
        LinuxLocalRepositories=[store],
        jobs=[job("Nightly", store)],
    )


# The secret that chain_of_four needs.
CHAIN_SECRETS = {"credentials": {"service-account": {"password": "Kf8+vT3&service=Qz1%"}}}


def bundle_of(
    directory: Path, estate: dict[str, Any], revision: str = REVISION, source: ServerIdentity = SOURCE
) -> str:
    """Write a bundle as an export would; returns its path as a module takes it."""
    write_bundle(directory, render(Bundle(revision, source, estate, "2026-01-01T00:00:00Z", tuple(slots(estate)))))
    return str(directory)


def exported(pair: Pair, directory: Path, **options: Any) -> str:
    """Export the source for the target into a bundle; returns its path."""
    peer = {"hostname": pair.target.hostname, "port": pair.target.port, "ca_path": pair.target.ca_path}
    result = drive("export", pair.source, dest=str(directory), **{"for_server": peer, **options})
    assert not result.get("failed"), result["msg"]
    return str(directory)


def manifest(bundle: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((Path(bundle) / "manifest.json").read_text())
    return content


def secrets_of(bundle: str) -> dict[str, dict[str, dict[str, str]]]:
    """A made-up secret for each of the bundle's slots."""
    return secrets_for(manifest(bundle))


def writes(server: Server) -> list[str]:
    """The requests that could have changed something, in order, as "METHOD path"."""
    return [
        f"{entry['method']} {entry['path']}"
        for entry in server.journal.entries
        if entry["method"] != "GET" and not entry["path"].endswith(HARMLESS)
    ]


def rows(server: Server, kind: str, group: str = "") -> list[Record]:
    """What the server has of a kind, in the newest spelling."""
    return [row["body"] for row in estate(server)[kind] if group in ("", row["group"])]


def actions(result: dict[str, Any], kind: str = "") -> dict[str, str]:
    """The plan of an import as key -> action."""
    return {item["key"]: item["action"] for item in result["plan"] if kind in ("", item["kind"])}


def codes(result: dict[str, Any], severity: str = "") -> list[str]:
    """The codes of a result's findings."""
    return [finding["code"] for finding in result["findings"] if severity in ("", finding["severity"])]
