# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of roles: those that stand beside a connection and belong into it, and values of another type."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.backupfleet.rest.plugins.plugin_utils.role_variables import (
    complaints,
    options_of,
    specification,
)
from tooling import tree

ROLES = sorted(path for path in (tree.ROOT / "roles").iterdir() if path.is_dir())
SERVER = {"hostname": "vbr.example.com", "username": "who", "password": "Kf8+vT3&nobody=Qz1%"}
IMPORT = {"vbr_target": SERVER, "vbr_import_src": "/bundle"}


def said_of(role: str, variables: dict[str, Any]) -> list[str]:
    """What the role's check of its variables says."""
    place = tree.ROOT / "roles" / role
    with open(specification(place), encoding="utf-8") as file:
        options = options_of(yaml.safe_load(file), "main")
    given = {name: value for name, value in variables.items() if name in options}
    errors = ArgumentSpecValidator(options).validate(given).error_messages
    return complaints(variables, f"{role.partition('_')[0]}_", place, options, errors, given)


@pytest.mark.parametrize("option", ["parallel", "timeout", "port", "validate_certs", "ca_path"])
def test_an_option_of_a_connection_that_stands_beside_it_is_refused(option: str) -> None:
    (said,) = said_of("vbr_import", {**IMPORT, f"vbr_{option}": "8"})
    assert said == f"Nothing reads vbr_{option}. Is it {option} in vbr_target?"


def test_where_there_are_two_connections_both_are_named() -> None:
    given = {"vbr_source": SERVER, "vbr_target": SERVER, "vbr_cutover_src": "/bundle", "vbr_parallel": 8}
    assert said_of("vbr_cutover", given) == [
        "Nothing reads vbr_parallel. Is it parallel in vbr_source or in vbr_target?"
    ]


def test_the_other_services_are_checked_alike() -> None:
    server = {**SERVER, "hostname": "vc.example.com"}
    given = {"vcsa_server": server, "vcsa_backup_location": "sftp://10.0.0.5/backups", "vcsa_parallel": 8}
    assert said_of("vcsa_backup", given) == ["Nothing reads vcsa_parallel. Is it parallel in vcsa_server?"]


@pytest.mark.parametrize(
    "variables",
    [
        {"vbr_timeout": 90, "vbr_target": {**SERVER, "timeout": 90}},
        {"vbr_timeout": 90, "vbr_source": {**SERVER, "timeout": "{{ vbr_timeout }}"}},
        {"vbr_timeout": 90, "vbr_source": "{{ both | combine({'timeout': vbr_timeout}) }}"},
        {"vbr_password": "Kf8+vT3&nobody=Qz1%", "vbr_hostname": "x", "vbr_username": "x"},
    ],
    ids=["in this one", "in the other one", "in a template", "what every connection has"],
)
def test_what_may_be_meant_for_a_connection_is_the_users_own(variables: dict[str, Any]) -> None:
    assert said_of("vbr_import", {**IMPORT, **variables}) == []


def test_a_blank_directory_is_refused() -> None:
    """It would be where the playbook was started, or the root of the file system."""
    assert said_of("vbr_export", {"vbr_source": SERVER, "vbr_export_dest": " "}) == [
        "vbr_export_dest is blank: give a directory."
    ]
    assert said_of("vbr_report", {"vbr_report_dest": ""}) == ["vbr_report_dest is blank: give a directory."]


def test_a_number_that_is_none_is_said_in_words() -> None:
    (said,) = said_of("vbr_import", {**IMPORT, "vbr_target": {**SERVER, "parallel": "many"}})
    assert said == (
        "parallel of vbr_target is no whole number. It is how many requests are under way at a time: 1 to 16."
    )


def test_an_option_of_a_connection_that_is_misspelt_too_is_refused() -> None:
    assert said_of("vbr_import", {**IMPORT, "vbr_paralel": 2}) == [
        "Nothing reads vbr_paralel. Is it parallel in vbr_target?"
    ]
    assert said_of("vbr_import", {**IMPORT, "vbr_ports": {}, "vbr_host": "x"}) == []


def test_a_value_that_a_playbook_hands_on_is_called_as_it_was_given() -> None:
    """The playbook drift gives the role vbr_verify what it takes under names of its own."""
    template = "{{ vbr_drift_fail_on | default('critical') }}"
    options = {"vbr_verify_severity": {"choices": ["critical"]}}
    error = "value of vbr_verify_severity must be one of: critical, got: critcal"
    given = {"vbr_verify_severity": template, "vbr_drift_fail_on": "critcal"}
    role = tree.ROOT / "roles" / "vbr_verify"
    assert complaints(given, "vbr_", role, options, [error]) == [f"{error}. It is given as vbr_drift_fail_on."]
    assert complaints({"vbr_verify_severity": "critcal"}, "vbr_", role, options, [error]) == [error]


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_the_range_of_parallel_and_its_variable_are_documented(role: Any) -> None:
    """Wherever a role has a connection."""
    service = role.name.partition("_")[0].upper()
    with open(specification(role), encoding="utf-8") as file:
        entry_points = yaml.safe_load(file)["argument_specs"]
    servers = [spec for each in entry_points.values() for spec in each["options"].values() if "options" in spec]
    found = [spec["options"]["parallel"] for spec in servers if "parallel" in spec["options"]]
    assert all("1 to 16" in one["description"] and f"C({service}_PARALLEL)" in one["description"] for one in found)
    assert found or role.name == "vbr_report"
