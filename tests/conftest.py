# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets every test import the collection under its own name, wherever the checkout lies."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path

from tooling import tree

# Plain namespace packages are enough: Ansible's collection finder is only needed where Ansible loads plugins by name,
# and there it is Ansible's own process that installs it.
sys.path.insert(0, str(tree.checkout()))
os.environ.update(tree.environment())
# Ansible's programs start each other by name, also where pytest was started by its path.
os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))

# In the background (`make test &`, nohup) they are ignored, also by what is started here; some tests are about them.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)

# So many more objects than before have to be there before cycles are looked for among them, and how many of such looks
# come before one at those that were kept so far.
YOUNG_OBJECTS, LOOKS = 50_000, (20, 50)


def pytest_collection_finish() -> None:
    """Everything that is imported and collected stays to the end: the search for garbage in cycles leaves it alone.

    Each task puts that search off to its end (`_undisturbed` in the edge), so that each was followed by one through all
    of this.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *LOOKS)
