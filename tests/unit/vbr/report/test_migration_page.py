# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter migration_page: the page says what the report says, and nothing in it becomes more than text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import TemplateError

from ansible_collections.backupfleet.rest.plugins.filter.migration_page import FilterModule, migration_page
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.drift import drift
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.report.verification import verification
from simulator.testing import Pair, simulated_pair
from support.estates import CHAIN_SECRETS, bundle_of, chain_of_four
from support.report_pages import Page, counted
from support.reports import HOSTILE, hostile, move, page, report, run
from support.tasks import drive

# What the template is made of; a name, a reason or a log must not bring in anything else.
ELEMENTS = {
    *(
        "html",
        "head",
        "meta",
        "link",
        "title",
        "style",
        "body",
        "header",
        "main",
        "footer",
        "h1",
        "h2",
        "h3",
        "p",
        "div",
    ),
    *("span", "strong", "code", "del", "ins", "dl", "dt", "dd", "ul", "ol", "pre", "li", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


@pytest.fixture(name="pair")
def simulated_servers() -> Iterator[Pair]:
    with simulated_pair() as pair:
        yield pair


def test_the_page_has_the_numbers_of_the_report(pair: Pair, tmp_path: Path) -> None:
    document = report(move(pair, tmp_path))
    read = Page(page(document))
    assert read.numbers == counted(document)
    assert read.totals == {name: document["totals"][name] for name in ("created", "kept", "failed")}
    assert read.sessions == [session["id"] for session in document["sessions"]]
    assert read.outcome == "moved"
    titles = [row["title"] for session in document["sessions"] for row in session["log"]]
    names = [row["name"] for row in document["objects"]]
    for words in (*titles, *names, "20 objects were compared", "63.7 s", "source 1.2-rev1"):
        assert words in read.text


def test_the_page_is_complete_in_itself(pair: Pair, tmp_path: Path) -> None:
    read = Page(page(report(move(pair, tmp_path))))
    assert read.tags <= ELEMENTS
    assert read.asks == read.style_asks == read.handlers == []


@pytest.mark.parametrize("fault", [None, "/disable$", "jobs/import$"])
def test_hostile_names_stay_text(pair: Pair, tmp_path: Path, fault: str | None) -> None:
    """Whether the objects were created, or failed and are shown with the server's words."""
    if fault:
        pair.target.faults.add(do="status", status=400, path=fault, times=0, body={"message": "<script>no()</script>"})
    document = report(hostile(pair, tmp_path))
    read = Page(page(document))
    assert {row["name"] for row in document["objects"]} >= set(HOSTILE)
    assert all(name in read.text for name in HOSTILE)
    assert ("<script>no()</script>" in read.text) == bool(fault)
    assert read.tags <= ELEMENTS
    assert read.asks == read.style_asks == read.handlers == []


def test_every_text_of_a_report_is_escaped(pair: Pair, tmp_path: Path) -> None:
    """Each text of a full report in turn is something that must not work."""
    full = report(hostile(pair, tmp_path))
    wrong = [{"kind": "jobs", "key": "k", "reason": "r", "diff": [{"field": "f", "before": "b", "after": "a"}]}]
    full |= {
        "verification": {"ok": False, "compared": 3, "missing": wrong, "drift": wrong},
        "failure": {"task": "t", "message": "m"},
        "findings": [{"severity": "warning", "kind": "k", "key": "k", "message": "m", "remedy": "r"}],
        "source": {"name": "n", "hostname": "h", "port": 1},
    }
    full |= {
        "drift": {name: found for name, found in drift(full["verification"]).items() if name in ("counts", "rows")},
        "differences": [{**wrong[0]["diff"][0], "kind": "jobs", "key": "k", "cause": "c"}],
        "waiting": [{"reason": "r", "count": 2, "objects": {"jobs": ["k"]}}],
        "plan": {"digest": "d", "saved": True, "points_of_no_return": [{"kind": "jobs", "key": "k", "why": "w"}]},
        "window": [{"step": "s", "state": "done", "jobs": "j"}],
        "standing": {"counts": {"diverged": 1}, "jobs": [{"name": "n", "source_name": "s", "wrong": ["w"]}]},
        "handover": {"planned": {"cut over": 1}, "warnings": ["w"], "failures": [{"reason": "r", "count": 2}]},
        "one_owner": [{"kind": "repositories", "key": "k", "owned": True, "why": "w"}],
        "earlier": ["preflight", "verification"],
        "command": "c",
    }
    full["handover"] |= {"removed": {"jobs": 1}, "stay": 1}
    full["standing"]["jobs"][0]["stands"] = "diverged"
    full["handover"]["failures"][0]["objects"] = {"jobs": ["k"]}
    full["sessions"][0] |= {"message": "m", "log": [{"status": "s", "title": "t", "description": "d"}]}
    full["objects"][0] |= {"reason": "r", "diff": wrong[0]["diff"]}
    read = Page(page(poisoned(full)))
    assert read.text.count(POISON) > 50
    assert read.tags <= ELEMENTS
    assert read.asks == read.handlers == []


POISON = '"><script src=x onload=y>'
# Words of the report that the page takes as words, not as text.
WORDS = {"outcome", "severity", "result", "stands"}


def poisoned(value: object, name: str = "") -> object:
    """A copy whose texts are all poison."""
    if isinstance(value, dict):
        return {key: poisoned(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [poisoned(part) for part in value]
    return POISON if isinstance(value, str) and name not in WORDS else value


@pytest.mark.parametrize(
    "template",
    [
        "{{ report.pair | safe }}",
        "{% autoescape false %}{{ report.pair }}{% endautoescape %}",
        "{{ report.pair }}{{ report.par }}",
        "{{ report.__class__.__mro__ }}",
    ],
)
def test_a_template_that_would_go_wrong_is_refused(template: str) -> None:
    with pytest.raises((TemplateError, ValueError)):
        migration_page({"pair": "<b>"}, template)


def test_what_acts_on_a_terminal_is_shown_as_it_is_escaped() -> None:
    """Such as a name that turns the line around it round; the ends of lines are those of the page."""
    name = "a\x1b[2J\x07\u202eb\r\n<i>\ud800"
    macro = "{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}"
    template = macro + "{{ report.name }}|{{ twice(report.name) }}|{{ report.name | e }}"
    once = r"a\x1b[2J\x07\u202eb\r" + "\n&lt;i&gt;" + r"\ud800"
    assert migration_page({"name": name}, template).strip() == f"{once}|{once}{once}|{once}"


def test_a_forgotten_escape_is_no_hole() -> None:
    assert migration_page({"pair": "<b>"}, "{{ report.pair }}{{ report['pair'] ~ '&' }}") == "&lt;b&gt;&lt;b&gt;&amp;"


@pytest.mark.parametrize("step", ["nothing", "export", "refused", "plan"])
def test_there_is_a_page_for_every_ending(pair: Pair, tmp_path: Path, step: str) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    given = {
        "nothing": lambda: run(pair, failure={"task": "Export", "result": {"msg": "nobody answers"}}),
        "export": lambda: run(pair, export=drive("export", pair.source)),
        "refused": lambda: run(pair, failure={"task": "Import"}, import_=drive("import", pair.target, src=bundle)),
        "plan": lambda: run(pair, True, import_=drive("import", pair.target, check=True, src=bundle)),
    }[step]()
    made = report(given)
    read = Page(page(made))
    assert read.numbers == counted(made)
    assert read.outcome == made["outcome"]


def test_the_page_says_it_in_words_and_leaves_out_what_is_empty(pair: Pair, tmp_path: Path) -> None:
    text = page(report(move(pair, tmp_path)))
    assert '<th scope="row">cloud accounts</th>' in text
    assert '<th scope="col" class="number">created</th>' in text
    assert '<th scope="col" class="number">blocked</th>' not in text
    assert "cloudcredentials" not in Page(text).text


def test_a_plan_shows_what_each_object_needs(pair: Pair, tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    planned = drive("import", pair.target, check=True, src=bundle, secrets=CHAIN_SECRETS)
    made = report(run(pair, True, import_=planned))
    (job,) = (row for row in made["objects"] if row["kind"] == "jobs")
    (need,) = (need for need in job["needs"] if need["kind"] == "repositories")
    assert f"needs repositories {need['key']}" in " ".join(Page(page(made)).text.split())
    assert not any(row["needs"] for row in report(move(pair, tmp_path))["objects"])


def test_a_verification_has_tiles(pair: Pair, tmp_path: Path) -> None:
    """Also where that was all that was done."""
    bundle = bundle_of(tmp_path / "bundle", chain_of_four())
    verified = verification(drive("import", pair.target, check=True, src=bundle, on_missing_secret="skip"))
    assert {row["reason"] for row in verified["missing"]} == {""}, "a comparison needs no secrets"
    assert "secret" not in verified["summary"]["missing"]
    read = Page(page(report(run(pair, verify=verified))))
    assert f"0 as they should be {len(verified['missing'])} missing" in " ".join(read.text.split())


def test_ansible_finds_it() -> None:
    assert FilterModule().filters() == {"migration_page": migration_page}
