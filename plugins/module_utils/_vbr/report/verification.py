# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a planned import says about a target that should be complete: what is missing, what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..._core.failures import Failed, by_reason, in_words
from ..handover.whereabouts import HALFWAY, OFF_ON_BOTH
from ..migration.findings import AWAKE, NEEDS_BY_HAND, NOT_IN_INVENTORY, NOT_LISTED
from ..migration.kinds import JOBS, KINDS

# The findings about a job that is there and not known to be disabled.
NOT_ASLEEP = (AWAKE, NOT_LISTED)
# The findings about what is left out until an administrator has seen to something on the target.
LEFT_TO_HANDS = (NEEDS_BY_HAND, NOT_IN_INVENTORY)
# Which server was compared and how it was spoken to: the report says it at another place.
OF_THE_SERVER = ("target", "api_version")
# By this a result of vbr_estate is known.
CODE = "resources"


def verification(result: Mapping[str, Any], standing: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """`result` is that of vbr_import or of vbr_estate in check mode, `standing` that of vbr_migration_info,
    if both servers were asked where the jobs stand.

    Returns `ok`, `compared`, `missing`, `drift`, `awake`, `by_hand`, `settings`, `diverged`, `waiting` and `summary`,
    and of the compared server how it calls itself as `target`, and the `api_version` that it was spoken to in.
    What waits is not missing, nor compared, and neither is what is left out until something was done by hand, nor
    `settings` that every server has and this one keeps. `awake` are jobs that may run there: those that were to be
    staged, and were not handed over. `summary` says of each of the first four what it is, in a few lines.
    """
    if CODE in result:
        return _of_code(result)
    waiting = {(kind, key) for kind, found in result.get("waiting", {}).items() for key in found}
    considered = [item for item in result.get("plan", []) if (item["kind"], item["key"]) not in waiting]
    hands = _left_to_hands(result)
    by_hand = [_named(item) for item in considered if _key(item) in hands]
    settings = [_differing(item) for item in considered if _is_kept_setting(item)]
    plan = [item for item in considered if _key(item) not in hands and not _is_kept_setting(item)]
    missing, awake = _missing(plan, _only_for_want_of_secrets(result)), _awake(result)
    drift = [_differing(item) for item in plan if item["action"] in ("drift", "update")]
    diverged = _diverged(standing or {})
    return {
        "ok": not missing and not drift and not awake and not diverged,
        "compared": sum(item["action"] != "skip" for item in plan),
        "missing": missing,
        "drift": drift,
        "awake": awake,
        "by_hand": by_hand,
        "settings": settings,
        "diverged": diverged,
        "waiting": result.get("waiting", {}),
        **{name: result[name] for name in OF_THE_SERVER if name in result},
        "summary": {
            "missing": _in_words(by_reason(_lacking(missing, plan)), "missing"),
            "drift": _in_words(_differing_in(drift), "different"),
            "awake": _in_words(_by_reason(awake), "awake"),
            "by_hand": _in_words(_by_reason(by_hand), "left out until done by hand"),
        },
    }


def _differing_in(drift: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return by_reason(Failed(row["kind"], row["key"], f"differs in {_fields(row)}") for row in drift)


def _is_kept_setting(item: Mapping[str, Any]) -> bool:
    """Whether it is a setting that every server has, and the target keeps its own of, as nobody asked to update it."""
    rest = KINDS[item["kind"]].rest
    return item["action"] == "drift" and rest is not None and rest.always_there


def _differing(item: Mapping[str, Any]) -> dict[str, Any]:
    return {**_named(item), "diff": item["diff"]}


def _missing(plan: Iterable[Mapping[str, Any]], unsent: set[tuple[str, str]]) -> list[dict[str, Any]]:
    """What is not there; why not is not said of what is missing only for want of secrets."""
    return [
        {**_named(item), **({"reason": ""} if _key(item) in unsent else {})}
        for item in plan
        if item["action"] in ("create", "blocked")
    ]


def _diverged(standing: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The jobs that are not where the journal says, that no server runs, and that are in the middle of a cutover."""
    found = ((row["name"], [*row["wrong"], *_left_off(row)]) for row in standing.get("jobs", ()))
    return [{"kind": JOBS.name, "key": name, "reason": "; ".join(wrong)} for name, wrong in found if wrong]


def _left_off(row: Mapping[str, Any]) -> Iterator[str]:
    """What is no fault of a cutover at work, and is one where nobody ends it."""
    phase = row.get("phase", "")
    if row.get("off"):
        yield f"{OFF_ON_BOTH} ({phase})"
    elif phase in HALFWAY and not row["wrong"]:
        yield f"a cutover or a rollback of it was not ended ({phase})"


def _by_reason(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return by_reason(Failed(row["kind"], row["key"], row["reason"]) for row in rows)


def _left_to_hands(result: Mapping[str, Any]) -> set[tuple[str, str]]:
    """What is left out until something was done by hand, and what needs it. An object comes after what it needs."""
    found = {_key(one) for one in result.get("findings", ()) if one["code"] in LEFT_TO_HANDS}
    for item in result.get("plan", ()):
        cause = item.get("blocked_by")
        found |= {_key(item)} if item["action"] == "blocked" and cause and _key(cause) in found else set()
    return found


def _lacking(missing: Iterable[Mapping[str, Any]], plan: Iterable[Mapping[str, Any]]) -> Iterator[Failed]:
    """What is missing, each with its reason and what that has in common with others."""
    causes = {_key(item): item.get("cause", "") for item in plan}
    for row in missing:
        reason = row["reason"]
        yield Failed(row["kind"], row["key"], reason or "it is not there", reason and causes[_key(row)])


def _of_code(result: Mapping[str, Any]) -> dict[str, Any]:
    """The same of what vbr_estate says in check mode: what it would make is missing, what it would change differs."""
    items = [item for item in result[CODE] if not item["failed"]]
    missing = [_called(item) for item in items if item["action"] == "create"]
    drift = [{**_called(item), "diff": _fields_of(item)} for item in items if item["action"] == "update"]
    extra = [_called(item) for item in items if item["action"] == "delete"]
    extra += [_called(one) for one in result.get("extra", ()) if not one["purged"]]
    lacking = by_reason(Failed(row["kind"], row["key"], "it is not there") for row in missing)
    return {
        "ok": not missing and not drift and not extra,
        "compared": len(result[CODE]),
        "missing": missing,
        "drift": drift,
        "awake": [],
        "by_hand": [],
        "settings": [],
        "diverged": [],
        "extra": extra,
        "waiting": {},
        "summary": {
            "missing": _in_words(lacking, "missing"),
            "drift": _in_words(_differing_in(drift), "different"),
            **dict.fromkeys(("awake", "by_hand"), ""),
        },
    }


def _called(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": item["kind"], "key": item["key"], "reason": ""}


def _fields_of(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each field that would be changed; a request that goes with it is no field."""
    pairs = [(part["before"], part["after"]) for part in item["diff"]]
    return [
        {"field": field, "before": before.get(field), "after": after.get(field)}
        for before, after in pairs
        for field in after
        if field in before
    ]


def _awake(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The jobs that may run, each once: those of the findings, and those that an earlier run could not disable."""
    found = {_key(item): item["reason"] for item in result.get("plan", ()) if item.get("awake")}
    found |= {
        _key(one): f"{one['message']} {one['remedy']}"
        for one in result.get("findings", ())
        if one["code"] in NOT_ASLEEP
    }
    return [{"kind": kind, "key": key, "reason": reason} for (kind, key), reason in found.items()]


def _only_for_want_of_secrets(result: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The objects that nobody could create here without a secret, and those that need one of them.

    A comparison needs no secrets: it is not why they are missing. In a plan, an object comes after what it needs.
    """
    found = {_key(slot) for slot in result.get("secrets_missing", ())}
    for item in result.get("plan", ()):
        waits = item["action"] == "blocked" and any(_key(need) in found for need in item.get("needs", ()))
        found |= {_key(item)} if waits and item.get("blocked_by") else set()
    return found


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row["kind"]), str(row["key"])


def _in_words(groups: list[dict[str, Any]], what: str) -> str:
    return "\n".join([f"{sum(group['count'] for group in groups)} {what}.", *in_words(groups)]) if groups else ""


def _fields(row: Mapping[str, Any]) -> str:
    return ", ".join(str(change["field"]) for change in row["diff"])


def _named(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": item["kind"], "key": item["key"], "reason": item["reason"]}
