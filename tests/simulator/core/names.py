# Copyright (c) 2026 The backupfleet.rest authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How servers compare names: code point by code point, as .NET's OrdinalIgnoreCase does (an assumption).

Each code point has at most one capital: ß stays ß. The dotted and the dotless i and the long s are themselves.
"""

from __future__ import annotations

# No letter beyond this one has a case.
LAST_WITH_CASE = 0x1E943
OWN_LETTERS = "\u0130\u0131\u017f"
# Greek letters with an iota below have a capital of one code point, which `str.upper` does not give.
IOTA_BELOW = {
    **{code: code + 8 for start in range(0x1F80, 0x1FB0, 16) for code in range(start, start + 8)},
    **{code: code + 9 for code in (0x1FB3, 0x1FC3, 0x1FF3)},
}
CAPITALS = {
    **{code: ord(chr(code).upper()) for code in range(LAST_WITH_CASE + 1) if len(chr(code).upper()) == 1},
    **IOTA_BELOW,
    **{ord(letter): ord(letter) for letter in OWN_LETTERS},
}


def folded(text: str) -> str:
    """A name with every letter as a capital, ready to compare."""
    return text.upper() if text.isascii() else text.translate(CAPITALS)
