# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unstructured data servers: file servers, shares, filers and object storage (facts/vbr_beyond_automation.md 1)."""

from __future__ import annotations

from ..._core.option import TEXTS, choice
from ..migration.kinds import UNSTRUCTURED_DATA_SERVERS as MOVED
from ..migration.kinds import first_of_types
from ..resource.codecs import Owner, Ref
from ..resource.places import Part, When
from ..resource.schema import KEY, NEEDED, Field, Flag, Resource, Variant
from .cloud_credentials import CLOUD_ACCOUNT
from .credentials import ACCOUNT
from .job import BACKUP_TARGET
from .managed_server import HOST
from .proxy import PROXIES
from .repository import STORE
from .settings import SETTINGS_FIELD

SINCE = "1.3-rev1"
TYPES = first_of_types(MOVED)
HOSTS, FILERS = ("FileServer",), ("NASFiler",)
SMB, NFS = ("SMBShare", "SANSMBShare"), ("NFSShare", "SANNFSShare")
SHARES = (*SMB, *NFS)
AZURE = ("AzureBlob", "AzureDataLake")
BUCKETS = ("S3Compatible", "AmazonS3")
STORAGES = (*BUCKETS, *AZURE)
PROCESSING = "processing"
FILE_PROXY = Ref(PROXIES, "backup proxy", only={"type": "GeneralPurposeProxy"}, owner=Owner(HOST, ("server", "hostId")))


def _called(*types: str) -> When:
    return When(types=types)


UNSTRUCTURED_DATA_SERVER = Resource(
    what="unstructured data server",
    kind="unstructured_data_servers",
    order=74,
    path="/api/v1/inventory/unstructuredDataServers",
    since=SINCE,
    deleted_in_use=True,
    fields={
        "type": Field(
            choice(*TYPES, required=True),
            when=When(choices={each: since for each, since in TYPES.items() if since != SINCE}),
            role=KEY,
        ),
        # What it is called by depends on its type, as nobody gives it a name.
        "host": Field(at="hostId", when=_called(*HOSTS), role=KEY, codec=HOST, needed=NEEDED),
        "path": Field(when=_called(*SHARES), role=KEY, needed=NEEDED),
        "storage": Field(at="storageHostId", when=_called(*FILERS), role=KEY, codec=STORE, needed=NEEDED),
        "friendly_name": Field(at="account.friendlyName", when=_called(*STORAGES), role=KEY, needed=NEEDED),
        "credentials": Field(
            at="accessCredentialsId",
            when=_called(*SMB, *FILERS),
            codec=ACCOUNT,
            flag=Flag(Part("accessCredentialsRequired"), given=True),
        ),
        "cloud_credentials": Field(
            at="account.credentialsId", when=_called(*STORAGES), codec=CLOUD_ACCOUNT, needed=NEEDED
        ),
        "region_type": Field(
            choice("Global", "China", "Government"), at="account.regionType", when=_called("AmazonS3", *AZURE)
        ),
        "region": Field(at="account.regionId", when=_called(*BUCKETS)),
        "service_point": Field(at="account.servicePoint", when=_called("S3Compatible")),
        "cache_repository": Field(at=f"{PROCESSING}.cacheRepositoryId", codec=BACKUP_TARGET, needed=NEEDED),
        "io_control": Field(
            choice("Lowest", "Low", "Medium", "High", "Highest"), at=f"{PROCESSING}.backupIOControlLevel"
        ),
        "proxies": Field(
            TEXTS,
            at=f"{PROCESSING}.backupProxies.proxyIds",
            when=_called(*SHARES, *STORAGES),
            codec=FILE_PROXY,
            initial=[],
            unordered=True,
            flag=Flag(Part(f"{PROCESSING}.backupProxies.autoSelectEnabled"), given=False),
        ),
        "settings": SETTINGS_FIELD,
    },
    variants=(
        Variant(
            AZURE,
            {"friendly_name": "friendlyName", "cloud_credentials": "credentialsId", "region_type": "regionType"},
        ),
    ),
)
