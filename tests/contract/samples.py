# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies made from the vendor's schemas alone: every documented field, with one of its documented values.

`import_body(contract, revision, kind, variant)` takes other values of enums, discriminators and flags in each variant,
so that some twenty variants have most values and all fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .checker import Contract
from .quirks import TWELVE_HOUR_REVISIONS
from .schemas import Schema, component_name

# The schemas allow any type in any list; a server exports only the one that the list is for.
LIST_TYPES: Mapping[str, str] = {
    "windowsHosts": "WindowsHost",
    "linuxHosts": "LinuxHost",
    "viHosts": "ViHost",
    "cloudDirectorHosts": "CloudDirectorHost",
    "WindowsLocalRepositories": "WinLocal",
    "LinuxLocalRepositories": "LinuxLocal",
    "SmbRepositories": "Smb",
    "NfsRepositories": "Nfs",
    "AzureBlobStorages": "AzureBlob",
    "AzureDataBoxStorages": "AzureDataBox",
    "AmazonS3Storages": "AmazonS3",
    "AmazonSnowballEdgeStorages": "AmazonSnowballEdge",
    "S3CompatibleStorages": "S3Compatible",
    "GoogleCloudStorages": "GoogleCloud",
    "IBMCloudStorages": "IBMCloud",
    "AmazonS3GlacierStorages": "AmazonS3Glacier",
    "AzureArchiveStorages": "AzureArchive",
    "WasabiCloudStorages": "WasabiCloud",
    "LinuxHardenedRepositories": "LinuxHardened",
}
# The types of inventory objects that a job protects.
PREFERRED_VALUES = ("VirtualMachine",)

_FORMATS = {"uuid": "6745a759-2205-4cd2-b172-8ec8f7e60ef8", "date-time": "2024-05-01T10:00:00+02:00"}


def import_body(contract: Contract, revision: str, kind: str, variant: int = 0) -> dict[str, Any] | None:
    """The body of the import of a kind with one record in each list; None where the revision does not have the kind."""
    operations = contract.document(revision)["paths"].get(f"/api/v1/automation/{kind}/import")
    if operations is None:
        return None
    schema = operations["post"]["requestBody"]["content"]["application/json"]["schema"]
    return sample(contract, revision, schema, variant)


def sample(contract: Contract, revision: str, schema: Schema, variant: int = 0) -> dict[str, Any]:
    """One object of a schema."""
    body: dict[str, Any] = _Sampler(contract, revision, variant).sample(schema, ())
    return body


class _Sampler:
    def __init__(self, contract: Contract, revision: str, variant: int):
        self._components: Mapping[str, Schema] = contract.document(revision)["components"]["schemas"]
        self._time = "10:00 PM" if revision in TWELVE_HOUR_REVISIONS else "22:00"
        self._variant = variant

    def sample(self, schema: Schema, path: tuple[str, ...]) -> Any:
        schema = self._resolved(schema)
        if "enum" in schema:
            return self._word(schema["enum"], path)
        if "discriminator" in schema:
            return self._concrete(schema["discriminator"], path)
        properties = self._properties(schema)
        if properties:
            return {name: self.sample(part, (*path, name)) for name, part in properties.items()}
        return self._leaf(schema, path)

    def _concrete(self, discriminator: Schema, path: tuple[str, ...]) -> dict[str, Any]:
        value = self._turn(list(discriminator["mapping"]))
        concrete = self._components[component_name(discriminator["mapping"][value])]
        parts = self._properties(concrete)
        body: dict[str, Any] = {name: self.sample(part, (*path, name)) for name, part in parts.items()}
        return {**body, discriminator["propertyName"]: value}

    def _leaf(self, schema: Schema, path: tuple[str, ...]) -> Any:
        match schema.get("type"):
            case "array":
                return [self.sample(schema["items"], path)]
            case "boolean":
                return self._turn([True, False])
            case "integer" | "number":
                return max(1, schema.get("minimum", 1))
            case "string" if schema.get("format") == "time":
                return self._time
            case "string":
                return _FORMATS.get(schema.get("format", ""), f"some {path[-1]}")
        return {}

    def _word(self, choices: list[str], path: tuple[str, ...]) -> str:
        match path:
            case (group, "type") if group in LIST_TYPES:
                return LIST_TYPES[group]
        return next((word for word in PREFERRED_VALUES if word in choices), self._turn(choices))

    def _turn(self, choices: list[Any]) -> Any:
        return choices[self._variant % len(choices)]

    def _properties(self, schema: Schema) -> Schema:
        found: Schema = {}
        for part in schema.get("allOf", ()):
            found |= self._properties(self._resolved(part))
        found |= schema.get("properties", {})
        return found

    def _resolved(self, schema: Schema) -> Schema:
        return self._components[component_name(schema["$ref"])] if "$ref" in schema else schema
