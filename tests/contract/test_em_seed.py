# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seed 004: what our client sends is what its example bodies are, and the simulator answers as its example does.

The values of the examples are written down here; where the seed itself lies beside the vendor's files, its own text is
read as well, so that nothing depends on our copy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._em.clones import body, completed, variant_of
from contract.documents import spec_directory
from simulator.testing import Server, simulated
from support.em_caller import JSON, XML, EmCaller

REPOSITORY = "urn:veeam:Repository:"
ORACLE = "78c3919c-54d7-43fe-b047-485d3566f11f"
# Type of job -> the values of its example, as our options.
EXAMPLES: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "Backup",
        {
            "name": "Cloned job (2/1/2020 6:07:07 PM)",
            "folder_name": "Cloned job _2_1_2020 6_07_07 PM_",
            "repository": f"{REPOSITORY}6ee14c9a-4bc1-4783-8da1-a67e05da5218",
            "description": "This job was created by cloning CRM Backup job",
        },
    ),
    (
        "Replica",
        {
            "name": "Cloned job (2/11/2020 6:13:50 PM)",
            "vm_suffix": "_replica",
            "description": "This job was created by cloning Appserver Replication job",
        },
    ),
    (
        "BackupCopy",
        {
            "name": "Cloned job (2/11/2020 6:15:44 PM)",
            "job_file_name": "Cloned job _2_11_2020 6_15_44 PM_",
            "repository": f"{REPOSITORY}8a511e84-067a-4f0c-a30d-ad79092691be",
            "description": "This job was created by cloning CRM Backup Copy job",
        },
    ),
    (
        "ImmediateBackupCopy",
        {
            "name": "Cloned job (2/11/2020 6:17:41 PM)",
            "job_file_name": "Cloned job _2_11_2020 6_17_41 PM_",
            "repository": f"{REPOSITORY}cf99cfbb-e097-432c-bafb-6558d3957f5b",
            "description": "This job was created by cloning Backup Copy job",
        },
    ),
)
EXAMPLE = {
    "name": "Oracle Backup 01",
    "folder_name": "Oracle Backup 01",
    "repository": f"{REPOSITORY}cbd9a4b6-b9ed-4cd6-a091-75b6481c9d55",
    "description": "Cloned Oracle backup job",
}
# The order of the elements, as the examples have it and nothing else says.
ORDERS = {
    "Backup": ("BackupJobCloneInfo", "name folder_name repository description"),
    "Replica": ("ReplicaJobCloneInfo", "name vm_suffix description"),
    "BackupCopy": ("BackupCopyJobCloneInfo", "name job_file_name repository description"),
    "ImmediateBackupCopy": ("ImmediateBackupCopyJobCloneInfo", "name description repository job_file_name"),
}
ELEMENTS = {
    "name": "JobName",
    "folder_name": "FolderName",
    "job_file_name": "JobFileName",
    "vm_suffix": "VmSuffix",
    "repository": "RepositoryUid",
    "description": "Description",
}
ANSWER = (
    '<Task xmlns="http://www.veeam.com/ent/v1.0" Type="Task" Href="{host}/api/tasks/task-1"><Links>'
    '<Link Rel="Delete" Type="Task" Href="{host}/api/tasks/task-1"/>{related}</Links><TaskId>task-1</TaskId>'
    "<State>{state}</State><Operation>CloneJob</Operation>{result}</Task>"
)
RELATED = '<Link Rel="Related" Type="Job" Href="{host}/api/jobs/{id}?format=Entity" Name="{name}"/>'
RESULT = '<Result Success="true"><Message>Ok</Message></Result>'


def canonical(document: str | bytes) -> str:
    """C14N 2.0, in which neither indentation nor the order of attributes nor unused prefixes count."""
    text = document.decode() if isinstance(document, bytes) else document
    return ElementTree.canonicalize(text, strip_text=True)


def sent(job_type: str, options: dict[str, str], media: str = XML) -> bytes:
    """The body that our client sends for these options."""
    variant = variant_of(job_type)
    return body(variant, completed(variant, options), media)


def example(job_type: str, options: dict[str, str]) -> str:
    element, order = ORDERS[job_type]
    inner = "".join(f"<{ELEMENTS[option]}>{options[option]}</{ELEMENTS[option]}>" for option in order.split())
    return f'<JobCloneSpec xmlns="http://www.veeam.com/ent/v1.0"><{element}>{inner}</{element}></JobCloneSpec>'


@pytest.fixture(scope="module")
def seed() -> str:
    """The text of the seed, without the marks of its pages."""
    folder = spec_directory().parent / "seeds"
    found = sorted(folder.glob("004_*.txt"))
    if not found:
        pytest.skip(f"seed 004 is not in {folder}")
    return Path(found[0]).read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")


def documents(text: str, root: str) -> Iterator[str]:
    """Every XML document with this root in a text."""
    return (match[0] for match in re.finditer(rf"<{root} .*?</{root}>", text, re.S))


@pytest.mark.parametrize(("job_type", "options"), [*EXAMPLES, ("Backup", EXAMPLE)])
def test_our_body_is_the_example(job_type: str, options: dict[str, str]) -> None:
    assert canonical(sent(job_type, options)) == canonical(example(job_type, options))


def test_our_body_is_the_text_of_the_seed(seed: str) -> None:
    """Its four variants, and the example with which it ends."""
    examples = [canonical(document) for document in documents(seed, "JobCloneSpec")]
    assert examples == [canonical(sent(job_type, options)) for job_type, options in (*EXAMPLES, ("Backup", EXAMPLE))]


def test_the_names_of_files_are_made_as_in_the_examples() -> None:
    for job_type, options in EXAMPLES:
        without = {name: value for name, value in options.items() if not name.endswith("_name")}
        assert sent(job_type, without) == sent(job_type, options)


@pytest.mark.parametrize(("job_type", "options"), EXAMPLES)
def test_the_same_in_json(job_type: str, options: dict[str, str]) -> None:
    element, order = ORDERS[job_type]
    expected = {element: {ELEMENTS[option]: options[option] for option in order.split()}}
    assert json.loads(sent(job_type, options, JSON)) == expected


@pytest.fixture
def server() -> Iterator[Server]:
    with simulated("em") as made:
        yield made


def replay(server: Server) -> tuple[str, str, str]:
    """The conversation of the seed: the answer to the clone, that of its task, and the id of the new job."""
    caller = EmCaller(server, XML)
    begun = caller("POST", f"/jobs/{ORACLE}?action=clone", data=sent("Backup", EXAMPLE))
    ended = caller("GET", "/tasks/task-1")
    assert [begun.status_code, ended.status_code] == [202, 200]
    (made,) = caller.jobs(Name=EXAMPLE["name"])
    return begun.text, ended.text, made["UID"].rpartition(":")[2]


def test_the_simulator_answers_as_in_the_example(server: Server) -> None:
    begun, ended, made = replay(server)
    running = ANSWER.format(host=server.url, related="", state="Running", result="")
    related = RELATED.format(host=server.url, id=made, name=EXAMPLE["name"])
    finished = ANSWER.format(host=server.url, related=related, state="Finished", result=RESULT)
    assert [canonical(begun), canonical(ended)] == [canonical(running), canonical(finished)]


def test_the_simulator_answers_as_in_the_text_of_the_seed(server: Server, seed: str) -> None:
    """But for the host, the new id, and the name in the link, which the seed has from another clone."""
    begun, ended, made = replay(server)
    running, finished = documents(seed, "Task")
    ((old_id, old_name),) = re.findall(r'/api/jobs/(\S+)\?format=Entity" Name="([^"]+)"', finished)
    finished = finished.replace(old_id, made).replace(old_name, EXAMPLE["name"])
    expected = [canonical(text.replace("https://localhost:9398", server.url)) for text in (running, finished)]
    assert [canonical(begun), canonical(ended)] == expected


@pytest.mark.parametrize(("job_type", "options"), EXAMPLES)
@pytest.mark.parametrize("media", [XML, JSON])
def test_the_simulator_takes_every_example(server: Server, job_type: str, options: dict[str, str], media: str) -> None:
    caller = EmCaller(server, media)
    source = caller.jobs(JobType=job_type)[0]["UID"].rpartition(":")[2]
    begun = caller("POST", f"/jobs/{source}?action=clone", data=sent(job_type, options, media))
    assert begun.status_code == 202
    assert caller.get("/tasks/task-1")["Result"] == {"Message": "Ok", "Success": True}
    (made,) = caller.jobs(Name=options["name"])
    assert made["Description"] == options["description"]
