# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The preflight of a move: reads what there is of source, target and bundle, and judges it. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..._core.connection import Connection
from ..._core.errors import InvalidInput
from ..._core.failures import in_words
from ..._core.files import make_room, write_file
from ..._core.operation import Inquiry, Params
from ..._core.option import Option
from ..._core.redaction import Secrets, values_in
from ..._core.times import now
from ..client import Vbr
from ..migration import secrets
from ..migration.bundle import Bundle, ServerIdentity, dump, read_bundle
from ..migration.kind import BESIDES
from ..migration.kinds import KINDS
from ..migration.mapping import mappings
from ..migration.plan import WORDS
from ..migration.retention import days_per_point
from ..migration.unread import unread_names
from ..preflight.codes import check_accepted
from ..preflight.facts import SOURCE, TARGET, Move, ServerFacts
from ..preflight.judge import judge
from ..preflight.reading import FactReader
from .automation_import import check_files

FORMAT = "backupfleet.rest/preflight/1"
# What to do about a refusal, below the reasons for it.
HOW = "Mend it, or name a code in accept (vbr_preflight_accept in the role) to go on all the same."


class Unfit(InvalidInput):
    """A move that must not begin: it has findings of severity error that nobody accepted."""


def validate(params: Params) -> None:
    """Raises InvalidInput for everything that can be known without a server."""
    check_accepted(params["accept"])
    wrong = secrets.complaints(params["secrets"] or {})
    if wrong:
        raise InvalidInput(" ".join(wrong))
    mappings(params["rename"], params["mappings"])
    days_per_point(params["convert"])
    check_files(params)


def open_services(connections: Mapping[str, Connection], _params: Params) -> dict[str, Vbr]:
    """The target in its newest revision, and the source in the newest that the target serves too, as an export does."""
    services = {name: Vbr(connection) for name, connection in connections.items()}
    if len(services) == len((SOURCE, TARGET)):
        # Never entered: what a server serves is asked without signing in.
        services[SOURCE] = Vbr(connections[SOURCE], prefer=Vbr(connections[TARGET]).serves)
    return services


def read(services: Mapping[str, Vbr], params: Params) -> dict[str, Any]:
    if params["report"]:
        make_room(Path(params["report"]))
    bundle = read_bundle(Path(params["src"]), params["bundle"] or "") if params["src"] else None
    given, wanted = params["secrets"] or {}, bundle.estate if bundle else None
    whole = bundle is None or any(name in BESIDES for lists in bundle.estate.values() for name in lists)
    facts = {side: FactReader(service, side).facts(wanted, given) for side, service in services.items()}
    bundle = bundle or _whole(facts.get(SOURCE))
    moved = {kind: bundle.estate[kind] for kind in params["kinds"] or bundle.estate if kind in bundle.estate}
    names = params["rename"] or {}, params["mappings"] or {}
    known = facts.get(SOURCE), facts.get(TARGET), moved, bundle.revision, bundle.source
    move = Move(now(), *known, mappings(*names).among(bundle.estate), days_per_point(params["convert"]), whole)
    judgement = judge(move, params["accept"], unread_names(bundle, *names) if moved else ())
    sides = {side: _as_dict(facts.get(side)) for side in (SOURCE, TARGET)}
    result = {**judgement.report(), **sides, "report": params["report"] or ""}
    if params["report"]:
        everything = {"format": FORMAT, **result, "findings": [one.as_dict() for one in judgement.findings]}
        _write(Path(params["report"]), everything, services, given)
    if judgement.refused:
        raise Unfit("\n".join(in_words(result["failures"])) + f"\n{HOW}", **result)
    return result


def _write(path: Path, content: Mapping[str, Any], services: Mapping[str, Vbr], given: Any) -> None:
    """Write all of it down, and no secret. Raises InvalidInput."""
    # They share what the task has to hide. Without a server there is what was given.
    hidden = next((service.http.secrets for service in services.values()), Secrets())
    hidden.add(*values_in(given))
    try:
        write_file(path, dump(hidden.redact_within(content, WORDS)))
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error}.", "Name another file as report.") from None


def _whole(source: ServerFacts | None) -> Bundle:
    """All that the source has, where there is no bundle."""
    return Bundle(source.revision, source.identity, source.estate) if source else Bundle("", ServerIdentity(), {})


def _as_dict(server: ServerFacts | None) -> dict[str, str]:
    if server is None:
        return {}
    return {"name": server.name, "build": server.identity.build, "api_version": server.revision}


PREFLIGHT = Inquiry(
    client=Vbr,
    peers=(SOURCE, TARGET),
    open=open_services,
    options={
        "src": Option(type="path"),
        "bundle": Option(),
        "kinds": Option(type="list", elements="str", default=[], choices=tuple(KINDS)),
        "secrets": Option(type="dict", secret=True),
        "rename": Option(type="dict"),
        "mappings": Option(type="dict"),
        "convert": Option(type="dict"),
        "accept": Option(type="list", elements="str", default=[]),
        "report": Option(type="path"),
    },
    validate=validate,
    read=read,
    words=WORDS,
    rules={"required_one_of": [[SOURCE, TARGET, "src"]], "required_by": {"bundle": ["src"]}},
)
