# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what on a backup server: users, and roles of one's own (facts/vbr_beyond_automation.md 1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from typing import Any

from ..._core.compare import fold, value_at
from ..._core.errors import InvalidInput
from ..._core.option import FLAG, REQUIRED, TEXTS, choice
from ..._core.shape import BOOLEAN, STRING
from ..resource.calls import Apart, Call, as_a_whole
from ..resource.codecs import Named, Ref
from ..resource.places import Body, Part
from ..resource.schema import ALWAYS_NEEDED, KEY, Field, OneStays, Resource
from .repository import STORE
from .settings import SETTINGS_FIELD

ROLES, USERS = "/api/v1/security/roles", "/api/v1/security/users"
BUILT_IN = "isBuiltIn"
TYPES = ("InternalUser", "InternalGroup", "ExternalUser", "ExternalGroup")
# The role of whoever administers the server, in the words of all revisions.
NOBODY_ELSE = "no other user would administer the server"
ADMINISTRATORS = ("backup administrator", "veeam backup administrator")
# A role is named beside its id.
A_ROLE = Ref(ROLES, "role", parts={"id": Part("id"), "name": Part("name")})
IN_SCOPE = replace(STORE, parts={"id": Part("repositoryId"), "name": Part("repositoryName")})


def built_in(row: Mapping[str, Any]) -> bool:
    """Whether every server has the role; revisions that do not say so have no others."""
    return row.get(BUILT_IN) is not False


def of_every_server(roles: Any) -> list[Any]:
    """The roles that a new user can have; it gets the others by a call of its own. Raises InvalidInput."""
    found = [role for role in roles if built_in(role)]
    if not found:
        raise InvalidInput(
            "The server makes a new user with built-in roles only, and there is none among these roles.",
            "Give it a built-in role, too. Run the task without that role afterwards, to take it away again.",
        )
    return found


def given_roles(before: Any, after: Any) -> Iterator[Call]:
    """The call that gives a user just these roles."""
    first, last = ({str(value_at(role, ("id",))) for role in roles or []} for roles in (before, after))
    if first != last:
        yield Call("roles", {"roles": after}, "PUT")


def as_service(before: Any, after: Any) -> Iterator[Call]:
    """The call that makes a user a service account, or an ordinary one."""
    if before is not after:
        yield Call("changeServiceAccountMode", {"isServiceAccountEnable": after})


def known_roles(service: Any, body: Body, actual: Mapping[str, Any] | None) -> Body:
    """The payload of a new user with its roles as the server has them, which tells the built-in ones apart."""
    if actual is None and body.get("roles"):
        rows = {row["id"]: row for row in service.pages(ROLES, row={"id!": STRING, BUILT_IN: BOOLEAN})}
        body["roles"] = [{**role, **rows.get(role["id"], {})} for role in body["roles"]]
    return body


def signed_in(service: Any, row: Mapping[str, Any]) -> str:
    """Why a user is not removed: it may be the one that this task has signed in as. `""` if it cannot be."""
    same = _account(service.connection.username) == _account(row.get("name"))
    return "it may be the account that this task signs in with" if same else ""


def loses_itself(service: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Why a user does not get other roles: this task may sign in with it, and would not administer the server any more.

    `""` if it may have them.
    """
    if not signed_in(service, before) or not administers(before) or administers(after):
        return ""
    return "it may be the account that this task signs in with, which would lose the role of a backup administrator"


def administers(user: Mapping[str, Any]) -> bool:
    """Whether one of its roles is the administrator's. One that has no id yet is known by the name that was given."""
    names = (role.get("name") for role in user.get("roles") or [])
    return any(fold(name.name if isinstance(name, Named) else name) in ADMINISTRATORS for name in names)


def left_by_a_purge(rows: Iterable[Mapping[str, Any]], going: Set[str]) -> Mapping[str, str]:
    """By id, why a purge leaves a user that is named for it: somebody has to be able to sign in afterwards."""
    rows = list(rows)
    groups = {str(row["id"]) for row in rows if str(row.get("type")).endswith("Group")} & going
    left = dict.fromkeys(groups, "a purge removes no group: the account that this task signs in with may be one of it")
    administrators = {str(row["id"]) for row in rows if administers(row)}
    if administrators <= going - groups:
        left |= dict.fromkeys(administrators, NOBODY_ELSE)
    return left


def _account(name: Any) -> str:
    r"""The account in DOMAIN\account, or account@domain; a domain has several names, which nobody here knows."""
    _domain, _slash, account = fold(name).rpartition("\\")
    return account.partition("@")[0]


ROLE = Resource(
    what="role",
    kind="roles",
    order=84,
    path=ROLES,
    since="1.3-rev2",
    name_filter="name",
    details="/details",
    own=BUILT_IN,
    kept_in_use=True,
    fields={
        "name": Field(REQUIRED, role=KEY),
        "description": Field(initial=""),
        "manage_backups": Field(FLAG, initial=False),
        "manage_restores": Field(FLAG, initial=False),
        "entire_inventory": Field(FLAG, at="inventoryScope.entireInventory"),
        "all_repositories": Field(FLAG, at="repositoryScope.allRepositories"),
        "repositories": Field(TEXTS, at="repositoryScope.repositories", codec=IN_SCOPE, unordered=True),
        "settings": SETTINGS_FIELD,
    },
)

USER = Resource(
    what="user",
    kind="users",
    order=86,
    path=USERS,
    since="1.3-rev1",
    name_filter="name",
    replaced=False,
    apart={"roles": Apart(given_roles, of_every_server), "isServiceAccount": Apart(as_service, as_a_whole)},
    spared=signed_in,
    refused=loses_itself,
    left=left_by_a_purge,
    one_stays=OneStays(administers, NOBODY_ELSE, "Give another user the role of a backup administrator first."),
    fields={
        "name": Field(REQUIRED, role=KEY),
        "type": Field(choice(*TYPES, required=True), role=KEY),
        "roles": Field(TEXTS, codec=A_ROLE, needed=ALWAYS_NEEDED, unordered=True),
        "service_account": Field(FLAG, at="isServiceAccount", initial=False),
    },
    fill=known_roles,
)
