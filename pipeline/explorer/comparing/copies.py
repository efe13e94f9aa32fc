"""What one of any two reports has of the other's sentences, as `marts.similarity` counts it (docs/similarity.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.extraction.copying import Fingerprint, fingerprint

MOST_BITS_APART: Final = 12
"""``most_bits_apart`` of the dbt project: of the 64 bits of their sketches, how many may differ in sentences that are
much the same."""
_MASK: Final = 2**64 - 1


class Narrative(NamedTuple):
    """The text of a report: its sections' bodies, by number, and who reports, as the report prints it."""

    agency_name: str | None
    bodies: Mapping[int, str]


class Passage(NamedTuple):
    """Sentences that follow each other in both reports: where they stand and how they read on either side.

    ``characters`` are those that are compared: without numbers, names and signs. ``is_edited``: some sentence is much
    the same, not the same.
    """

    left_section: int
    left_text: str
    right_section: int
    right_text: str
    sentences: int
    characters: int
    is_edited: bool


class Copied(NamedTuple):
    """The passages, longest first, and how many characters each side has that count and that stand in the other too."""

    passages: tuple[Passage, ...]
    characters: int
    left_characters: int
    right_characters: int

    @property
    def left_share(self) -> float | None:
        """Of the left report; None where nothing of it counts."""
        return self.characters / self.left_characters if self.left_characters else None


class _Pair(NamedTuple):
    left: Fingerprint
    right: Fingerprint


def copied(left: Narrative, right: Narrative) -> Copied:
    """Find the sentences that both reports have, with other numbers, names and places or with a word exchanged."""
    ours, theirs = (fingerprint(_sections(one), one.agency_name) for one in (left, right))
    pairs = _pairs(ours, theirs)
    passages = [_passage(run, left, right) for run in _runs(pairs)]
    return Copied(
        tuple(sorted(passages, key=lambda one: (-one.characters, one.left_section, one.left_text))),
        sum(pair.left.characters for pair in pairs),
        sum(one.characters for one in ours),
        sum(one.characters for one in theirs),
    )


def _sections(narrative: Narrative) -> list[tuple[int, str, str]]:
    return [(section, "", body) for section, body in sorted(narrative.bodies.items())]


def _pairs(ours: Sequence[Fingerprint], theirs: Sequence[Fingerprint]) -> list[_Pair]:
    """Each of our sentences with the one of theirs that has its wording, else the one most like it."""
    same = {one.fingerprint: one for one in theirs}
    pairs = []
    for one in ours:
        found = same.get(one.fingerprint)
        if found is None:
            found = min(
                (other for other in theirs if _is_alike(one, other)), key=lambda o: _apart(one, o), default=None
            )
        if found is not None:
            pairs.append(_Pair(one, found))
    return pairs


def _is_alike(one: Fingerprint, other: Fingerprint) -> bool:
    shorter, longer = sorted((one.characters, other.characters))
    return shorter * 3 >= longer * 2 and _apart(one, other) <= MOST_BITS_APART


def _apart(one: Fingerprint, other: Fingerprint) -> int:
    return ((one.sketch ^ other.sketch) & _MASK).bit_count()


def _runs(pairs: Sequence[_Pair]) -> list[list[_Pair]]:
    """Pairs that follow each other on both sides, within one section."""
    runs: list[list[_Pair]] = []
    for pair in pairs:
        last = runs[-1][-1] if runs else None
        if last is not None and _follows(last.left, pair.left) and _follows(last.right, pair.right):
            runs[-1].append(pair)
        else:
            runs.append([pair])
    return runs


def _follows(one: Fingerprint, other: Fingerprint) -> bool:
    return one.section == other.section and other.position == one.position + 1


def _passage(run: Sequence[_Pair], left: Narrative, right: Narrative) -> Passage:
    first, last = run[0], run[-1]
    return Passage(
        first.left.section,
        left.bodies[first.left.section][first.left.start : last.left.start + last.left.length],
        first.right.section,
        right.bodies[first.right.section][first.right.start : last.right.start + last.right.length],
        len(run),
        sum(pair.left.characters for pair in run),
        any(pair.left.fingerprint != pair.right.fingerprint for pair in run),
    )
