# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""drift.yml against what is written down: what the code lacks is reported, and nothing is removed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ansible_collections.backupfleet.rest.plugins.filter.to_safe_yaml import to_safe_yaml
from simulator.testing import serving_pair
from support.estates import writes
from support.playbooks import flowing, inventory, play
from support.report_pages import reported
from support.tasks import drive


def test_what_the_code_lacks_is_reported_and_stays(tmp_path: Path) -> None:
    with serving_pair() as servers:
        # The server with an estate is looked at.
        pair = replace(servers, source=servers.target, target=servers.source)
        estate = drive("info", pair.target, resource="estate")["resource"]
        (job,) = estate["jobs"]
        estate["jobs"] = []
        estate["credentials"][0]["description"] = "{{ 7 * 7 }} as it is written down"
        code = tmp_path / "code.yml"
        code.write_text(to_safe_yaml({f"vbr_as_code_{kind}": items for kind, items in estate.items()}), "utf-8")
        hosts = inventory(tmp_path, {"demo": pair})
        before = len(writes(pair.target))

        # Where a playbook is started its files are looked for.
        given = ("-i", hosts, "-e", f"vbr_drift_code={code.name}")
        quiet = play("drift", *given, cwd=tmp_path)
        alarm = play("drift", *given, "-e", "vbr_drift_fail_on=warning", cwd=tmp_path)

        assert (quiet.code, alarm.code) == (0, 2), quiet.output
        assert "warning: it is on the server and not in the code" in flowing(alarm.output)
        assert len(writes(pair.target)) == before and quiet.recap["demo"]["changed"] == 0
        report, page = reported(tmp_path / "vbr_migrations" / "demo")
        assert report["outcome"] == "drifted" and job["name"] in page.text
        rows = {(row["kind"], row["severity"]) for row in report["drift"]["rows"]}
        assert {("jobs", "warning"), ("credentials", "info")} <= rows
        missing = play("drift", "-i", hosts, "-e", "vbr_drift_code=cod.yml", cwd=tmp_path)
        assert missing.code == 2 and f"{tmp_path}/cod.yml is none" in flowing(missing.output)
