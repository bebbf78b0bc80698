# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWX without AWX: set up by playbooks/awx_setup.yml, it runs jobs and workflows by AWX' engine, ansible-runner.

A job gets a private data directory as AWX lays it out: the project, the inventory as a program, the variables in files
in which every text is marked as no template, and each credential injected as its type says (facts: AWX' own
CredentialType.inject_credential, RunJob.build_private_data_files, safe_yaml.safe_dump).

The engine starts `ansible-playbook` by its name. The first job gets the real one, the others a stand-in that has made
the imports: they are more than half of what a job costs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tooling import tree

from . import preloaded
from .awx_paper import NOTES, notes, paper_awx
from .playbooks import TIMEOUT_SECONDS, Played, play
from .stand_in import StandIn

SUCCESSFUL = "successful"
# What a run is called among the runs of its directory.
IDENT = "1"


@dataclass
class Job:
    """One job that was run: how it ended, its events, what it printed, what it hands on, and where its files are."""

    name: str
    status: str
    events: list[dict[str, Any]]
    output: str
    artifacts: dict[str, Any]
    place: Path

    def results(self) -> list[dict[str, Any]]:
        """The events of tasks that ended on a host: ok or failed."""
        ended = ("runner_on_ok", "runner_on_failed")
        return [event["event_data"] for event in self.events if event["event"] in ended]

    def changed(self) -> list[str]:
        """The tasks that say that they changed something."""
        return [data["task"] for data in self.results() if data["res"].get("changed")]


@dataclass
class Controller:
    """What awx_setup.yml made, by kind and name; `run` runs a job template, `move` a workflow."""

    place: Path
    made: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    stand_in: StandIn | None = None

    def __post_init__(self) -> None:
        self.stand_in = self.stand_in or StandIn(self.place / "stand_in")

    def set_up(self, variables: dict[str, Any], *words: str) -> Played:
        """Run awx_setup.yml against paper."""
        given = self.place / "setup.json"
        given.write_text(json.dumps(variables), encoding="utf-8")
        written = self.place / "notes"
        collections = self.place / "collections"
        paths = [str(tree.checkout()), str(collections if collections.exists() else paper_awx(collections))]
        compiled = self.place / "compiled"
        compiled.mkdir(exist_ok=True)
        environment = {
            **preloaded.compiling_once(os.environ, str(compiled)),
            NOTES: str(written),
            "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(paths),
        }
        played = play("awx_setup", "-e", f"@{given}", *words, cwd=self.place, environment=environment)
        for module, params in notes(written) if written.exists() else ():
            self.made.setdefault(module, {})[params["name"]] = params
        return played

    def move(
        self, workflow: str, approve: Callable[[str], None], done: Sequence[Job] = (), **answers: Any
    ) -> list[Job]:
        """Run the jobs of a workflow in their order, each with what the ones before handed on, until one fails.

        `approve` is called with the name of the approval when the workflow comes to it. The first jobs may be `done`.
        """
        nodes = {node["identifier"]: node for node in self.made["workflow_job_template"][workflow]["workflow_nodes"]}
        followers = {one["identifier"] for node in nodes.values() for one in node["related"].get("success_nodes", [])}
        (identifier,) = set(nodes) - followers
        jobs: list[Job] = []
        handed_on: dict[str, Any] = {}
        while identifier and all(job.status == SUCCESSFUL for job in jobs):
            node = nodes[identifier]
            if node["unified_job_template"]["type"] == "workflow_approval":
                approve(node["unified_job_template"]["name"])
            else:
                credentials = [one["name"] for one in node["related"]["credentials"]]
                template = node["unified_job_template"]["name"]
                before = done[len(jobs) :][:1]
                jobs += before or [self.run(template, credentials, node["limit"], **answers, **handed_on)]
                handed_on |= jobs[-1].artifacts
            identifier = next((one["identifier"] for one in node["related"].get("success_nodes", [])), "")
        return jobs

    def run(self, name: str, credentials: list[str], limit: str = "", check: bool = False, **variables: Any) -> Job:
        """Run a job template with these credentials, as AWX' task runner does."""
        template = self.made["job_template"][name]
        place = Path(tempfile.mkdtemp(prefix="awx_", dir=self.place))
        for folder in ("env", "inventory"):
            (place / folder).mkdir(mode=0o700)
        shutil.copytree(tree.ROOT / "playbooks", place / "project" / "playbooks")
        self._write_inventory(place / "inventory" / "hosts", template["inventory"])
        words = ["-i", str(place / "inventory" / "hosts"), *(["-l", limit] if limit else [])]
        words += ["--check"] if check or template["job_type"] == "check" else []
        words += ["--diff"] if template["diff_mode"] else []
        survey = template.get("survey_spec", {}).get("spec", [])
        # A default of several choices that is no list is none.
        asked = {question["variable"]: question["default"] for question in survey if question["type"] != "multiselect"}
        extra = {**template["extra_vars"], **asked, **variables}
        (place / "env" / "extravars").write_text(safe_dump(extra, template["extra_vars"]), encoding="utf-8")
        assert self.stand_in
        environment = _environment(place, self.stand_in)
        for credential in credentials:
            words += self._inject(credential, environment, place)
        (place / "env" / "cmdline").write_text(" ".join(words), encoding="utf-8")
        (place / "env" / "envvars").write_text(json.dumps(environment), encoding="utf-8")
        job = _run(name, place, template["playbook"])
        self.stand_in.learn()
        return job

    def _write_inventory(self, path: Path, name: str) -> None:
        """An inventory as AWX hands it over: a program that prints it."""
        hosts = {host: params for host, params in self.made["host"].items() if params["inventory"] == name}
        groups = {group: params for group, params in self.made["group"].items() if params["inventory"] == name}
        document = {group: {"hosts": params["hosts"]} for group, params in groups.items()}
        variables = {"hostvars": {host: params["variables"] for host, params in hosts.items()}}
        text = json.dumps({"all": {"hosts": list(hosts)}, **document, "_meta": variables})
        path.write_text(f"#!{sys.executable}\nprint({text!r})\n", encoding="utf-8")
        path.chmod(0o700)

    def _inject(self, name: str, environment: dict[str, str], place: Path) -> list[str]:
        """Put a credential where its type says; returns the words for the command line."""
        credential = self.made["credential"][name]
        kind = self.made["credential_type"][credential["credential_type"]]
        switches = {one["id"]: False for one in kind["inputs"]["fields"] if one["type"] == "boolean"}
        values = switches | {key: value for key, value in credential["inputs"].items() if value not in ("", None)}
        files = SimpleNamespace()
        known = {**values, "tower": SimpleNamespace(filename=files)}
        templates = ImmutableSandboxedEnvironment()
        for label, text in kind["injectors"].get("file", {}).items():
            path = _write_private(place, templates.from_string(text).render(known))
            setattr(files, label.partition(".")[2], path)
        for variable, text in kind["injectors"].get("env", {}).items():
            environment[variable] = templates.from_string(text).render(known)

        def rendered(node: Any) -> Any:
            if isinstance(node, dict):
                return {rendered(key): rendered(value) for key, value in node.items()}
            return templates.from_string(node).render(known)

        return ["-e", "@" + _write_private(place, safe_dump(rendered(kind["injectors"].get("extra_vars", {}))))]


def _run(name: str, place: Path, playbook: str) -> Job:
    """Run it in a process of its own: the engine forks, and this process has threads."""
    engine = str(Path(sys.executable).with_name("ansible-runner"))
    command = [engine, "run", str(place), "--playbook", playbook, "--ident", IDENT, "--quiet"]
    subprocess.run(command, check=False, capture_output=True, timeout=TIMEOUT_SECONDS)
    artifacts = place / "artifacts" / IDENT
    written = (json.loads(path.read_text(encoding="utf-8")) for path in (artifacts / "job_events").glob("*-*.json"))
    events = sorted(written, key=lambda event: int(event["counter"]))
    stats = [event["event_data"] for event in events if event["event"] == "playbook_on_stats"]
    return Job(
        name,
        (artifacts / "status").read_text(encoding="utf-8"),
        events,
        (artifacts / "stdout").read_text(encoding="utf-8"),
        stats[-1].get("artifact_data", {}) if stats else {},
        place,
    )


def _environment(place: Path, stand_in: StandIn) -> dict[str, str]:
    return {
        **tree.environment(),
        "PATH": os.pathsep.join((str(stand_in.folder), str(Path(sys.executable).parent), os.environ["PATH"])),
        "ANSIBLE_FORCE_COLOR": "True",
        "ANSIBLE_HOST_KEY_CHECKING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
        "ANSIBLE_RETRY_FILES_ENABLED": "False",
        "AWX_PRIVATE_DATA_DIR": str(place),
        "MAX_EVENT_RES": "700000",
    }


def _write_private(place: Path, text: str) -> str:
    handle, path = tempfile.mkstemp(dir=place / "env")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return path


class _Unsafe(yaml.SafeDumper):
    """Marks every text as one that is no template."""

    def represent_data(self, data: Any) -> Any:
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


def safe_dump(variables: dict[str, Any], trusted: dict[str, Any] | None = None) -> str:
    """Variables as AWX writes them: only what a template itself says may be a template."""
    rows = []
    for name, value in variables.items():
        dumper = yaml.SafeDumper if (trusted or {}).get(name) == value else _Unsafe
        rows.append(yaml.dump({name: value}, Dumper=dumper, default_flow_style=False))
    return "".join(rows)
