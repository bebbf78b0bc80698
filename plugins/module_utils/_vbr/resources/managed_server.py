# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managed servers: Windows, Linux, vSphere and Cloud Director (facts/vbr.md 3.4, 3.5), Hyper-V and SMB."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..._core.errors import InvalidInput, quoted
from ..._core.operation import Params
from ..._core.option import FLAG, NUMBER, OBJECTS, REQUIRED, SECRET, Option, choice
from ..._core.shape import STRING, shaped
from ..migration.kinds import MANAGED_SERVERS as MOVED
from ..migration.kinds import first_of_types
from ..resource.calls import SecretCall
from ..resource.codecs import PrivateKey, Ref
from ..resource.places import When
from ..resource.schema import CREATE_ONLY, FIXED, KEY, LOCAL, Field, Resource, Variant
from ..revisions import NEW_NAMES_SINCE, rank
from .credentials import ACCOUNT
from .settings import SETTINGS_FIELD

MANAGED_SERVERS = "/api/v1/backupInfrastructure/managedServers"
HOST = Ref(MANAGED_SERVERS, "managed server")
LINUX, VSPHERE, DIRECTOR = ("LinuxHost",), ("ViHost",), ("CloudDirectorHost",)
HYPER_V = ("HvServer",)
OTHER_TYPES = first_of_types(MOVED)
SIGNED_IN_TO = ("WindowsHost", *LINUX)
WITH_PROOF = (*LINUX, *VSPHERE, *DIRECTOR)
SINGLE_USE = "singleUseCredentials"
SINGLE_USE_SINCE = NEW_NAMES_SINCE
FIRST_USE = "first_use"
MD5 = re.compile(r"\bMD5:|^([0-9a-f]{2}:){15}[0-9a-f]{2}$", re.I)

# The parts of single-use credentials, by option: the first one tells that there are any.
ONCE = {
    "username": "single_use_account",
    "password": "single_use_password",
    "privateKey": "single_use_private_key",
    "passphrase": "single_use_passphrase",
    "rootPassword": "single_use_root_password",
    "SSHPort": "single_use_ssh_port",
    "elevateToRoot": "single_use_elevate_to_root",
    "addToSudoers": "single_use_add_to_sudoers",
    "useSu": "single_use_use_su",
}
FLAGS = ("elevateToRoot", "addToSudoers", "useSu")
SECRETS = ("password", "privateKey", "passphrase", "rootPassword")

# What a new server proves itself with.
IS_KEY = shaped({"fingerprint!": STRING})
IS_CERTIFICATE = shaped({"certificate!": {"thumbprint!": STRING}})


def _once(key: str) -> Field:
    """One part of single-use credentials."""
    secret = key in SECRETS
    option = NUMBER if key == "SSHPort" else FLAG if key in FLAGS else Option(secret=secret)
    when = When(since=SINGLE_USE_SINCE, types=LINUX)
    codec = PrivateKey() if key == "privateKey" else None
    return Field(option, at=f"{SINGLE_USE}.{key}", when=when, role=None if secret else CREATE_ONLY, codec=codec)


def _storage(params: Params) -> str:
    """Where the credentials of a new server are kept, from what was given."""
    if params.get("single_use_account"):
        return "SingleUse"
    return "Certificate" if params.get("handshake_code") else "Permanent"


def _kind_of_account(params: Params, revision: str) -> dict[str, str]:
    """What has to be said of single-use credentials beside their parts."""
    if rank(revision) < rank("1.3-rev0"):
        return {"type": "Linux"}
    return {"type": "Linux", "authenticationType": "SshKey" if params.get("single_use_private_key") else "Password"}


def trusted(service: Any, params: Params, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a new server proves itself with, if it may be trusted. Raises InvalidInput if not."""
    once = _single_use(params, service.revision)
    said = {SINGLE_USE: _kind_of_account(params, service.revision)} if once else {}
    if params["type"] not in WITH_PROOF:
        return said
    question = {"serverName": params["name"], "type": params["type"]}
    question |= {name: body[name] for name in ("credentialsId", "port") if name in body}
    if "credentialsId" not in body:
        question |= {"credentialsStorageType": _storage(params)}
    if once:
        question |= {SINGLE_USE: once}
    by_key = params["type"] in LINUX
    fits = IS_KEY if by_key else IS_CERTIFICATE
    answer = service.call("POST", "/api/v1/connectionCertificate", question, writes=False, fits=fits)
    proof = str(answer["fingerprint"] if by_key else answer["certificate"]["thumbprint"])
    _judge(params, proof)
    return {**said, "sshFingerprint" if by_key else "certificateThumbprint": proof}


def _single_use(params: Params, revision: str) -> dict[str, Any]:
    if not params.get("single_use_account"):
        return {}
    given = {key: params[name] for key, name in ONCE.items() if params.get(name) is not None}
    return {**_kind_of_account(params, revision), **given}


def _judge(params: Params, proof: str) -> None:
    given = params.get("fingerprint")
    if given and MD5.search(given):
        raise InvalidInput(
            f"fingerprint {quoted(given)} is one by MD5, which nothing is trusted by.",
            "On the host, `ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub` says the one by SHA256.",
        )
    if given and _bare(given) != _bare(proof):
        raise InvalidInput(
            f"{params['name']} presents the fingerprint {quoted(proof)}, not {quoted(given)}.",
            "Somebody may stand between. If the host has a new key or certificate, give its fingerprint.",
        )
    if not given and params["trust"] != FIRST_USE:
        raise InvalidInput(
            f"{params['name']} presents the fingerprint {quoted(proof)}, and there is none to compare it with.",
            "Check it on the host and give it as fingerprint, or accept it with trust: first_use.",
        )


def _bare(fingerprint: str) -> str:
    """The hash alone: a thumbprint in any spelling; of a fingerprint, which is case-sensitive, what follows SHA256.

    A whole line of `ssh-keygen -lf` has the size before it and the comment behind it.
    """
    found = re.search(r"SHA256:(\S+)", fingerprint)
    if found:
        return found[1].rstrip("=")
    digits = re.sub(r"[\s:]", "", fingerprint)
    if re.fullmatch(r"[0-9A-Fa-f]{40,}", digits):
        return digits.lower()
    return fingerprint.split()[-1].rstrip("=") if fingerprint.split() else ""


def named_in_director(_service: Any, body: dict[str, Any], actual: Mapping[str, Any] | None) -> dict[str, Any]:
    """A vCenter that an existing Cloud Director gets is sent with its name in there, which is taken to be the same."""
    known = {server.get("viServerName") for server in (actual or {}).get("viServers") or []}
    for server in body.get("viServers") or [] if actual else []:
        if server["viServerName"] not in known:
            server["cloudDirectorViServerName"] = server["viServerName"]
    return body


def taken_on_trust(params: Params, body: Mapping[str, Any]) -> Iterator[str]:
    proof = body.get("sshFingerprint") or body.get("certificateThumbprint")
    if proof and not params.get("fingerprint"):
        yield f"{params['name']} is trusted on first use, with the fingerprint {quoted(proof)}. Check it on the host."


MANAGED_SERVER = Resource(
    what="managed server",
    kind="managed_servers",
    order=40,
    path=MANAGED_SERVERS,
    name_filter="name",
    kept_in_use=True,
    fields={
        "name": Field(REQUIRED, role=KEY),
        "type": Field(
            choice("WindowsHost", *LINUX, *VSPHERE, *DIRECTOR, *OTHER_TYPES),
            when=When(choices={"CloudDirectorHost": NEW_NAMES_SINCE, **OTHER_TYPES}),
            role=FIXED,
        ),
        "description": Field(initial=""),
        "credentials": Field(at="credentialsId", codec=ACCOUNT),
        "credentials_storage": Field(
            choice("Permanent", "SingleUse", "Certificate"),
            at="credentialsStorageType",
            when=When(since="1.3-rev0", types=(*SIGNED_IN_TO, *HYPER_V), choices={"Certificate": "1.3-rev0"}),
            initial=_storage,
        ),
        **{name: _once(key) for key, name in ONCE.items()},
        "handshake_code": Field(SECRET, when=When(since="1.3-rev0", types=LINUX)),
        # Not `port`: that is an option of the connection.
        "vi_port": Field(NUMBER, at="port", when=When(types=VSPHERE)),
        "url": Field(when=When(types=DIRECTOR)),
        "vi_servers": Field(
            OBJECTS,
            when=When(types=DIRECTOR),
            unordered=True,
            fields={
                "name": Field(REQUIRED, at="viServerName"),
                "credentials": Field(REQUIRED, at="viCredentialsId", codec=ACCOUNT),
                "fingerprint": Field(at="certificateThumbprint"),
            },
        ),
        "fingerprint": Field(role=LOCAL),
        "trust": Field(choice("fingerprint", FIRST_USE, default="fingerprint"), role=LOCAL),
        "settings": SETTINGS_FIELD,
    },
    variants=(Variant(LINUX, since={"credentials_storage": SINGLE_USE_SINCE}),),
    secret_calls=(
        SecretCall("updateSingleUseCredentials", ONCE, since=SINGLE_USE_SINCE, only=LINUX, also=_kind_of_account),
    ),
    ask=trusted,
    fill=named_in_director,
    caution=taken_on_trust,
    rules={
        "required_if": [("state", "present", ("type",))],
        "mutually_exclusive": [("credentials", "single_use_account", "handshake_code")],
    },
)
