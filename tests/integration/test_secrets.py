# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries in every secret, runs of Ansible that show all they can, and no canary anywhere afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration import secrets
from ansible_collections.backupfleet.rest.plugins.module_utils._vbr.migration.kinds import AUTOMATED, KINDS, unique_id
from simulator.testing import Server
from support.canaries import GivenSecrets, flat, page, paths
from support.canary_stage import Stage
from support.tasks import drive
from tooling import tree

EDGES = ["in the controller", "as a module"]
MODULE = "backupfleet.rest.vbr_automation_import"
MISSING = ("credentials", "main-domain-credentials")


@pytest.fixture(scope="module", params=EDGES)
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A run of migrate.yml with a pair that is moved, and pairs of which each fails in its own way."""
    with Stage(tmp_path_factory.mktemp("stage")) as made:
        made.add("moved")
        echo_in_import(made.add("echoing").target, made)
        echo_in_sign_in(made.add("echoing_sign_in").target)
        made.add("lacking")
        del made.secrets("lacking")[MISSING[0]][MISSING[1]]
        made.add("refused")
        made.hosts["refused"]["vbr_source"]["password"] = made.aviary.canary("a wrong password")
        made.play(migrate_yml(made, request.param), "--diff")
        assert made.syslog.exists() == (request.param == EDGES[1])
        yield made


def migrate_yml(stage: Stage, edge: str) -> Path:
    """The playbook as it is shipped, or with an environment for its tasks: then they run as ordinary modules."""
    shipped = tree.ROOT / "playbooks" / "migrate.yml"
    if edge == EDGES[0]:
        return shipped
    _group, book = yaml.safe_load(shipped.read_text(encoding="utf-8"))
    path = stage.place / "migrate.yml"
    files = [str(shipped.parent / name) for name in book["vars_files"]]
    path.write_text(yaml.safe_dump([{**book, "vars_files": files, **elsewhere(stage)}], sort_keys=False), "utf-8")
    return path


def elsewhere(stage: Stage) -> dict[str, Any]:
    """What makes a task, or all of a play, run as an ordinary module: an environment of its own."""
    return {"environment": stage.listening}


def echo_in_import(target: Server, stage: Stage) -> None:
    """A target that quotes all it was sent: as an error, as a page, as the result of a session, in a log."""
    values = [value for _kind, _key, _word, value in flat(stage.secrets("echoing"))]
    said = " ".join(values)
    path = "/automation/{}/import$"
    refusal = {"errorCode": "UnexpectedContent", "message": f"cannot read {said}"}
    target.faults.add(do="status", status=400, path=path.format("credentials"), body=refusal)
    target.faults.add(do="status", status=502, path=path.format("cloudcredentials"), body="\n".join(map(page, values)))
    target.faults.add(
        do="status",
        status=200,
        path="/logs$",
        times=0,
        body={"totalRecords": 1, "records": [{"id": 1, "status": "Failed", "title": said, "description": said}]},
    )
    end = {"id": "1", "state": "Stopped", "result": {"result": "Failed", "message": said}}
    target.faults.add(do="status", status=200, path="/automation/sessions/.+", body=end)


def echo_in_sign_in(target: Server) -> None:
    """A target whose proxy shows the form it was sent."""
    target.faults.add(do="status", status=500, path="/oauth2/token$", times=0, body=page(target.password))


def test_each_pair_ends_as_meant(stage: Stage) -> None:
    output = stage.output
    failed = {host for host, counts in output.recap.items() if counts["failed"]}
    assert failed == set(stage.hosts) - {"moved"}, output.output


def test_every_secret_arrives(stage: Stage) -> None:
    assert_all_arrived(stage, "moved")


def assert_all_arrived(stage: Stage, name: str) -> None:
    """Every kind of secret was given, and the target of this pair has each of them."""
    given = flat(stage.secrets(name))
    every_word = {(kind, word) for kind in AUTOMATED for word in paths(kind)}
    assert {(kind, word) for kind, _key, word, _value in given} == every_word
    for kind, key, word, value in given:
        question = {"kind": kind, "uniqueId": key, "field": paths(kind)[word], "value": value}
        assert stage.pairs[name].target.service.holds_secret(question), (kind, key, word)


def test_no_canary_is_heard(stage: Stage) -> None:
    assert not stage.heard()


def test_nothing_is_left_behind(stage: Stage) -> None:
    assert not stage.leftovers()


# -- secrets in an inline estate, and where they do not belong ---------------------------------------------------------


@pytest.fixture(scope="module")
def inline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A run of tasks that get their secrets inline, or in the wrong place, at every edge; none of it ends the run."""
    with Stage(tmp_path_factory.mktemp("inline")) as made:
        pair = made.add("inline")
        made.hosts["inline"] |= {
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "filled": filled(pair.source, made.secrets("inline")),
            "misplaced": made.aviary.canary("a misplaced secret"),
        }
        made.play(inline_yml(made), "--diff")
        yield made


def filled(source: Server, given: GivenSecrets) -> dict[str, Any]:
    """What the source exports of the kinds that have secrets, with these in their places."""
    exported = drive("export", source, kinds=[*given])["resources"]
    return {
        kind: {
            name: [secrets.filled(KINDS[kind], row, given[kind][unique_id(row)]) for row in rows]
            for name, rows in collection.items()
        }
        for kind, collection in exported.items()
    }


# What users may get wrong, with a secret in it.
MISTAKES: tuple[dict[str, Any], ...] = (
    {"spec": "{{ filled }}", "unknown_option": True},
    {"spec": "{{ filled }}", "secrets": "{{ misplaced }}"},
    {"spec": "{{ filled }}", "secrets": {"credentials": "{{ misplaced }}"}},
    {"spec": "{{ filled }}", "secrets": {"credentials": {"linux01": "{{ misplaced }}"}}},
    {"spec": "{{ filled }}", "secrets": {"credentials": {"linux01": {"password": ["{{ misplaced }}"]}}}},
    {"spec": {"credentials": "{{ misplaced }}"}},
    {"spec": {"credentials": {"credentials": ["{{ misplaced }}"]}}},
    {"spec": {"credentials": {"credentials": {"password": "{{ misplaced }}"}}}},
)


def inline_yml(stage: Stage) -> Path:
    """A plan and an import from an inline estate at each edge, then every mistake at each edge."""
    estate = {"spec": "{{ filled }}"}
    tasks = [
        {MODULE: estate, "check_mode": True, "register": "here"},
        {MODULE: estate, "check_mode": True, "register": "there", **elsewhere(stage)},
        # Hidden are the secrets, not the estate.
        {"ansible.builtin.assert": {"that": ["here.plan == there.plan", "'Offsite tapes 2023' in here.diff | string"]}},
        {MODULE: estate},
        {MODULE: estate, "async": 60, "poll": 1},
    ]
    tasks += [
        {MODULE: mistake, "ignore_errors": True, **edge} for mistake in MISTAKES for edge in ({}, elsewhere(stage))
    ]
    connection = {
        name: f"{{{{ vbr_target.{name} }}}}" for name in ("hostname", "port", "username", "password", "ca_path")
    }
    play = {
        "hosts": "vbr_migrations",
        "connection": "local",
        "gather_facts": False,
        "module_defaults": {"group/backupfleet.rest.vbr": {**connection, "api_version": "1.2-rev1"}},
        "tasks": tasks,
    }
    path = stage.place / "inline.yml"
    path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    return path


def test_an_inline_estate_arrives(inline: Stage) -> None:
    assert inline.output.code == 0, inline.output.output
    assert inline.output.output.count("...ignoring") == 2 * len(MISTAKES)
    assert_all_arrived(inline, "inline")


def test_no_canary_of_an_inline_estate_is_heard(inline: Stage) -> None:
    assert not inline.heard()
    assert not inline.leftovers()
