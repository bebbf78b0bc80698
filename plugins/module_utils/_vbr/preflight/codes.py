# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The codes of a preflight: how severe each one is, what it means, what to do about it, and where the rule comes from.

An error would do harm, or fail for certain. Everything else is a warning, or is said for information.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..._core.compare import alike
from ..._core.errors import InvalidInput, quoted
from ..migration.findings import ERROR, INFO, NAMES_BY_CASE, WARNING, Finding
from .facts import ESTATE, SOURCE, TARGET, Move

# The vendor's user guide and its REST reference, and what people report (facts/peers.md 3,
# facts/vbr_beyond_automation.md 5 to 7).
GUIDE, REST, REPORTS = "user guide", "REST reference", "reports of administrators"


@dataclass(frozen=True)
class Rule:
    """One code. `meaning` is for a table, `needs` what has to be known for it to be judged at all."""

    severity: str
    meaning: str
    remedy: str
    source: str
    needs: tuple[str, ...]


_BOTH = (SOURCE, TARGET)
_COMING = (TARGET, ESTATE)
CODES: dict[str, Rule] = {
    # -- the two servers
    "same-server": Rule(
        ERROR, "Source and target are one server", "Check the hostname of the target.", REST, (TARGET,)
    ),
    "no-common-revision": Rule(
        WARNING,
        "No API revision is served by both, so that what is moved is converted",
        "Look at what the conversion loses, or update the older server.",
        REST,
        _BOTH,
    ),
    "not-administrator": Rule(
        ERROR,
        "The account may not export or import",
        "Give the account the role Veeam Backup Administrator.",
        REST,
        (),
    ),
    "mfa-on": Rule(
        WARNING,
        "A second factor is asked for, and the account is no service account",
        "Mark the account as a service account: REST cannot ask for a second factor.",
        GUIDE,
        (),
    ),
    "four-eyes-on": Rule(
        WARNING,
        "Deletions need the approval of a second person",
        "Have somebody at hand who approves: without, what was moved cannot be removed again.",
        GUIDE,
        (),
    ),
    "approval-pending": Rule(
        WARNING,
        "Something waits for the approval of a second person",
        "Approve or reject it before the change window.",
        GUIDE,
        (),
    ),
    "clock-differs": Rule(
        WARNING, "A clock is wrong", "Have the clocks set by the same time servers: schedules go by them.", REPORTS, ()
    ),
    "high-availability-cluster": Rule(
        WARNING,
        "The server is part of a high availability cluster",
        "A cluster is not moved. Take the primary node for the address, and set the new cluster up afterwards.",
        GUIDE,
        (),
    ),
    "backup-server-managed": Rule(
        WARNING,
        "One of the servers is a managed server of the other",
        "Remove it there, with what it is used for: a backup server cannot be managed by another one.",
        GUIDE,
        (),
    ),
    "config-backup-old": Rule(
        WARNING,
        "The configuration of the source has no recent backup",
        "Run the configuration backup of the source before the change window.",
        GUIDE,
        (SOURCE,),
    ),
    "config-backup-plain": Rule(
        WARNING,
        "The configuration backup of the source is not encrypted, so that no password is in it",
        "Switch its encryption on: only then could all of the source be restored.",
        GUIDE,
        (SOURCE,),
    ),
    "config-backup-moves": Rule(
        WARNING,
        "The configuration backup of the source is in a repository that moves",
        "Point it to another repository before the cutover.",
        GUIDE,
        (SOURCE, ESTATE),
    ),
    # -- the licence
    "license-not-valid": Rule(
        ERROR, "The licence of the target is not valid", "Install a valid licence on the target.", REST, (TARGET,)
    ),
    "license-expires": Rule(
        WARNING, "The licence of the target expires soon", "Renew it before the cutover.", REST, (TARGET,)
    ),
    "license-edition": Rule(
        WARNING,
        "The target has a lesser edition than the source",
        "Install the licence of the source on the target, or one of its edition.",
        REST,
        _BOTH,
    ),
    "license-too-small": Rule(
        WARNING,
        "The licence of the target has no room for what comes",
        "Install a larger one, or give the instances of the source free at the cutover.",
        REST,
        _BOTH,
    ),
    "workload-not-moved": Rule(
        WARNING,
        "The licence of the source is used by what no call moves",
        "Find out what protects it, and set that up on the target by hand.",
        REST,
        (SOURCE,),
    ),
    # -- storage and hosts
    "storage-of-one-owner": Rule(
        WARNING,
        "A storage that only one server can own: the jobs of the source that use it fail from the cutover on",
        "The cutover disables its jobs on the source. If vbr_stage_anyway names it, disable them yourself first.",
        GUIDE,
        (ESTATE,),
    ),
    "hardened-repository": Rule(
        WARNING,
        "A hardened repository, whose host has single-use credentials",
        "Have the credentials of the host ready: the target needs them once, and no export has them.",
        GUIDE,
        (ESTATE,),
    ),
    "single-use-account": Rule(
        WARNING,
        "A host with single-use credentials, which no export has",
        "Add the host on the target by hand, with its credentials.",
        REPORTS,
        (ESTATE,),
    ),
    "on-source-server": Rule(
        WARNING,
        "It is on the source itself: on the target it will be on the target, and empty",
        "Map it to a repository or a host of the target, or move its files by other means.",
        GUIDE,
        (ESTATE,),
    ),
    "host-offline": Rule(
        WARNING,
        "A host of the source is not available",
        "Bring it back, or leave it out: the target cannot add a host that does not answer.",
        REST,
        (SOURCE,),
    ),
    "repository-offline": Rule(
        WARNING,
        "A repository of the source is offline",
        "Bring it back, or leave it out, with the jobs that use it.",
        REST,
        (SOURCE,),
    ),
    "space-short": Rule(
        WARNING,
        "No room for jobs that start anew with a full backup",
        "Make room, or map the jobs to their chains in the console before they run.",
        GUIDE,
        (SOURCE, ESTATE),
    ),
    "server-not-moved": Rule(
        WARNING, "A managed server that is not carried", "Add it on the target by hand.", REST, (SOURCE,)
    ),
    "repository-not-moved": Rule(
        WARNING,
        "A repository that is not carried",
        "Add it on the target by hand (vbr_repository, vbr_scaleout_repository, or the console).",
        REST,
        (SOURCE,),
    ),
    "wan-accelerator-not-moved": Rule(
        WARNING, "A WAN accelerator, which no call creates", "Add it in the console of the target.", REST, (SOURCE,)
    ),
    "cdp-not-moved": Rule(
        WARNING,
        "Replicas of continuous data protection, whose policies no call shows",
        "Make their policies anew in the console of the target.",
        REST,
        (SOURCE,),
    ),
    # -- accounts and passwords
    "ambiguous-account": Rule(
        ERROR,
        "It names an account by a user name that several accounts have",
        "Say which one is meant in mappings, or give it an id of its own on the source.",
        REPORTS,
        (ESTATE,),
    ),
    "account-twice": Rule(
        WARNING,
        "The target has an account of this user name already, and will have two",
        "If they are the same, say so in mappings.credentials.",
        GUIDE,
        _COMING,
    ),
    "encryption-password-wrong": Rule(
        ERROR,
        "The encryption password that was given is not that of the source",
        "Give the right one in secrets: with another one, the chains cannot be read on the target.",
        REST,
        (SOURCE,),
    ),
    # -- jobs
    "restore-points-retention": Rule(
        WARNING,
        "It keeps a number of restore points, which new jobs of version 13 do not offer",
        "Say how many days a point is worth in convert (vbr_import_convert), or look at it before it runs.",
        GUIDE,
        _COMING,
    ),
    "restore-points-converted": Rule(
        INFO,
        "Its number of restore points becomes a number of days, by the rule convert.restore_points",
        "Days are rounded up. Leave the rule out to keep restore points.",
        GUIDE,
        _COMING,
    ),
    "reverse-incremental": Rule(
        WARNING,
        "It is reverse incremental, which new jobs of version 13 do not offer",
        "Set it to incremental on the source, or look at the job on the target before it runs.",
        GUIDE,
        _COMING,
    ),
    "gfs-fulls-at-risk": Rule(
        WARNING,
        "Its chain has GFS full backups, and the job itself no GFS",
        "Switch GFS on in the job before it is mapped to its chain: without, they are deleted by the next retention.",
        GUIDE,
        (SOURCE, ESTATE),
    ),
    "job-not-moved": Rule(
        WARNING,
        "A job of a type that this revision does not create, or that the bundle leaves out",
        "Export the whole server, or update the older one; or make the job anew in the console of the target.",
        REST,
        (SOURCE,),
    ),
    "job-by-hand": Rule(
        WARNING,
        "A job of a type that no REST call creates",
        "Make it anew in the console of the target.",
        REST,
        (SOURCE,),
    ),
    "predecessor-stays": Rule(
        ERROR,
        "It runs after a job that is not moved and not on the target",
        "Move that job too, or unchain this one.",
        REST,
        _COMING,
    ),
    "job-running": Rule(
        WARNING,
        "It runs on the source right now",
        "Wait until it ends before you cut over: a chain that grows meanwhile is not the one that was moved.",
        GUIDE,
        (SOURCE,),
    ),
    "session-running": Rule(
        WARNING, "The source is at work", "Wait until it ends before you cut over.", GUIDE, (SOURCE,)
    ),
    "mount-active": Rule(
        WARNING,
        "It is mounted from a backup of the source",
        "End the mount before you cut over.",
        GUIDE,
        (SOURCE,),
    ),
    # -- names, and what a conversion loses
    NAMES_BY_CASE: Rule(
        WARNING,
        "Names that differ by upper and lower case only",
        "Rename one of them (rename, vbr_import_rename in the roles): the target may take them for one.",
        REPORTS,
        (ESTATE,),
    ),
    "in-the-way": Rule(
        ERROR,
        "The target has its unique id or its name for something else",
        "If they are the same, say so in mappings; otherwise rename it, or give one of them another id.",
        REST,
        _COMING,
    ),
    "already-there": Rule(INFO, "The target has it already", "It is kept as it is there.", REST, _COMING),
    "conversion-fails": Rule(
        ERROR,
        "The API revision of the target has no place for it",
        "Leave it out, or update the target.",
        REST,
        _COMING,
    ),
    "conversion-loses": Rule(
        WARNING,
        "The API revision of the target has no place for a part of it",
        "Look at it on the target before it is used.",
        REST,
        _COMING,
    ),
    "not-checked": Rule(INFO, "A check could not be made", "Look it up by hand if it matters.", REST, ()),
}
# What looks at a move and finds something.
Judge = Callable[[Move], Iterator[Finding]]


def finding(code: str, message: str, kind: str = "", key: str = "", field: str = "", cause: str = "") -> Finding:
    """A finding of this code, with the severity and the remedy of the table."""
    rule = CODES[code]
    return Finding(rule.severity, code, message, rule.remedy, kind, key, field, rule.source, cause)


def check_accepted(codes: Iterable[str]) -> None:
    """Refuse to accept what is no code: it would be accepted without being it. Raises InvalidInput with the nearest."""
    for code in codes:
        if code not in CODES:
            nearest = alike(code, CODES, likeness=0.0)
            raise InvalidInput(
                f"accept has {quoted(code)}, which is no code of a preflight; the nearest is {quoted(nearest[0])}.",
                f"Known: {', '.join(sorted(CODES))}.",
            )


def unjudged(known: set[str]) -> list[str]:
    """The codes that cannot be judged for want of a server or of an estate."""
    return [code for code, rule in CODES.items() if not known.issuperset(rule.needs)]
