# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run in all of its forms, computed once, and the folder that keeps it: one per run, never replaced."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from ..filter.migration_page import migration_page
from ..filter.migration_summary import migration_summary
from ..filter.secrets_skeleton import secrets_skeleton
from ..module_utils._core.errors import InvalidInput
from ..module_utils._core.files import Unfinished, make_directories, name_of, write_file
from ..module_utils._vbr.handover.chains import still_anew
from ..module_utils._vbr.handover.whereabouts import read_move, storage_of_the_target, whereabouts
from ..module_utils._vbr.migration.stage import JOURNAL
from ..module_utils._vbr.report.document import checked, migration_report
from ..module_utils._vbr.report.summary import failure_in_short, migration_brief
from .plan_files import plan_files, saved_plan, write_beside

INDENT = 4
FOLDER = "reports"
ENDED = "%Y-%m-%dT%H:%M:%S.%fZ"
# What the files of a run are called, and the link to the newest such run. A dry run replaces nothing of a real one.
REAL, DRY = "report", "plan"
LATEST = {REAL: "latest", DRY: "latest-plan"}
OF_DRY_RUN = "-check"
DETAILS = "import.json"
PLAN = "plan"
SECRETS = "secrets_missing.yml"
# So often another run may be faster.
ATTEMPTS = 20
TAKEN = (errno.EEXIST, errno.ENOTEMPTY)
UNKNOWN = {"task": "A task of this run", "result": {"msg": "The output of the run says which one, and why."}}
Row = Mapping[str, Any]
# Its files by their names, what the task says of it (lines, brief, failure), and what to warn of.
Report = tuple[dict[str, str], dict[str, Any], list[str]]
# Files by their names, and what else is made with them.
Made = TypeVar("Made", bound="tuple[Any, ...]")


def made(run: Row, place: Path, template: str, folder: Path | None) -> Report:
    """The report of a `run` (see filter migration_report).

    Of a run that saved a plan, the page has all of the plan, and the plan is among the files.

    `place` is the directory of the pair, `folder` where the files are going to be; without one none are made.
    A run that `continues` goes on with the newest report that is kept.
    """
    stem = stem_of(run)
    plan = saved_plan(run)
    warnings: list[str] = []
    # One that begins anew has nothing of it but what the servers are called.
    newest = _newest(place / FOLDER, warnings if run["continues"] else [])
    standing, owned, anew = _standing(run, warnings)
    known = {"failure": failure_of(run), "details": _details(run, place), "plan": plan, "known": newest}
    whole = {**run, **known, "standing": standing, "owned": owned, "anew": anew}
    report = migration_report(whole, newest if run["continues"] else None)
    page = f"{folder / stem}.html" if folder else ""
    said = {
        "lines": migration_summary(report, page),
        "brief": migration_brief(report, page),
        "failure": failure_in_short(report),
    }
    if not folder:
        return {}, said, warnings
    files = {f"{stem}.json": _text(report)}
    if plan and has_saved(run):
        of_plan = {f"{PLAN}{ending}": text for ending, text in plan_files(report, plan, template, page).items()}
        files |= {**of_plan, f"{stem}.html": of_plan[f"{PLAN}.html"], f"{PLAN}.json": _text(plan)}
    else:
        files[f"{stem}.html"] = migration_page(report, template)
    skeleton = secrets_skeleton(report["secrets_missing"])
    return files | ({SECRETS: skeleton} if skeleton else {}), said, warnings


def has_saved(run: Row) -> bool:
    """Whether a run wrote a plan down. A dry run does not, whatever it would be called."""
    return bool(run["steps"].get("import", {}).get("plan_file")) and not run["for_show"]


def put_beside(run: Row, files: Mapping[str, str]) -> None:
    """Write the page and the text of a saved plan beside it. Raises OSError."""
    if has_saved(run) and f"{PLAN}.txt" in files:
        write_beside(Path(run["plan"]), {ending: files[f"{PLAN}{ending}"] for ending in (".html", ".txt")})


def stem_of(run: Row) -> str:
    return DRY if run["for_show"] else REAL


def failure_of(run: Row) -> Row:
    """What failed: what a rescue left, or the first of the tasks that may have, if something did at all."""
    if run["failure"].get("task") or not run["has_failed"]:
        given: Row = run["failure"]
        return given
    failed = ({"task": task, "result": result} for task, result in run["tasks"].items() if result.get("failed"))
    return next(failed, UNKNOWN)


def folder_of(run: Row, place: Path) -> Path:
    """Where the report of this run belongs: its time first, so that the names are in the order of the runs."""
    time = str(run["times"]["ended"])[:19].replace(":", "-")
    return place / FOLDER / f"{time}Z-{name_of(str(run['name']))}{OF_DRY_RUN if run['for_show'] else ''}"


def kept(run: Row, place: Path, template: str) -> tuple[dict[str, Any], list[str]]:
    """What the task says of a run (see `made`) whose files are kept, and what to warn of."""
    (files, said, warnings), more = placed(run, place, lambda folder: made(run, place, template, folder))
    put_beside(run, files)
    return said, [*warnings, *more]


def placed(run: Row, place: Path, make: Callable[[Path], Made]) -> tuple[Made, list[str]]:
    """What `make` makes for the folder of a run, its files first, when they are kept there; and what to warn of.

    Of two runs of one name and second the later one takes the next number, also if both were free at first.
    """
    for attempt in count(1):
        folder = free(folder_of(run, place))
        whole = make(folder)
        try:
            return whole, keep(folder, stem_of(run), whole[0])
        except FileExistsError:
            if attempt > ATTEMPTS or not os.path.lexists(folder):
                raise
    raise AssertionError("it is counted without end")


def keep(folder: Path, stem: str, files: Mapping[str, str]) -> list[str]:
    """Write the files of a run into a new folder, all of them or none; the link beside it leads to it then.

    Returns what to warn of. Raises OSError, FileExistsError among them if there is such a folder.
    """
    make_directories(folder.parent)
    with Unfinished(folder.parent, folder.name) as unfinished:
        draft = unfinished.make_directory()
        for name, text in files.items():
            write_file(draft / name, text)
        _place(draft, folder)
    link = folder.parent / LATEST[stem]
    if link.is_dir() and not link.is_symlink():
        return [f"{link} is a directory where a link to the newest report belongs. The report is in {folder}."]
    # A file system without links has the folders all the same.
    with suppress(OSError):
        _link(link, folder.name)
    return []


def free(folder: Path) -> Path:
    """The folder, or one with a number if another run of the same second has it."""
    others = (folder.with_name(f"{folder.name}-{number}") for number in count(2))
    return folder if not os.path.lexists(folder) else next(other for other in others if not os.path.lexists(other))


def _place(draft: Path, folder: Path) -> None:
    try:
        os.rename(draft, folder)
    except OSError as error:
        if error.errno in TAKEN:
            raise FileExistsError(error.errno, "another run has a report of this name", str(folder)) from None
        raise


def _link(link: Path, target: str) -> None:
    with Unfinished(link.parent, link.name) as unfinished:
        beside = unfinished.make_directory() / link.name
        os.symlink(target, beside)
        os.replace(beside, link)


def _newest(reports: Path, warnings: list[str]) -> Row | None:
    """The newest report of a run that was none for show, and that others go on with. One that cannot be read is none,
    and neither is an older one then; it is warned of.
    """
    for path in sorted(reports.glob(f"[0-9]*/{REAL}.json"), reverse=True):
        try:
            report = checked(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, RecursionError) as error:
            warnings.append(f"The report {path} of an earlier run cannot be read, and this one begins anew: {error}")
            return None
        if not report.get("aside"):
            return report
    return None


def _standing(
    run: Row, warnings: list[str]
) -> tuple[list[dict[str, Any]] | None, list[dict[str, str]], list[dict[str, Any]] | None]:
    """Where each job stands by bundle and journal, which storage the target owns since the cutover, and what is said of
    the jobs that still start anew; None where there is no journal, or nothing of it can be known.
    """
    bundle, journal = run["files"].get("bundle"), run.get("journal")
    if not bundle or not (journal or any(Path(bundle).glob(f"{JOURNAL}*.json"))):
        return None, [], None
    try:
        move = read_move(Path(bundle), Path(journal) if journal else None)
    except (InvalidInput, OSError) as error:
        warnings.append(f"Where each job stands is not known: {error}")
        return None, [], None
    anew = still_anew(*move)
    said = None if anew is None else [finding.as_dict() for finding in anew]
    return whereabouts(*move), storage_of_the_target(move[1]), said


def _details(run: Row, place: Path) -> str:
    """What an import wrote down. Only one that did something leaves it; it is of an earlier one otherwise."""
    path = place / DETAILS
    wrote = run["steps"].get("import", {}).get("sessions") and path.is_file()
    return path.read_text(encoding="utf-8") if wrote else ""


def _text(report: Row) -> str:
    return json.dumps(_plain(report), indent=INDENT, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    """Without Ansible's own kinds of dictionaries and lists, which JSON would not look into."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return list(_parts(value)) if isinstance(value, list | tuple) else value


def _parts(values: Any) -> Iterator[Any]:
    return (_plain(part) for part in values)
