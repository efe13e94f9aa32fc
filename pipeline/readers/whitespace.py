"""White space and invisible characters, which formats scatter through words."""

from __future__ import annotations

import re

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202d\u2060-\u2064\ufeff]")
"""Characters that print nothing: soft hyphen, zero-width spaces and joiners, direction marks. Not the one that has
text printed from right to left: a figure behind it is another one.
"""


def fold_spaces(text: str) -> str:
    """Each run of white space (also no-break, ideographic) one space, none at the ends; nothing invisible."""
    folded = " ".join(text.split())
    return folded if folded.isprintable() else " ".join(INVISIBLE.sub("", folded).split())
