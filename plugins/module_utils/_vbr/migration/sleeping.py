# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting jobs to sleep that were brought in: each is disabled, and what counts is what the list shows afterwards."""

from __future__ import annotations

from collections.abc import Container

from ..._core.compare import Names
from ..._core.errors import RestError
from ..._core.parallel import Lanes
from ..automation import Automation, moving
from .listed import ListedJob
from .plan import ObjectKey, PlanItem

# How often jobs are disabled that the list shows enabled: a second time, one by one, for those whose answer was lost or
# was that the server is busy.
ROUNDS = 2


class SleepingJobs:
    """The jobs of a target as it lists them, and what is done until those that were brought in sleep."""

    def __init__(self, automation: Automation, names: Container[str] = frozenset()) -> None:
        self.automation = automation
        # The jobs that are none of those that are looked for, whatever else is alike.
        self.names = names
        self.listed: Names[list[ListedJob]] = Names()
        # Why a job that was brought in is not in it.
        self.unlisted = ""

    def look(self) -> Names[list[ListedJob]]:
        """The jobs that can be moved; none when they cannot be listed, and then `unlisted` says why."""
        try:
            self.listed, self.unlisted = moving(self.automation.jobs()), "the list of jobs does not show it"
        except RestError as error:
            self.listed, self.unlisted = Names(), str(error)
        return self.listed

    def listed_as(self, item: PlanItem) -> list[ListedJob]:
        """The jobs of the list that an item can be."""
        found = self.listed.meant(item.key, besides=self.names)
        return [job for jobs in found.values() for job in jobs if job.is_of(item.record)]

    def put_to_sleep(self, items: list[PlanItem]) -> tuple[dict[ObjectKey, str], dict[ObjectKey, str]]:
        """Disable those of the jobs that are enabled, and look whether they are disabled.

        Returns those that may not be, with the reason, and the ids of those of which there is just one.
        """
        if not self.listed:
            self.look()
        for lanes in (self.automation.service.lanes, *(Lanes(1) for _round in range(1, ROUNDS))):
            wrong, sent = self._disable(items, lanes)
            if not sent:
                break
            # Whether they sleep is what the list shows, whatever the answers were.
            self.look()
        else:
            wrong = {key: wrong.get(key, reason) for key, reason in self._awake(items).items()}
        found = {item.object_key: self.listed_as(item) for item in items}
        return wrong, {key: jobs[0].id for key, jobs in found.items() if len(jobs) == 1}

    def _disable(self, items: list[PlanItem], lanes: Lanes) -> tuple[dict[ObjectKey, str], int]:
        """Disable those that are enabled; returns those that may still be, with the reason, and how many requests were
        sent.
        """
        wrong: dict[ObjectKey, str] = {}
        awake: list[tuple[PlanItem, str]] = []
        for item in items:
            found = self.listed_as(item)
            if len(found) != 1:
                ids = ", ".join(job.id for job in found)
                wrong[item.object_key] = f"{len(found)} jobs have its name: {ids}" if found else self.unlisted
            elif not found[0].disabled:
                awake.append((item, found[0].id))
        # None is left awake because another one could not be disabled.
        for each in lanes.attempts(awake, lambda one: self.automation.disable(one[1]), lambda error: False):
            if each.error is not None:
                wrong[each.item[0].object_key] = str(each.error)
        return wrong, len(awake)

    def _awake(self, items: list[PlanItem]) -> dict[ObjectKey, str]:
        """Those that the list does not show as disabled, with the reason."""
        found = {item.object_key: self.listed_as(item) for item in items}
        return {
            key: "it was disabled, and the list shows it enabled" if jobs else self.unlisted
            for key, jobs in found.items()
            if not jobs or not all(job.disabled for job in jobs)
        }
