# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes estates of any size: n jobs, and everything they refer to, from the shipped source seed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).parent / "vbr_source.json"
JOBS_PER_REPOSITORY = 50
JOBS_PER_CREDENTIALS = 20
JOBS_PER_HOST = 100
MACHINES_PER_JOB = 24
MACHINES = range(MACHINES_PER_JOB)
Body = dict[str, Any]


def estate_of(jobs: int) -> dict[str, Any]:
    """A seed with `jobs` jobs of about 10 KB each; credentials, hosts, repositories and proxies grow along."""
    seed: dict[str, Any] = json.loads(SHIPPED.read_bytes())
    estate = seed["estate"]
    hosts = [_host(estate, number) for number in range(-(-jobs // JOBS_PER_HOST))]
    credentials = [_credentials(number) for number in range(-(-jobs // JOBS_PER_CREDENTIALS))]
    repositories = [_repository(estate, number, hosts) for number in range(-(-jobs // JOBS_PER_REPOSITORY))]
    model = estate["jobs"]["jobs"][0]
    estate["jobs"]["jobs"] = [_job(model, number, repositories, credentials) for number in range(jobs)]
    estate["credentials"]["credentials"] += credentials
    estate["managedServers"]["linuxHosts"] += hosts
    estate["repositories"]["LinuxLocalRepositories"] += repositories
    estate["proxies"]["proxies"] += [_proxy(estate, host) for host in hosts]
    return seed


def _copy(body: Body) -> Body:
    copied: Body = json.loads(json.dumps(body))
    return copied


def _credentials(number: int) -> Body:
    return {
        "type": "Standard",
        "username": f"tech\\service{number:04}",
        "password": f"Vh6&generated+{number:04}%Bn3=#",
        "description": "Generated",
        "uniqueId": f"generated-credentials-{number:04}",
        "linuxAdditionalSettings": None,
    }


def _host(estate: Body, number: int) -> Body:
    host = _copy(estate["managedServers"]["linuxHosts"][0])
    host["name"] = f"linux{number:04}.tech.local"
    return host


def _repository(estate: Body, number: int, hosts: list[Body]) -> Body:
    repository = _copy(estate["repositories"]["LinuxLocalRepositories"][0])
    repository["name"] = f"Repository {number:04}"
    repository["uniqueId"] = f"{number:032X}"
    repository["hostName"] = hosts[number % len(hosts)]["name"]
    repository["repository"]["path"] = f"/backups/{number:04}"
    return repository


def _proxy(estate: Body, host: Body) -> Body:
    proxy = _copy(estate["proxies"]["proxies"][-1])
    proxy["server"]["hostName"] = host["name"]
    return proxy


def _job(model: Body, number: int, repositories: list[Body], credentials: list[Body]) -> Body:
    job = _copy(model)
    job.pop("_state", None)
    repository = repositories[number % len(repositories)]
    account = credentials[number % len(credentials)]
    job["name"] = f"Backup Job {number:05}"
    job["virtualMachines"]["includes"] += [_machine(model, number * MACHINES_PER_JOB + each) for each in MACHINES]
    job["storage"]["backupRepository"] = {"name": repository["name"], "uniqueId": repository["uniqueId"]}
    job["guestProcessing"]["guestCredentials"]["creds"] = {
        "credentialsName": account["username"],
        "credentialsTag": account["uniqueId"],
    }
    return job


def _machine(model: Body, number: int) -> Body:
    machine = _copy(model["virtualMachines"]["includes"][0])
    return machine | {"type": "VirtualMachine", "name": f"vm{number:06}", "objectId": f"vm-{number:06}"}
