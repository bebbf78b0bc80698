# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turning the switches of a service, which are the fields of a dataclass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any


def turn(switches: Any, wish: Mapping[str, Any], choices: Mapping[str, tuple[Any, ...]]) -> None:
    """Set the switches of a wish. Raises ValueError on an unknown switch or value; then nothing is changed.

    `choices` are the values of those that do not take any value of their type.
    """
    kinds = {field.name: type(getattr(switches, field.name)) for field in fields(switches)}
    for name, value in wish.items():
        if name not in kinds:
            raise ValueError(f"unknown switch {name!r}; known: {', '.join(kinds)}")
        if not isinstance(value, kinds[name]) or value not in choices.get(name, (value,)):
            raise ValueError(f"switch {name} takes {'|'.join(choices.get(name, (kinds[name].__name__,)))}")
    for name, value in wish.items():
        setattr(switches, name, value)
