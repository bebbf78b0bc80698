# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where each job of a move stands: by its bundle and journal, and by both servers where they are given. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from operator import eq
from pathlib import Path
from typing import Any

from ..._core.compare import fold
from ..._core.connection import Connection
from ..._core.operation import Inquiry, Params
from ..._core.option import Option
from ..client import Vbr
from ..handover.decide import check_source
from ..handover.plan import WORDS
from ..handover.servers import SOURCE, TARGET, OneServer, Seen, of_each
from ..handover.whereabouts import STANDS, counted, next_step, read_move, whereabouts
from ..migration.bundle import Bundle, ServerIdentity, read_bundle
from ..migration.kind import BY_REST
from ..migration.kinds import JOBS
from ..migration.stage import Journal, journal_path


def open_services(connections: Mapping[str, Connection], params: Params) -> dict[str, Vbr]:
    """The source in the revision of the bundle where it serves that, so that its jobs are those of the bundle."""
    own = read_bundle(Path(params["src"]), params["bundle"] or "").revision
    return {side: Vbr(connection, prefer=partial(eq, own)) for side, connection in connections.items()}


def read(services: Mapping[str, Vbr], params: Params) -> dict[str, Any]:
    servers = {side: OneServer(side, service) for side, service in services.items()}
    identities = dict(zip(servers, of_each(list(servers.values()), OneServer.identity), strict=True))
    bundle, journal = _move(params, services.get(TARGET), identities)
    if SOURCE in servers:
        check_source(bundle, params["src"], identities[SOURCE])
    if TARGET in servers:
        servers[TARGET].whole = BY_REST in bundle.estate.get(JOBS.name, {})

    def look(server: OneServer) -> Seen:
        identity = identities[server.side]
        if server.side == TARGET:
            return server.look(identity)
        # Of the source, only which jobs are enabled is of interest.
        return server.with_list(Seen(identity, server.service.revision))

    seen = dict(zip(servers, of_each(list(servers.values()), look), strict=True))
    rows = whereabouts(bundle, journal, seen.get(SOURCE), seen.get(TARGET))
    says, playbook = next_step(rows)
    return {
        "counts": counted(rows),
        "jobs": rows,
        "next": says,
        "playbook": playbook,
        "journal": str(journal.path or ""),
        **{side: _who(identities.get(side)) for side in (SOURCE, TARGET)},
    }


def _move(params: Params, target: Vbr | None, identities: Mapping[str, ServerIdentity]) -> tuple[Bundle, Journal]:
    """The bundle, and the journal of the target that is given; without one, the only journal that there is."""
    src, named, text = params["src"], params["journal"], params["bundle"] or ""
    if target is None:
        return read_move(Path(src), Path(named) if named else None, text=text)
    own = identities[TARGET].vbr_id or fold(target.connection.hostname)
    return read_move(Path(src), journal_path(named, src, own), own, text)


def _who(identity: ServerIdentity | None) -> dict[str, str]:
    return {"name": identity.name, "build": identity.build, "vbr_id": identity.vbr_id} if identity else {}


INFO = Inquiry(
    client=Vbr,
    peers=(SOURCE, TARGET),
    open=open_services,
    options={"src": Option(type="path", required=True), "bundle": Option(), "journal": Option(type="path")},
    read=read,
    words={**WORDS, "stands": STANDS},
)
