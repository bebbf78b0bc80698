# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of ours that somebody changed, or put something else in the place of: each is one error, at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.backupfleet.rest.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.backupfleet.rest.plugins.module_utils._core.local_json import read_json
from ansible_collections.backupfleet.rest.plugins.module_utils._core.shape import NUMBER, STRING, Shape

SHAPE: Shape = {"name!": STRING, "rows": [{"size": NUMBER}]}
GOOD = '{"name": "one", "rows": [{"size": 1}], "more": null}'


def written(text: str | bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(text.encode() if isinstance(text, str) else text)


def a_link_to(target: str) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing": (lambda path: None, "No such file or directory"),
    "a pipe": (os.mkfifo, "it is no file"),
    "a device": (a_link_to("/dev/zero"), "it is no file"),
    "a directory": (os.mkdir, "Is a directory"),
    "a circle of links": (lambda path: path.symlink_to(path), "Too many levels of symbolic links"),
    "too much": (written(GOOD + " " * 1000), "it is larger than 0.000488281 MB"),
    "not UTF-8": (written(b"\xff\xfe{}"), "it is not UTF-8"),
    "not JSON": (written("<html>"), "it is not JSON (Expecting value: line 1 column 1 (char 0))"),
    "nothing in it": (written(""), "it is not JSON"),
    "too deep": (written("[" * 500), "it is n"),
    "a list": (written("[]"), "all of it is a list, not an object"),
    "null": (written("null"), "all of it is null, not an object"),
    "a field is missing": (written("{}"), "name is missing"),
    "a field of another type": (written('{"name": 5}'), "name is a number, not a text"),
    "inside": (written('{"name": "one", "rows": [{"size": "1"}]}'), "rows[0].size is a text, not a number"),
}


@pytest.mark.parametrize(("make", "why"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_with_the_path_and_what_to_do(
    tmp_path: Path, make: Callable[[Path], Any], why: str
) -> None:
    path = tmp_path / "file.json"
    make(path)
    with pytest.raises(InvalidInput) as raised:
        read_json(path, SHAPE, 512, "The journal", "Name another one.")
    message = str(raised.value)
    assert message.startswith(f"The journal {path} cannot be read: {why}") and message.endswith(". Name another one.")


def test_what_is_right_is_read_as_it_is_also_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").write_text(GOOD)
    (tmp_path / "file.json").symlink_to("there")
    assert read_json(tmp_path / "file.json", SHAPE) == {"name": "one", "rows": [{"size": 1}], "more": None}


def test_what_is_nested_too_deeply_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text("[" * 100_000)
    with pytest.raises(InvalidInput, match="nested too deeply"):
        read_json(tmp_path / "file.json", SHAPE)
