# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever may write a name or a description on a server runs nothing on the controller, whatever is played here.

This file is played on the newest and on the oldest ansible-core: they mark what must not be templated in other ways.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.filter.to_safe_yaml import to_safe_yaml
from simulator.testing import Server, serving, serving_pair
from support.em import BACKUP
from support.playbooks import Played, connection, inventory, play, shipped
from support.server_text import TEMPLATE, Attack, traces
from support.tasks import drive, secrets_for
from support.vcsa import ORDER

SECRET = "Kf8+vT3&filled=Qz1%"


@pytest.fixture(name="attack")
def armed(tmp_path: Path) -> Attack:
    return Attack(tmp_path / "carried-out")


def unharmed(attack: Attack, played: Played, place: Path, code: int = 0) -> None:
    """Nothing was carried out, and the terminal was only written on."""
    assert played.code == code, played.output
    assert not attack.marker.exists()
    assert traces(place, output=played.output) == []


def test_an_estate_as_code(attack: Attack, tmp_path: Path) -> None:
    with serving_pair() as pair:
        server = pair.source
        attack.on(server)
        named = hosts_of(tmp_path, "vbr_servers", {"demo": server})
        unharmed(attack, play("as_code_read", "-i", named, "--diff", cwd=tmp_path), tmp_path)
        (tmp_path / "host_vars").mkdir()
        (tmp_path / "vbr_as_code" / "demo.yml").rename(tmp_path / "host_vars" / "demo.yml")

        server.readonly()
        for words in (("--check", "--diff"), ()):
            same = play("as_code", "-i", named, *words, cwd=tmp_path)
            unharmed(attack, same, tmp_path)
            assert same.recap["demo"]["changed"] == 0, same.output
        server.readonly(False)

        kept = server.snapshot()["rows"]
        account = attack.texts["linux01"]
        description = attack.texts["Linux account"]
        drive("credentials", server, type="Linux", account=account, description="Drifted")
        mended = play("as_code", "-i", named, "--diff", "-vvv", cwd=tmp_path)
        unharmed(attack, mended, tmp_path)
        assert mended.recap["demo"]["changed"] == 1, mended.output
        texts = {row["body"]["username"]: row["body"]["description"] for row in kept["credentials"].values()}
        now = server.snapshot()["rows"]["credentials"].values()
        assert {row["body"]["username"]: row["body"]["description"] for row in now} == texts
        assert texts[account] == description

        beside = attack.text("Nobody's account")
        assert drive("credentials", server, type="Linux", account=beside, account_password=SECRET)["changed"]
        purge = {"vbr_as_code_purge": True, "vbr_as_code_purge_only": {"credentials": ["*Nobody's account*"]}}
        for words in (("--check", "--diff"), ("--diff", "-v")):
            purged = play("as_code", "-i", named, "-e", json.dumps(purge), *words, cwd=tmp_path)
            unharmed(attack, purged, tmp_path)
            assert purged.recap["demo"]["changed"] == 1, purged.output
        assert server.snapshot()["rows"]["credentials"].keys() == kept["credentials"].keys()


def test_a_move_and_the_cutover_after_it(attack: Attack, tmp_path: Path) -> None:
    with serving_pair() as pair:
        attack.on(pair.source)
        attack.on(pair.target)
        secrets = secrets_for(drive("export", pair.source)["manifest"])
        hosts = inventory(tmp_path, {"demo": pair}, vbr_secrets=secrets)
        for words, *playbooks in (
            ((), "export"),
            (("--check", "--diff"), "migrate"),
            (("--diff",), "preflight", "plan", "apply", "migrate", "verify"),
            (("--check", "--diff"), "cutover"),
            (("--diff",), "cutover", "drift", "rollback"),
        ):
            first, *others = playbooks
            played = play(first, *map(shipped, others), "-i", hosts, *words, cwd=tmp_path)
            unharmed(attack, played, tmp_path)
        for kind, attribute in (("credentials", "description"), ("jobs", "name"), ("repositories", "name")):
            assert texts(pair.source, kind, attribute) <= texts(pair.target, kind, attribute)
        place = tmp_path / "vbr_migrations" / "demo"
        pages = [path.read_text(encoding="utf-8") for path in (place / "plan.html", *place.glob("reports/2*/*.html"))]
        assert not [page for page in pages if "<script>fetch" in page]
        assert len([page for page in pages if "&lt;script&gt;fetch" in page]) > 1

        # What somebody changed since stays, and is said with what it was.
        job = next(iter(pair.target.snapshot()["rows"]["jobs"].values()))["body"]["name"]
        changed = attack.text("Somebody's")
        assert drive("job", pair.target, name=job, type="VSphereBackup", description=changed)["changed"]
        remove = ("-e", "vbr_rollback_remove=true")
        for words in (("--check", "--diff"), ("--diff", "-v"), ()):
            unharmed(attack, play("rollback", "-i", hosts, *remove, *words, cwd=tmp_path), tmp_path)
        result = json.loads((place / "rollback.json").read_text(encoding="utf-8"))
        assert job in [one["key"] for one in result["left"]]
        removed = [path.read_text(encoding="utf-8") for path in place.glob("reports/*rollback*/*.html")]
        assert len(removed) == 3 and not [page for page in removed if "<script>fetch" in page]
        assert any("it was changed since" in page for page in removed)


def test_the_files_for_secrets_are_filled_in_and_read_back(attack: Attack, tmp_path: Path) -> None:
    """Their keys and comments are what a server says; Ansible reads them again as variables."""
    with serving_pair() as pair:
        attack.on(pair.source)
        attack.on(pair.target)
        hosts = inventory(tmp_path, {"demo": pair})
        unharmed(attack, play("export", "-i", hosts, cwd=tmp_path), tmp_path)
        for words in (("--check", "--diff"), ("--diff", "-v")):
            # None of the secrets is there: the failure and its report name every record.
            unharmed(attack, play("migrate", "-i", hosts, *words, cwd=tmp_path), tmp_path, 2)
        place = tmp_path / "vbr_migrations" / "demo"
        refused = place / "reports" / "latest"
        for path in (place / "secrets_needed.yml", refused / "secrets_missing.yml"):
            text = path.read_text(encoding="utf-8")
            # Where a key is long, its first secret stands in the line of the key's end.
            filled = re.sub(r"^( {6}|    : )(\w+):$", rf'\1\2: "{SECRET}"', text, flags=re.M)
            assert filled.count(SECRET) >= len(secrets_for(drive("export", pair.source)["manifest"])), text
            variables = tmp_path / path.name
            variables.write_text(filled, encoding="utf-8")
            planned = play("migrate", "-i", hosts, "-e", f"@{variables}", "--check", cwd=tmp_path)
            unharmed(attack, planned, tmp_path)
        assert json.loads((refused / "report.json").read_text(encoding="utf-8"))["outcome"] == "refused"


def texts(server: Server, kind: str, attribute: str) -> set[str]:
    """What the objects of a kind have there; a backup server of its own has objects that are made with it."""
    return {row["body"][attribute] for row in server.snapshot()["rows"][kind].values() if row["body"].get(attribute)}


def test_clones_of_jobs(attack: Attack, tmp_path: Path) -> None:
    # XML has no signs for a terminal.
    attack = Attack(attack.marker, plain=True)
    with serving("em") as manager:
        attack.on(manager)
        source, kept_in = attack.text(BACKUP), attack.text("CRM Volume")
        made = {"name": "{{ 6007 * 7919 }} <b>", "description": attack.text("Made by cloning")}
        clones = [{"source": source, "repository": kept_in, **made}]
        hosts = hosts_of(tmp_path, "enterprise_managers", {"demo": manager}, em_clone_jobs_clones=clones)
        for words in (("--check", "--diff"), ("-v",), ()):
            unharmed(attack, play("em_clone_jobs", "-i", hosts, *words, cwd=tmp_path), tmp_path)
        jobs = [(row["name"], row["description"]) for row in manager.service.store.rows("jobs")]
        assert jobs.count((made["name"], made["description"])) == 1


def test_backups_of_a_vcenter(attack: Attack, tmp_path: Path) -> None:
    with serving("vcsa") as good, serving("vcsa") as bad:
        attack.on(good)
        bad.switch(job_outcome="FAILED", job_message=attack.text("The target is full."))
        order = {f"vcsa_backup_{name}": value for name, value in ORDER.items() if name != "backup_password"}
        hosts = hosts_of(tmp_path, "vcenters", {"good": good, "bad": bad}, vcsa_backup_comment="Before", **order)
        for words, code in ((("--check", "--diff"), 0), (("--diff",), 2), (("-v",), 2)):
            unharmed(attack, play("vcsa_backup", "-i", hosts, *words, cwd=tmp_path), tmp_path, code)


def test_evidence_of_an_appliance(attack: Attack, tmp_path: Path) -> None:
    with serving("vbaz") as old, serving("vbaz") as refusing:
        attack.on(old)
        refusing.faults.add(do="status", status=400, body={"detail": attack.text("no")}, path="/export$", times=0)
        servers = {"old": old, "refusing": refusing}
        hosts = hosts_of(tmp_path, "azure_appliances", servers, vbaz_sessions_max_age="1h")
        for words in ((), ("--diff", "-v")):
            unharmed(attack, play("vbaz_sessions", "-i", hosts, *words, cwd=tmp_path), tmp_path, 2)
        summary = json.loads((tmp_path / "vbaz_evidence" / "summary.json").read_text(encoding="utf-8"))
        problems = {row["appliance"]: row["problem"] for row in summary["appliances"]}
        assert TEMPLATE[:20] in problems["old"] and TEMPLATE[:20] in problems["refusing"]


def hosts_of(place: Path, group: str, servers: Mapping[str, Server], **variables: Any) -> Path:
    """An inventory as careful users write it: what looks like a template and is a name of a server's is no template."""
    prefix = {"enterprise_managers": "em", "vcenters": "vcsa", "azure_appliances": "vbaz", "vbr_servers": "vbr"}[group]
    hosts = {name: {f"{prefix}_server": connection(server)} for name, server in servers.items()}
    path = place / "inventory.yml"
    path.write_text(to_safe_yaml({group: {"hosts": hosts, "vars": variables}}), encoding="utf-8")
    return path
