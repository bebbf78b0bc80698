# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of every report: what can become of an object, how a run ends, and how pages and terminals call it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..migration.stage import AT_REST

# What nobody but an administrator can bring to the target.
BY_HAND = "by_hand"
# What was created or updated, and a rollback has removed.
REMOVED_AGAIN = "removed"
# What can become of an object, and how a page calls it. Planned is what was to be sent and was not: a dry run,
# or a plan with errors; so is what was to be changed. Waiting is what only the cutover creates.
TITLES: Mapping[str, str] = {
    "created": "created",
    "updated": "updated",
    REMOVED_AGAIN: "removed again",
    "planned": "planned",
    "waiting": "wait for the cutover",
    "kept": "kept",
    "drift": "differ",
    "blocked": "blocked",
    "failed": "failed",
    BY_HAND: "by hand",
    "skipped": "not moved",
}
OUTCOMES = tuple(TITLES)
# The same above the columns of a terminal, where it is another word.
NARROW: Mapping[str, str] = {"waiting": "wait", "skipped": "skipped", REMOVED_AGAIN: "removed"}
# The kinds as people call them, where that is another word.
PLAIN: Mapping[str, str] = {
    "credentials": "accounts",
    "cloudcredentials": "cloud accounts",
    "encryptionPasswords": "encryption passwords",
    "managedServers": "servers",
    "kmsServers": "key management servers",
    "adDomains": "Active Directory domains",
    "mountServers": "mount servers",
    "wanAccelerators": "WAN accelerators",
    "scaleOutRepositories": "scale-out repositories",
    "repositoryPermissions": "permissions of repositories",
    "jobPermissions": "owners of jobs",
    "protectionGroups": "protection groups",
    "unstructuredDataServers": "file and object servers",
    "entraTenants": "Entra ID tenants",
    "otherWorkloads": "what no list shows",
    "recoveryTokens": "recovery tokens",
    "vmExclusions": "machines never backed up",
    "generalOptions": "general options",
    "emailSettings": "e-mail settings",
    "notifications": "notification settings",
    "eventForwarding": "event forwarding",
    "storageLatency": "storage latency",
    "datastoreLatencies": "latencies of datastores",
    "trafficRules": "network traffic rules",
    "malwareDetection": "malware detection",
    "suspiciousFiles": "suspicious files",
    "securityAnalyzer": "schedule of the security analyzer",
    "configurationBackup": "configuration backup",
    "otherSettings": "settings that no export carries",
}
# How an object goes to the target, as a page says it.
TRANSPORTS: Mapping[str, str] = {"automation": "automation", "rest": "REST", "mapped": "mapped", "by hand": "by hand"}
# The same of how many objects went in which way.
WAYS: Mapping[str, str] = {"automation": "the automation section", "rest": "REST"}
# How a run ended, as a page says it. Of a dry run it says so besides.
VERDICTS: Mapping[str, str] = {
    "moved": "Moved",
    "complete": "Complete: nothing was missing",
    "planned": "Planned: nothing was sent yet",
    "refused": "Refused: nothing was sent",
    "failed": "Failed",
    "exported": "Exported",
    "checked": "Preflight",
    "verified": "Verified",
    "drifted": "Drifted",
    "alike": "Alike: nothing has drifted",
    "handed over": "Handed over",
    "taken back": "Taken back",
}
# Where the run goes on with jobs that come to this phase first.
THEN: Mapping[str, str] = {AT_REST: "at rest, then brought in and cut over"}
# How severe it is what was noticed.
NOTICED = (("error", "error"), ("warning", "warning"), ("info", "remark"))
DRY_RUN = "Plan of a dry run"
# Of a pair whose run did not come as far as its report.
WITHOUT = "no report"
# The outcomes of a run that a reader looks at first.
BAD = ("failed", "refused", WITHOUT)


def in_numbers(counts: Mapping[str, int]) -> str:
    """How many there are of each."""
    return ", ".join(f"{count} {what}" for what, count in counts.items())


def would_be(planned: Mapping[str, int]) -> str:
    """How many jobs would be where. Those that come to rest are brought in by the same run, and handed over by it."""
    return ", ".join(f"{count} {THEN.get(what, what)}" for what, count in planned.items())


def beside(verified: Mapping[str, Any]) -> str:
    """What is otherwise, and is no fault: what no call brings, and settings of which the target keeps its own."""
    kept, left = len(verified.get("settings", ())), len(verified.get("by_hand", ()))
    parts = [f"{kept} setting{'s' if kept > 1 else ''} of which the target keeps its own"] if kept else []
    parts += [f"{left} object{'s' if left > 1 else ''} left out until something is done by hand"] if left else []
    return f", but for {' and '.join(parts)}" if parts else ""


def noticed(report: Mapping[str, Any]) -> str:
    """How much was noticed of the whole move, whichever run has noticed it: "9 warnings, 2 remarks"."""
    count = Counter[str]()
    for row in (*report["preflight"], *report["findings"]):
        # What is of several objects has their number.
        count[row["severity"]] += int(row.get("count", 1))
    return ", ".join(f"{count[one]} {word}{'s' if count[one] > 1 else ''}" for one, word in NOTICED if count[one])


def plain(kind: str) -> str:
    """A kind as people call it."""
    return PLAIN.get(kind, kind)


def verdict(outcome: str, dry_run: bool) -> str:
    """How a run ended, as a page says it."""
    return DRY_RUN if dry_run and outcome == "planned" else VERDICTS[outcome]
