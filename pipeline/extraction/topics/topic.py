"""What a sentence says of a topic."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["problem", "solved", "promise"]


class Topic(NamedTuple):
    """A topic that a sentence names, and how.

    ``kind`` is ``problem`` for what is admitted, ``solved`` for what was a problem and is said to be so no more,
    ``promise`` for what is announced. ``sentence`` is as printed, ``number`` its place in the section, from 0;
    ``excerpt`` is the clause, ``cue`` the words in it that decided, both folded (width, script, white space).
    """

    section: int
    number: int
    sentence: str
    excerpt: str
    topic_code: str
    kind: Kind
    cue: str
