# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Importing an estate: what the module is given, how the target is looked at, and how a finished plan is reported."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..._core.connection import Connection
from ..._core.errors import InvalidInput, quoted
from ..._core.files import is_place
from ..._core.operation import Operation, Params, Progress
from ..._core.option import Option
from ..automation import SESSION_WAIT_SECONDS, Automation
from ..client import Vbr
from ..migration import secrets
from ..migration.apply import WORDS_OF_RUN, ImportRun
from ..migration.bundle import Bundle, ServerIdentity, is_of_bundle, read_bundle
from ..migration.collection import is_collection
from ..migration.first_runs import with_first_runs
from ..migration.kinds import (
    AUTOMATED,
    JOBS,
    KINDS,
)
from ..migration.known_fields import recognised
from ..migration.mapping import mappings
from ..migration.plan import CUTOVER, ONLY_WAITING, PHASES, STAGE, ActualTarget, DesiredImport, ImportPlan
from ..migration.planning import plan_import, refuse_errors
from ..migration.retention import days_per_point
from ..migration.saved_plan import PlanToSave, document, plan_to_save, read_plan, refuse_another
from ..migration.stage import JOURNAL
from ..migration.unread import unread_names
from ..revisions import NEWEST_FIRST
from .import_target import look

# The options that name a file to write; not every task that has a bundle has all of them.
WRITTEN = ("report", "journal", "save_plan")
# What a saved plan depends on besides both servers.
BOUND_OPTIONS = ("rename", "mappings", "staged", "on_existing", "on_missing_secret", "stage_anyway", "hold", "convert")


def validate(params: Params, whole: bool = False) -> DesiredImport:
    """What is desired, with the bundle read and proved. Raises InvalidInput for everything that can be known without a
    server.
    """
    given = params["secrets"] or {}
    wrong = secrets.complaints(given)
    if wrong:
        raise InvalidInput(" ".join(wrong))
    check_files(params)
    given_inline = (params["spec"], params["spec_version"], params["api_version"])
    bundle = _bundle(params) if params["src"] else _inline(*given_inline)
    asked = params["kinds"] or (bundle.estate if whole else AUTOMATED)
    kinds = tuple(kind for kind in KINDS if (kind in asked and kind in bundle.estate) or kind in params["kinds"])
    if not params["wait"] and (len(kinds) != 1 or (params["staged"] and JOBS.name in kinds)):
        raise InvalidInput(
            "wait can be false for a single kind only, and not for staged jobs.",
            "Each kind needs the one before it, and jobs are disabled when they are there.",
        )
    return DesiredImport(
        bundle,
        kinds,
        {kind: {key: dict(fields) for key, fields in by_key.items()} for kind, by_key in given.items()},
        mappings(params["rename"], params["mappings"]).among(bundle.estate),
        params["staged"],
        params["on_existing"] == "fail",
        params["on_existing"] == "update",
        params["on_missing_secret"] == "fail",
        CUTOVER if params["phase"] == ONLY_WAITING else params["phase"],
        tuple(params["stage_anyway"]),
        tuple(params["hold"]),
        tuple(unread_names(bundle, params["rename"] or {}, params["mappings"] or {})),
        {
            **{name: params[name] for name in ("wait", "wait_timeout", "journal", "src", "report", "save_plan")},
            "whole": whole,
            "only_waiting": params["phase"] == ONLY_WAITING,
            "saved": read_plan(Path(params["plan"]), params["plan_digest"] or "") if params["plan"] else None,
            "options": {**{name: params[name] for name in BOUND_OPTIONS}, "kinds": list(kinds)},
        },
        days_per_point(params["convert"]),
    )


def check_files(params: Params) -> None:
    """Refuse to write the journal, the report or a plan over the bundle, over what is no file, or over one another.

    Raises InvalidInput.
    """
    written = {name: os.path.realpath(params[name]) for name in WRITTEN if params.get(name)}
    src = os.path.realpath(params["src"]) if params["src"] else ""
    for name, path in written.items():
        if not is_place(Path(path)):
            raise InvalidInput(f"{name} is no file: {params[name]}.", "Name another file.")
        if src and os.path.dirname(path) == src and is_of_bundle(os.path.basename(path)):
            raise InvalidInput(f"{name} is a file of the bundle: {params[name]}.", "Name another file.")
        same = next((other for other in written if other != name and written[other] == path), "")
        same = same or ("journal" if src and _is_journal(path, src) and name != "journal" else "")
        same = same or ("plan" if params.get("plan") and path == os.path.realpath(params["plan"]) else "")
        if same:
            raise InvalidInput(f"{name} and {same} are the same file: {params[name]}.", "Name another file.")


def _is_journal(path: str, src: str) -> bool:
    return os.path.dirname(path) == src and os.path.basename(path).startswith(JOURNAL)


def _bundle(params: Params) -> Bundle:
    """The bundle at `src`, or the packed one of a dry run. Raises InvalidInput, also if there is a secret in it."""
    bundle = read_bundle(Path(params["src"]), params["bundle"] or "")
    for kind, collection in bundle.estate.items():
        leaked = secrets.without_secrets(kind, collection)[1]
        if leaked:
            raise InvalidInput(
                f"The bundle holds a secret ({leaked[0].kind} {quoted(leaked[0].key)}).", "Give it in secrets."
            )
    return bundle


def _inline(spec: Mapping[str, Any], written_in: str | None, spoken: str) -> Bundle:
    """A bundle made of what was given inline: kind -> collection.

    Its revision is named as spec_version or known by its fields. Where several fit it is the one named as api_version,
    or else that of the target.
    """
    unknown = set(spec) - set(KINDS)
    if unknown:
        raise InvalidInput(f"spec has the unknown kind {quoted(sorted(unknown)[0])}.", f"Known: {', '.join(KINDS)}.")
    for kind, collection in spec.items():
        if not is_collection(collection):
            raise InvalidInput(
                f"spec.{kind} is no collection.", "It is a dictionary of lists of records, as the export gives it."
            )
    estate = {kind: dict(spec[kind]) for kind in spec}
    if written_in:
        return Bundle(written_in, ServerIdentity(), estate)
    fitting = recognised(estate)
    if spoken in fitting:
        return Bundle(spoken, ServerIdentity(), estate)
    revision = "" if len(fitting) == len(NEWEST_FIRST) else fitting[0]
    return Bundle(revision, ServerIdentity(), estate, fitting=tuple(fitting))


def hidden(params: Params) -> Iterable[str]:
    """Secrets that stand in the inline spec: they are hidden like those in `secrets`."""
    for name, collection in (params["spec"] or {}).items():
        for rows in collection.values() if name in KINDS and isinstance(collection, Mapping) else ():
            for record in rows if isinstance(rows, list) else ():
                if isinstance(record, Mapping):
                    yield from secrets.held(KINDS[name], dict(record)).values()


def open_service(connection: Connection, desired: DesiredImport) -> Vbr:
    """The target, in the bundle's own revision if it serves it, so that everything moves verbatim."""
    own = [*desired.bundle.fitting] or [desired.bundle.revision] * bool(desired.bundle.revision)
    return Vbr(connection, candidates=[*own, *(revision for revision in NEWEST_FIRST if revision not in own)])


def plan(desired: DesiredImport, target: ActualTarget) -> ImportPlan | PlanToSave:
    """The plan to carry out, the saved one if one is given, or the one to save.

    Raises Refused if there is an error in it, or if it is not the saved one.
    """
    whole = with_first_runs(plan_import(desired, target), desired)
    saved, path = desired.settings["saved"], desired.settings["save_plan"]
    if saved or path:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        content = document(desired, whole, now, target.redact)
        if path:
            return plan_to_save(Path(path), whole, content)
        refuse_another(saved, content, whole)
    refuse_errors(whole)
    return whole


def apply(service: Vbr, plan: ImportPlan | PlanToSave, progress: Progress) -> dict[str, Any]:
    if isinstance(plan, PlanToSave):
        plan.write()
        progress(f"plan written to {plan.path}")
        return {}
    return ImportRun(Automation(service), plan, progress).result()


IMPORT = Operation(
    client=Vbr,
    open=open_service,
    options={
        "src": Option(type="path"),
        "bundle": Option(),
        "spec": Option(type="dict", mixed=True),
        "spec_version": Option(choices=NEWEST_FIRST),
        "kinds": Option(type="list", elements="str", default=[], choices=AUTOMATED),
        "secrets": Option(type="dict", secret=True),
        "rename": Option(type="dict"),
        "mappings": Option(type="dict"),
        "convert": Option(type="dict"),
        "staged": Option(type="bool", default=True),
        "on_existing": Option(default="keep", choices=("keep", "fail")),
        "on_missing_secret": Option(default="fail", choices=("fail", "skip")),
        "phase": Option(default=STAGE, choices=(*PHASES, ONLY_WAITING)),
        "stage_anyway": Option(type="list", elements="str", default=[]),
        "hold": Option(type="list", elements="str", default=[]),
        "save_plan": Option(type="path"),
        "plan": Option(type="path"),
        "plan_digest": Option(),
        "journal": Option(type="path"),
        "report": Option(type="path"),
        "wait": Option(type="bool", default=True),
        "wait_timeout": Option(type="int", default=SESSION_WAIT_SECONDS),
    },
    validate=validate,
    look=look,
    plan=plan,
    apply=apply,
    hidden=hidden,
    words=WORDS_OF_RUN,
    rules={
        "mutually_exclusive": [["src", "spec"], ["save_plan", "plan"]],
        "required_one_of": [["src", "spec"]],
        "required_by": {
            "bundle": ["src"],
            "spec_version": ["spec"],
            "save_plan": ["src"],
            "plan": ["src"],
            "plan_digest": ["plan"],
        },
    },
)
