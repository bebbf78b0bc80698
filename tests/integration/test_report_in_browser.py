# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report's page in a real browser: nothing complains, nothing is asked for, names stay text, and it fits.

tests/unit/filter/test_migration_page.py reads the same pages without a browser, so this may be skipped where none is.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import simulated_pair
from support.report_pages import counted
from support.reports import HOSTILE, hostile, move, page, plan_page, report

pytestmark = pytest.mark.of_servers

playwright = pytest.importorskip("playwright.sync_api", reason="playwright, which drives a browser, is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if CHROMIUM is None:
    pytest.skip("no Chromium is installed here", allow_module_level=True)

# Nobody is at home to update or to sync, and root has no sandbox.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
SCREEN, PHONE = {"width": 1100, "height": 900}, {"width": 390, "height": 844}
# A folder to leave pictures in, for somebody to look at.
PICTURES = os.environ.get("REPORT_PICTURES")
WHITE_SUM = 3 * 255


@dataclass
class Opened:
    """A page that a browser has open: what it complained of, and what it asked for beyond the page itself."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(name="browser", scope="module")
def headless_browser() -> Iterator[Any]:
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(name="reports", scope="module")
def made_reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """A whole move, and an import of objects with hostile names of which the last kind fails."""
    made = {}
    for name, maker in (("moved", move), ("hostile", hostile)):
        with simulated_pair() as pair:
            if maker is hostile:
                pair.target.faults.add(do="status", status=400, path="/disable$", times=0)
            made[name] = report(maker(pair, tmp_path_factory.mktemp(name)))
    return made


def opened(browser: Any, html: str, place: Path, **circumstances: Any) -> Opened:
    """Open a page from a file, as somebody does who was sent it."""
    path = place / "report.html"
    path.write_text(html, encoding="utf-8")
    seen = Opened(browser.new_page(**circumstances))
    seen.page.on("console", lambda message: seen.complaints.append(message.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.goto(path.as_uri())
    seen.page.wait_for_load_state("networkidle")
    # An empty picture in the page itself asks nobody.
    seen.requests = [url for url in seen.requests if url not in (path.as_uri(), "data:,")]
    return seen


def picture(seen: Opened, name: str) -> None:
    if PICTURES:
        seen.page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("name", ["moved", "hostile"])
def test_nothing_complains_and_nothing_is_asked_for(
    browser: Any, reports: dict[str, dict[str, Any]], tmp_path: Path, name: str
) -> None:
    seen = opened(browser, page(reports[name]), tmp_path)
    assert (seen.complaints, seen.requests) == ([], [])


def test_a_page_that_asks_would_be_noticed(browser: Any, tmp_path: Path) -> None:
    """Or the test above would prove nothing. The second page is kept from asking by its own policy, and complains."""
    asking = '<img src="http://localhost:9/x.png"><script>console.log("here")</script>'
    seen = opened(browser, f"<!DOCTYPE html><title>x</title>{asking}", tmp_path)
    assert seen.requests and "here" in seen.complaints
    policy = page(empty()).partition("<meta name=")[0]
    kept = opened(browser, f"{policy}</head><body>{asking}", tmp_path)
    assert kept.complaints and "here" not in kept.complaints


def empty() -> dict[str, Any]:
    run = {"pair": "x", "for_show": False, "steps": {}, "times": {}}
    return report(run)


def test_the_numbers_are_those_of_the_json(browser: Any, reports: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    written = reports["moved"]
    shown = opened(browser, page(written), tmp_path).page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('#kinds [data-kind]')].map(row => [
             row.dataset.kind, Object.fromEntries([...row.querySelectorAll('td')].map(cell => [
               cell.dataset.outcome, Number(cell.innerText)]))]))"""
    )
    assert shown == counted(written)


def test_hostile_names_stay_text(browser: Any, reports: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    written = reports["hostile"]
    assert written["kinds"]["jobs"]["failed"] == len(HOSTILE)
    seen = opened(browser, page(written), tmp_path).page
    cells = seen.locator("[data-object=jobs] td:nth-child(2)").all_inner_texts()
    assert sorted(cells) == sorted(HOSTILE)
    assert seen.title() == "Migration demo: Moved"
    assert seen.locator("script, img, iframe, object, embed").count() == 0
    assert seen.locator("style").count() == 1


def test_the_objects_of_a_plan_are_searched(browser: Any, tmp_path: Path) -> None:
    """By the one script that the page's policy knows; without scripts all of it is there, and no box."""
    with simulated_pair() as pair:
        html = plan_page(pair, tmp_path)
    seen = opened(browser, html, tmp_path, viewport=PHONE)
    picture(seen, "plan")
    shown = seen.page.locator("[data-object]:not([hidden])")
    all_of_them = shown.count()
    seen.page.fill("#search", "bucketname BACKUPS")
    assert shown.count() == 1 and shown.is_visible()
    seen.page.fill("#search", "")
    assert shown.count() == all_of_them > 1
    assert (seen.complaints, seen.requests) == ([], [])
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context = browser.new_context(java_script_enabled=False)
    plain = opened(context, html, tmp_path).page
    assert not plain.locator("#search").is_visible() and plain.get_by_text("Store one").first.is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_light_by_day_and_dark_by_night(
    browser: Any, reports: dict[str, dict[str, Any]], tmp_path: Path, scheme: str
) -> None:
    seen = opened(browser, page(reports["moved"]), tmp_path, color_scheme=scheme, viewport=SCREEN)
    picture(seen, scheme)
    paper, ink = (brightness(seen, name) for name in ("background-color", "color"))
    assert (paper > ink) == (scheme == "light")
    assert abs(paper - ink) > WHITE_SUM / 2


def brightness(seen: Opened, name: str) -> int:
    """The sum of a colour's three parts."""
    colour = seen.page.evaluate(f"getComputedStyle(document.body).getPropertyValue('{name}')")
    return sum(int(part) for part in json.loads("[" + colour.partition("(")[2].rstrip(")") + "]")[:3])


@pytest.mark.parametrize("name", ["moved", "hostile"])
def test_it_fits_on_a_phone(browser: Any, reports: dict[str, dict[str, Any]], tmp_path: Path, name: str) -> None:
    seen = opened(browser, page(reports[name]), tmp_path, viewport=PHONE, color_scheme="dark")
    picture(seen, f"phone_{name}")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_what_is_folded_is_printed(browser: Any, reports: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    seen = opened(browser, page(reports["moved"]), tmp_path, viewport=SCREEN, color_scheme="dark")
    folded = seen.page.get_by_text("Import of credentials record linux01")
    assert not folded.is_visible()
    seen.page.emulate_media(media="print")
    picture(seen, "print")
    assert folded.is_visible()
    assert brightness(seen, "background-color") == WHITE_SUM
