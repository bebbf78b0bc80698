# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding many texts in another one at once, at a cost that hardly grows with their number: secrets, names of objects.

They are sorted and looked up by their first characters. Where several begin at one place, the longest is meant.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

# So many first characters tell whether one of the texts may begin at a place.
HEAD = 4


class Sought:
    """Texts that are looked for together; `""` is none."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = sorted({*texts} - {""})
        self._shorter = list(_beginnings(self._texts))
        self._head = min([HEAD, *map(len, self._texts)])
        self._heads = {text[: self._head] for text in self._texts}
        self._longest = max(map(len, self._texts), default=0)

    def __bool__(self) -> bool:
        return bool(self._texts)

    def places(self, text: str) -> list[int]:
        """Where one of them may begin."""
        head, heads = self._head, self._heads
        return [place for place in range(len(text) - head + 1) if text[place : place + head] in heads]

    def at(self, text: str, place: int) -> str:
        """The longest of them that stands at a place; `""` if none does.

        Whatever begins the text from there sorts before it, and nothing that sorts between the two begins otherwise.
        """
        number = bisect_right(self._texts, text[place : place + self._longest]) - 1
        while number >= 0 and not text.startswith(self._texts[number], place):
            number = self._shorter[number]
        return self._texts[number] if number >= 0 else ""

    def within(self, text: str) -> set[str]:
        """Those of them that stand in a text: with "Job 1" and "Job 10", only the latter stands in "Job 10 failed"."""
        return {self.at(text, place) for place in self.places(text)} - {""}


def _beginnings(ordered: list[str]) -> Iterator[int]:
    """For each of the sorted texts the number of the longest other one that it begins with; -1 if there is none."""
    above: list[int] = []
    for number, text in enumerate(ordered):
        while above and not text.startswith(ordered[above[-1]]):
            above.pop()
        yield above[-1] if above else -1
        above.append(number)
