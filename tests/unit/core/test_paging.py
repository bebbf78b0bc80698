# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list is whole, or an error that names request and field; whatever a server says of it, reading it ends.

All of it holds for pages that are asked for one by one, and for those that are asked for side by side.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import BadAnswer
from ansible_collections.backupfleet.rest.plugins.module_utils._core.paging import (
    MOST_PAGES,
    READINGS,
    Listing,
    ListMoved,
    Page,
    Reading,
    whole,
)
from ansible_collections.backupfleet.rest.plugins.module_utils._core.parallel import Lanes

SIZE = 3


class Present:
    """The lanes of the test that runs."""

    lanes = Lanes(1)


@pytest.fixture(params=[1, 4], autouse=True)
def lanes(request: pytest.FixtureRequest) -> Iterator[Lanes]:
    Present.lanes = Lanes(request.param)
    yield Present.lanes


def listing_of(ask: Callable[[int, int], Page], count: str = "pagination.total", **more: Any) -> Listing:
    names = {"service": "VBR", "request": "GET /things", "size": SIZE, "lanes": Present.lanes, **more}
    return Listing(ask=ask, count=count, **names)


class Server:
    """Gives pages of `stored`. Before each of them `meanwhile` may change it; `asked` counts them."""

    def __init__(self, count: int, meanwhile: Callable[[Server], None] = lambda server: None, total: Any = len) -> None:
        self.stored: list[dict[str, Any]] = [{"id": str(number)} for number in range(count)]
        self.asked = 0
        self._meanwhile = meanwhile
        self._total = total
        self._lock = threading.Lock()

    def ask(self, _pages: int, rows: int) -> Page:
        with self._lock:
            self._meanwhile(self)
            self.asked += 1
            part = self.stored[rows : rows + SIZE]
            total = self._total(self.stored) if callable(self._total) else self._total
            return Page(part, total, more=len(part) == SIZE)

    def listing(self, **more: Any) -> Listing:
        return listing_of(self.ask, **more)

    def ids(self) -> list[str]:
        return [row["id"] for row in self.stored]


def once(change: Callable[[Server], None], before: int) -> Callable[[Server], None]:
    """A change just before a page."""
    return lambda server: change(server) if server.asked == before else None


def removal(server: Server) -> None:
    del server.stored[0]


def addition(server: Server) -> None:
    server.stored.insert(0, {"id": f"new {server.asked}"})


@pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 10])
@pytest.mark.parametrize("total", [len, None])
def test_each_row_comes_once(count: int, total: Any) -> None:
    server = Server(count, total=total)
    assert whole(server.listing()) == server.stored


@pytest.mark.parametrize("total", [len, None])
@pytest.mark.parametrize("change", [removal, addition])
@pytest.mark.parametrize("before", [1, 2, 3])
def test_a_list_that_changes_between_two_pages_is_read_again(
    change: Callable[[Server], None], before: int, total: Any
) -> None:
    server = Server(10, once(change, before), total)
    assert [row["id"] for row in whole(server.listing())] == server.ids()


@pytest.mark.parametrize("change", [removal, addition])
def test_a_list_that_never_rests_is_an_error(change: Callable[[Server], None]) -> None:
    server = Server(50, change)
    with pytest.raises(ListMoved, match=r"VBR: GET /things: the list changes while it is read: pagination\.total was"):
        whole(server.listing())
    # Beside the page that shows it, those that were asked for together with it.
    assert server.asked <= (1 + Present.lanes.limit) * READINGS


def test_a_list_that_is_shorter_than_its_total_is_an_error() -> None:
    server = Server(4, total=5)
    with pytest.raises(BadAnswer, match=r"GET /things.*4 rows came, and pagination\.total is 5"):
        whole(server.listing())


@pytest.mark.parametrize("total", ["many", "5", True, 1.5, -1, [5], {}])
def test_a_total_that_is_no_number_is_an_error(total: Any) -> None:
    with pytest.raises(BadAnswer, match=r"GET /things: pagination\.total is no number of rows or pages"):
        whole(Server(4, total=total).listing())


@pytest.mark.parametrize("total", [10**12, 10**5000], ids=["long", "longer than Python writes"])
def test_a_list_that_is_too_long_is_refused_at_its_first_page(total: int) -> None:
    server = Server(4, total=total)
    with pytest.raises(BadAnswer, match=r"pagination\.total is .*, and no list of more than 3000 is read"):
        whole(server.listing())
    assert server.asked == 1


def constant(page: Page) -> Listing:
    return listing_of(lambda pages, rows: page)


@pytest.mark.parametrize("total", [2000, None])
@pytest.mark.parametrize("row", [{"id": "1"}, {"name": "without an id"}])
def test_a_page_that_comes_again_is_an_error(row: dict[str, Any], total: int | None) -> None:
    with pytest.raises(BadAnswer, match="GET /things: the server repeats a page"):
        whole(constant(Page([row] * SIZE, total, more=True)))


def test_two_pages_in_turn_are_pages_that_repeat() -> None:
    def ask(pages: int, _rows: int) -> Page:
        return Page([{"id": str(pages % 2)}], None, more=True)

    with pytest.raises(BadAnswer, match="the server repeats a page"):
        whole(listing_of(ask))


def test_full_pages_for_ever_are_an_error() -> None:
    def ask(_pages: int, rows: int) -> Page:
        return Page([{"id": str(rows + number)} for number in range(SIZE)], None, more=True)

    with pytest.raises(BadAnswer, match=rf"the list has no end: {MOST_PAGES * SIZE} rows came in {MOST_PAGES} pages"):
        whole(listing_of(ask))


def test_an_id_that_comes_twice_in_a_page_is_one_row() -> None:
    assert whole(constant(Page([{"id": "1"}, {"id": "1"}], 2))) == [{"id": "1"}]


# -- lists that count their pages --------------------------------------------------------------------------------------


def counted(*pages: tuple[int, Any]) -> Listing:
    """Pages of so many rows each, and how many pages there are."""

    def ask(number: int, rows: int) -> Page:
        size, count = pages[number % len(pages)]
        return Page([{"id": str(rows + at)} for at in range(size)], pages=count)

    return listing_of(ask, "PagesCount", service="EM", request="GET /api/query")


def test_pages_are_read_to_their_number() -> None:
    assert len(whole(counted((3, 3), (3, 3), (1, 3)))) == 7


@pytest.mark.parametrize("count", [0, 1])
def test_a_list_of_no_rows_has_no_page_or_an_empty_one(count: int) -> None:
    assert whole(counted((0, count))) == []


@pytest.mark.parametrize(
    ("count", "complaint"),
    [
        (10**9, "PagesCount is 1000000000, and no list of more than 1000 is read"),
        (900, r"page 1 of 900 is empty \(PagesCount\)"),
        ("2", "PagesCount is no number of rows or pages: '2'"),
    ],
)
def test_pages_that_are_not_there_are_an_error(count: Any, complaint: str) -> None:
    with pytest.raises(BadAnswer, match=f"EM: GET /api/query: .*{complaint}"):
        whole(counted((0, count)))


# -- lists whose new rows come first -----------------------------------------------------------------------------------


def streamed(server: Server) -> list[str]:
    return [row["id"] for row in Reading(server.listing(newest_first=True)).rows()]


def test_what_is_added_to_a_stream_hides_nothing() -> None:
    server = Server(10, addition)
    assert streamed(server) == ["new 0", *(str(number) for number in range(10))]


def test_what_is_removed_from_a_stream_is_an_error() -> None:
    with pytest.raises(ListMoved):
        streamed(Server(10, once(removal, 1)))


def test_a_row_that_goes_while_another_comes_is_missed_in_no_stream() -> None:
    def both(server: Server) -> None:
        removal(server)
        server.stored.append({"id": "last"})
        del server.stored[0]

    with pytest.raises(ListMoved):
        streamed(Server(10, once(both, 1)))


LONG = "a" * 30 + "Kf8+vT3&secret=Qz1%"


@pytest.mark.parametrize(
    "listing",
    [
        lambda: counted((1, LONG)),
        lambda: listing_of(lambda number, _rows: Page([{"id": LONG}, {"id": number}], 4), "total", size=2),
    ],
    ids=["a number", "an id"],
)
def test_no_part_of_a_long_text_is_quoted_where_nobody_redacts_it(listing: Callable[[], Listing]) -> None:
    with pytest.raises(BadAnswer, match=f"a text of {len(LONG)} characters") as caught:
        list(Reading(listing()).rows())
    assert "Kf8+v" not in str(caught.value)


# -- side by side ------------------------------------------------------------------------------------------------------


def test_pages_come_in_their_order_whichever_comes_first() -> None:
    server = Server(8 * SIZE)
    first_of_two = {place: threading.Event() for place in range(SIZE, 8 * SIZE, 2 * SIZE)}

    def ask(pages: int, rows: int) -> Page:
        if Present.lanes.limit > 1 and rows in first_of_two:
            # The page after it comes before it.
            first_of_two[rows].wait(5)
        page = server.ask(pages, rows)
        if rows - SIZE in first_of_two:
            first_of_two[rows - SIZE].set()
        return page

    assert whole(listing_of(ask)) == server.stored


def test_a_page_is_asked_for_once_and_no_more_than_there_are() -> None:
    asked: list[int] = []
    server = Server(7 * SIZE + 1)

    def ask(pages: int, rows: int) -> Page:
        asked.append(rows)
        return server.ask(pages, rows)

    assert whole(listing_of(ask)) == server.stored
    assert sorted(asked) == list(range(0, 8 * SIZE, SIZE))


def test_pages_that_are_shorter_than_the_first_are_asked_for_where_they_begin() -> None:
    rows_of = {0: 3, 3: 2, 5: 3, 8: 3, 11: 1}

    def ask(_pages: int, rows: int) -> Page:
        size = rows_of.get(rows, SIZE)
        return Page([{"id": str(rows + at)} for at in range(min(size, 12 - rows))], 12)

    assert [row["id"] for row in whole(listing_of(ask))] == [str(number) for number in range(12)]


def test_no_more_pages_are_held_than_there_are_lanes() -> None:
    held, most = 0, 0

    def ask(_pages: int, rows: int) -> Page:
        nonlocal held, most
        held += 1
        most = max(most, held)
        return Page([{"id": str(rows + at)} for at in range(SIZE)], 30 * SIZE)

    read = 0
    for row in Reading(listing_of(ask)).rows():
        read += 1
        held -= int(row["id"]) % SIZE == SIZE - 1
    assert read == 30 * SIZE
    assert most <= Present.lanes.limit


def test_an_error_of_a_later_page_does_not_hide_that_the_list_changed_before_it() -> None:
    def ask(_pages: int, rows: int) -> Page:
        if rows >= 2 * SIZE:
            raise BadAnswer("later")
        return Page([{"id": str(rows + at)} for at in range(SIZE)], 4 * SIZE + (rows > 0))

    with pytest.raises(ListMoved, match=r"pagination\.total was 12 and is 13"):
        list(Reading(listing_of(ask)).rows())


def test_a_list_whose_new_rows_come_first_is_read_page_by_page() -> None:
    server = Server(4 * SIZE)
    rows = Reading(server.listing(newest_first=True)).rows()
    for _row in range(SIZE + 1):
        next(rows)
    assert server.asked == 2
