# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server shows of things that it has no list of, or that no call brings to another server. Pure.

Tape or continuous data protection have no list, but use the licence; of a lab there is a session. Each such sign makes
a line of the plan, by name. Sources: facts/vbr_beyond_automation.md 5 and 7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from ..._core.compare import value_at
from ..._core.shape import BOOLEAN, STRING, Shape
from .collection import Record
from .kind import BY_HAND
from .kinds import CLOUD_CREDENTIALS, JOBS, MANAGED_SERVERS, OTHER_SETTINGS, OTHER_WORKLOADS

Row = Mapping[str, Any]
# The name and the type of what a row is a sign of; none if it is none.
# Spelled so because sanity's pylint takes `|` between types for an operation.
Named = Optional[tuple[str, str]]  # noqa: UP045

API = "/api/v1"
REV12, REV0, REV1, REV2 = "1.2-rev1", "1.3-rev0", "1.3-rev1", "1.3-rev2"
# Types of lines that are no type of the product.
CDP, CLOUD_CONNECT = "CDP", "CloudConnect"


@dataclass(frozen=True)
class Sign:
    """One question whose answer shows things of a `kind`, since a revision, at `path`, and what is used of a row.

    `{id}` in the path is that of each object of the kind `of` that has one of these `types`; without it a row has the
    id of one. The rows are those of a list with pages, or what is `inside` a single object; `""` there means the object
    itself. `named` tells what a row is a sign of, given the name of the object that it belongs to. An `optional` one is
    refused by servers that have nothing to show. `unlisted` are only those whose name no job of the server has.
    """

    what: str
    kind: str
    path: str
    since: str
    named: Callable[[Row, str], Named]
    row: Shape = field(default_factory=dict)
    inside: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    of: str = ""
    types: frozenset[str] = frozenset()
    optional: bool = False
    unlisted: bool = False


def line(name: str, type_: str, kind: str) -> Record:
    """What is kept of a thing: its name is its key. Two workloads of one name differ by their type."""
    key = f"{name} ({type_})" if kind == OTHER_WORKLOADS.name and type_ else name
    return {BY_HAND: key, "name": name, "type": type_}


# --- the licence ------------------------------------------------------------------------------------------------------

# What uses the licence and has a list of its own: jobs, servers, tenants.
LISTED_PLATFORMS = frozenset(
    {
        *("VMware", "HyperV", "UnstructuredData", "UnstructuredDataServer", "Amazon2Nas", "Azure2Nas"),
        *("S3Compatible2Nas", "WindowsWorkstation", "WindowsServer", "LinuxWorkstation", "LinuxServer"),
        *("AzureEntraId", "Iris"),
    }
)
# Up to 1.2-rev1 a workload has no platform: these words in its type, in small letters, tell it.
WORDS_OF_TYPES = (
    ("tape", "File2TapeServer"),
    ("cdp", "UniversalCdpWindows"),
    ("nutanix", "NutanixAhv"),
    ("proxmox", "Proxmox"),
    *((word, "Application") for word in ("oracle", "sap", "application", "plug-in")),
)


def _workload(row: Row, _of: str) -> Named:
    platform = str(row.get("platformType") or "")
    if not platform:
        said = str(row.get("type") or "").lower()
        platform = next((platform for word, platform in WORDS_OF_TYPES if word in said), "")
    return (str(row["name"]), platform) if platform and platform not in LISTED_PLATFORMS else None


def _cloud_connect(row: Row, _of: str) -> Named:
    return ("Cloud Connect", CLOUD_CONNECT) if row.get("cloudConnect") in ("Enabled", "Enterprise") else None


# --- replicas, backups, sessions, states of jobs ----------------------------------------------------------------------

# Platforms of backups whose jobs have a list.
LISTED_BACKUPS = frozenset(
    {
        *("VMware", "HyperV", "CloudDirector", "WindowsPhysical", "LinuxPhysical", "EntraID", "UnstructuredData"),
        *("Iris", "Test"),
    }
)
# What has no list but its sessions, which have its name; by the first revision that has the type.
SESSIONS: Mapping[str, tuple[str, ...]] = {
    REV12: ("SureBackup",),
    REV0: ("FailoverPlan",),
    REV2: (
        "PlatformServiceJob",
        "PlatformBackupJob",
        "PlatformSnapshotJob",
        "PlatformSnapshotCopyJob",
        "StorageDiscovery",
        "EndpointBackup",
    ),
}


def _continuous(row: Row, _of: str) -> Named:
    return (str(row["name"]), CDP) if row.get("type") == CDP else None


def _backup(row: Row, _of: str) -> Named:
    platform = str(row.get("platformName") or "")
    return (str(row["name"]), platform) if platform and platform not in LISTED_BACKUPS else None


def _state(row: Row, _of: str) -> Named:
    return str(row["name"]), str(row.get("type") or "")


def _session(row: Row, _of: str) -> Named:
    return str(row["name"]), str(row.get("sessionType") or "")


# --- settings, and what belongs to single objects ---------------------------------------------------------------------


def _if(path: str, wanted: Any, name: str) -> Callable[[Row, str], Named]:
    """A setting that is worth a line where a field has a value."""
    steps = tuple(path.split("."))

    def named(row: Row, _of: str) -> Named:
        return (name, name) if value_at(row, steps) == wanted else None

    return named


def _each(what: str, *fields: str) -> Callable[[Row, str], Named]:
    """Something that has one of these fields as its name, `of` what it belongs to."""
    paths = [tuple(each.split(".")) for each in fields]

    def named(row: Row, of: str) -> Named:
        name = next((str(found) for path in paths if (found := value_at(row, path))), "")
        said = f"{what} {name}".rstrip()
        return (f"{said} of {of}" if of else said), what

    return named


def _default(_row: Row, of: str) -> Named:
    return (f"default mount server {of}", "default mount server") if of else None


def _suppressed(row: Row, _of: str) -> Named:
    named = str(row["bestPractice"])
    return (f"suppressed best practice {named}", "suppressed best practice") if row["status"] == "Suppressed" else None


def _excluded(row: Row, _of: str) -> Named:
    return f"malware exclusion {row['name']} ({row.get('platform')})", "malware exclusion"


def _volumes(row: Row, of: str) -> Named:
    """The volumes of a host that somebody has set something for, or whose tracking of changes is off."""
    as_new = not row.get("volumes") and row.get("changedBlockTracking") and row.get("failoverToVSSProvider")
    return None if as_new else (f"volumes of {of}", "volumes")


def _sessions() -> Iterator[Sign]:
    for since, types in SESSIONS.items():
        for each in types:
            yield Sign(
                f"sessions of the type {each}",
                OTHER_WORKLOADS.name,
                f"{API}/sessions",
                since,
                _session,
                {"name!": STRING, "sessionType": STRING},
                params={"typeFilter": each},
                unlisted=True,
            )


def _setting(what: str, path: str, since: str, named: Callable[[Row, str], Named], row: Shape, **more: Any) -> Sign:
    return Sign(what, OTHER_SETTINGS.name, f"{API}/{path}", since, named, row, **more)


NAMED: Shape = {"name!": STRING, "type": STRING, "platformType": STRING, "platformName": STRING}
SIGNS: tuple[Sign, ...] = (
    Sign("states of jobs", JOBS.name, f"{API}/jobs/states", REV0, _state, NAMED, unlisted=True),
    Sign("workloads of the licence", OTHER_WORKLOADS.name, f"{API}/license/instances", REV12, _workload, NAMED),
    Sign(
        "the licence",
        OTHER_WORKLOADS.name,
        f"{API}/license",
        REV12,
        _cloud_connect,
        {"cloudConnect": STRING},
        inside="",
    ),
    Sign("replicas", OTHER_WORKLOADS.name, f"{API}/replicas", REV12, _continuous, NAMED),
    Sign("backups", OTHER_WORKLOADS.name, f"{API}/backups", REV12, _backup, NAMED, unlisted=True),
    *_sessions(),
    _setting(
        "the default mount servers",
        "backupInfrastructure/mountServers/default",
        REV0,
        _default,
        {"id!": STRING},
        inside="data",
        of=MANAGED_SERVERS.name,
    ),
    _setting(
        "volumes of Hyper-V hosts",
        "backupInfrastructure/managedServers/{id}/volumes",
        REV0,
        _volumes,
        {"volumes": [], "changedBlockTracking": BOOLEAN, "failoverToVSSProvider": BOOLEAN},
        inside="",
        of=MANAGED_SERVERS.name,
        types=frozenset({"HvServer"}),
    ),
    _setting(
        "helper appliances of cloud accounts",
        "cloudCredentials/{id}/helperAppliances",
        REV12,
        _each("helper appliance", "vmName", "location", "storageAccount"),
        {"vmName": STRING, "location": STRING, "storageAccount": STRING},
        of=CLOUD_CREDENTIALS.name,
        types=frozenset({"AzureCompute"}),
    ),
    _setting(
        "templates of helper appliances",
        "backupInfrastructure/helperApplianceTemplates",
        REV2,
        _each("helper appliance template", "spec.location"),
        {"spec": {"location": STRING}},
    ),
    _setting(
        "best practices of the security analyzer",
        "securityAnalyzer/bestPractices",
        REV12,
        _suppressed,
        {"bestPractice!": STRING, "status!": STRING},
        inside="items",
    ),
    _setting(
        "exclusions from malware detection",
        "malwareDetection/backupObjects/exclusions",
        REV2,
        _excluded,
        {"name!": STRING, "platform": STRING},
    ),
    _setting(
        "how hosts are trusted",
        "generalOptions/hostAuthentication",
        REV2,
        _if("mode", "TrustSpecified", "trusted hosts"),
        {"mode": STRING},
        inside="",
    ),
    _setting(
        "the switch of the second factor",
        "security/settings",
        REV1,
        _if("mfaEnabled", True, "second factor"),
        {"mfaEnabled": BOOLEAN},
        inside="",
    ),
    _setting(
        "the high availability cluster",
        "highAvailabilityCluster",
        REV2,
        _each("high availability cluster", "name"),
        {"name": STRING},
        inside="",
        optional=True,
    ),
    _setting(
        "events of the appliance",
        "generalOptions/vsaEventForwarding",
        REV2,
        _if("enabled", True, "events of the appliance"),
        {"enabled": BOOLEAN},
        inside="",
        optional=True,
    ),
    _setting(
        "metrics of the appliance",
        "generalOptions/nodeExporterSettings",
        REV2,
        _if("metricsSharingEnabled", True, "metrics of the appliance"),
        {"metricsSharingEnabled": BOOLEAN},
        inside="",
        optional=True,
    ),
)


def signs_of(kind: str) -> list[Sign]:
    """The signs of a kind."""
    return [sign for sign in SIGNS if sign.kind == kind]
