# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that come in pages, read to their end: each row once, all of them, or an error that names request and field.

A list that changes between two pages hides a row or shows one twice. So what the server says of its length is compared
with what came; where they differ, the list is read again, a few times, and then it is an error.

Once the first page has said how long the list is, its next pages are asked for side by side, a few at a time. They are
looked at in their order, as if they had come one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from .errors import QUOTED_CHARACTERS, BadAnswer, quoted_in_short
from .parallel import Attempt, Lanes, always

Row = dict[str, Any]
# No list that is kept has more pages than this, which is 200,000 rows.
MOST_PAGES = 1_000
# A list that is not kept may be longer.
MOST_STREAMED_PAGES = 5_000
# How often a list is read that changes while it is read.
READINGS = 3
REST_ADVICE = "Run the task again when nobody else changes it."

Found = TypeVar("Found")


class ListMoved(BadAnswer):
    """A list changed while it was read, so that a row may be missing."""


@dataclass(frozen=True)
class Page:
    """A part of a list. `total` is how many rows, and `pages` how many pages the server says there are in all; None if
    it does not say it. Where it says neither, `more` tells whether to ask for another page.
    """

    rows: list[Row]
    total: Any = None
    pages: Any = None
    more: bool = False


@dataclass(frozen=True)
class Listing:
    """A list in the words of its service.

    `ask(pages, rows)` gets the page after so many pages and rows. `count` is the name of the field that has the total
    or the number of pages, `size` the most rows that a page has. `identity` gives the id of a row, None if it has none.
    In a list with `newest_first` rows that are added meanwhile come before all others: then they hide none. It is read
    page by page, as one that has no `lanes`: whoever wants its first rows asks for no more than these.
    """

    service: str
    request: str
    ask: Callable[[int, int], Page]
    count: str
    size: int
    identity: Callable[[Row], Hashable | None] = lambda row: row.get("id")
    newest_first: bool = False
    lanes: Lanes | None = None

    def error(self, complaint: str, kind: type[BadAnswer] = BadAnswer, advice: str = "") -> BadAnswer:
        return kind(complaint, advice, service=self.service, request=self.request)

    def moved(self, complaint: str) -> BadAnswer:
        return self.error(f"the list changes while it is read: {complaint}", ListMoved, REST_ADVICE)


class Reading:
    """A list, read once. `proven` says afterwards whether the server's own words show that nothing is missing."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.proven = True
        self._most_pages = MOST_STREAMED_PAGES if listing.newest_first else MOST_PAGES
        self._received = 0
        self._fresh = 0
        self._first: int | None = None
        self._counted: int | None = None
        self._by_pages = False
        self._before: list[Row] = []
        self._known: set[Hashable] = set()
        # Pages that were asked for together, by how many pages and rows come before them.
        self._ahead: dict[tuple[int, int], Attempt[tuple[int, int], Page]] = {}

    def rows(self) -> Iterator[Row]:
        """Raises ListMoved, and BadAnswer for a list that has no end."""
        for number in range(self._most_pages):
            page = self._page(number)
            counted = self._count_of(page)
            yield from self._new_rows(page)
            self._before = page.rows
            self._received += len(page.rows)
            if not self._goes_on(page, number + 1, counted):
                return
        raise self.listing.error(f"the list has no end: {self._received} rows came in {self._most_pages} pages")

    def _page(self, number: int) -> Page:
        """A page after those that came, as its answer or its error. Raises RestError."""
        asked = self._ahead.pop((number, self._received), None)
        if asked is None:
            places = self._next_places(number)
            lanes = self.listing.lanes
            if lanes is None or len(places) < 2:
                return self.listing.ask(number, self._received)
            attempts = lanes.attempts(places, lambda place: self.listing.ask(*place), always)
            self._ahead = {each.item: each for each in attempts if each.begun}
            asked = self._ahead.pop(places[0])
        if asked.error is not None:
            raise asked.error
        if asked.value is None:
            raise AssertionError("a page that was asked for has come or failed")
        return asked.value

    def _next_places(self, number: int) -> list[tuple[int, int]]:
        """Where the next pages begin if each is as long as the last one, as many as are asked for at a time."""
        size = len(self._before)
        if self.listing.lanes is None or self.listing.newest_first or not size or self._counted is None:
            return []
        left = self._counted - number if self._by_pages else -(-(self._counted - self._received) // size)
        return [(number + more, self._received + more * size) for more in range(min(left, self.listing.lanes.limit))]

    def _count_of(self, page: Page) -> int | None:
        """How many rows or pages there are, as the server says. Raises BadAnswer if it is no number, or too large."""
        said = page.total if page.pages is None else page.pages
        if said is None:
            return None
        if isinstance(said, bool) or not isinstance(said, int) or said < 0:
            shown = quoted_in_short(said) if isinstance(said, str) else type(said).__name__
            raise self.listing.error(f"{self.listing.count} is no number of rows or pages: {shown}")
        most = self._most_pages * (self.listing.size if page.pages is None else 1)
        if said > most:
            # Python does not write out a number of some thousand digits.
            shown = str(said) if said < 10**QUOTED_CHARACTERS else "a number of many digits"
            raise self.listing.error(
                f"{self.listing.count} is {shown}, and no list of more than {most} is read", advice="Narrow it down."
            )
        if self._counted is not None and said != self._counted and not (self._may_grow and said > self._counted):
            raise self.listing.moved(f"{self.listing.count} was {self._counted} and is {said}")
        self._first = said if self._first is None else self._first
        self._counted = said
        self._by_pages = page.pages is not None
        return said

    @property
    def _may_grow(self) -> bool:
        return self.listing.newest_first

    def _new_rows(self, page: Page) -> Iterator[Row]:
        """The rows of a page that were not there before. Raises BadAnswer if the whole page was, ListMoved if some."""
        marks = [self.listing.identity(row) for row in page.rows]
        repeated = [mark for mark in marks if mark is not None and mark in self._known]
        if page.rows and (len(repeated) == len(page.rows) or page.rows == self._before):
            raise self.listing.error(f"the server repeats a page: its {len(page.rows)} rows came before")
        if repeated and not self._may_grow:
            raise self.listing.moved(f"a row came twice ({quoted_in_short(str(repeated[0]))})")
        # Of a long list only the last page is remembered: what is added moves a row by a place or two.
        seen = set(self._known)
        if self._may_grow:
            self._known.clear()
        for row, mark in zip(page.rows, marks, strict=True):
            if mark is None or mark not in seen:
                self._fresh += 1
                yield row
            if mark is not None:
                seen.add(mark)
                self._known.add(mark)

    def _goes_on(self, page: Page, pages: int, counted: int | None) -> bool:
        """Whether there is another page. Raises ListMoved if the list ends too early or too late."""
        field = self.listing.count
        if counted is None:
            self.proven = pages == 1
            return page.more
        if page.pages is not None:
            self.proven = counted <= 1
            if not page.rows and pages < counted:
                raise self.listing.moved(f"page {pages} of {counted} is empty ({field})")
            return pages < counted
        if self._received < counted and page.rows:
            return True
        if self._received != counted and not (self._may_grow and self._received > counted):
            raise self.listing.moved(f"{self._received} rows came, and {field} is {counted}")
        if self._fresh < (self._first or 0) and self._may_grow:
            raise self.listing.moved(f"{self._fresh} rows came, and {field} was {self._first}")
        return False


def whole(listing: Listing) -> list[Row]:
    """Every row of a list. Raises BadAnswer.

    Where the server does not say how many rows there are, a list of several pages is read until it comes twice alike.
    """
    before: list[Any] = []

    def read() -> list[Row] | None:
        nonlocal before
        reading = Reading(listing)
        rows = list(reading.rows())
        marks = [listing.identity(row) or row for row in rows]
        if reading.proven or marks == before:
            return rows
        before = marks
        return None

    for _time in range(READINGS):
        found = settled(read)
        if found is not None:
            return found
    raise listing.moved("it is another one each time")


def settled(read: Callable[[], Found]) -> Found:
    """What `read` finds in a list, or in several. If one of them changes meanwhile, it is done again from the start."""
    for left in reversed(range(READINGS)):
        try:
            return read()
        except ListMoved:
            if not left:
                raise
    raise AssertionError("the last reading returns or raises")
