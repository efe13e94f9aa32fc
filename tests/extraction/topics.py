"""Sentences with the topics that a person found in them (``topics.csv``), and how the reader does on them.

``expected`` has each topic that has to be found, ``allowed`` such as a reader may or may not see. The sets were written
one after the other, each before the reader was run on it; docs/text.md says how each did at first.

``python -m tests.extraction.topics`` prints the table of docs/text.md and what is wrong.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.extraction.topics import read_topics

YEAR = 2023
_ROOT = Path(__file__).parents[2]


class Labelled(NamedTuple):
    """A text of a section with its labels, each ``kind:topic_code``."""

    set: str
    section: int
    expected: frozenset[str]
    allowed: frozenset[str]
    text: str

    def read(self) -> set[str]:
        """The labels that the reader gives."""
        return {f"{topic.kind}:{topic.topic_code}" for topic in read_topics([(self.section, "", self.text)], YEAR)}


@dataclass
class Score:
    """Labels read and expected (right); read, and neither expected nor allowed (wrong); expected, not read (missed)."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.right / (self.right + len(self.missed))


def _labelled() -> tuple[Labelled, ...]:
    with Path(__file__).with_name("topics.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Labelled(
                row["set"],
                int(row["section"]),
                frozenset(row["expected"].split()),
                frozenset(row["allowed"].split()),
                row["text"],
            )
            for row in csv.DictReader(file)
        )


def _codes() -> frozenset[str]:
    with (_ROOT / "dbt_project/seeds/topic_codes.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["topic_code"] for row in csv.DictReader(file))


SAID = _labelled()
CODES = _codes()


def judge(labelled: Iterable[Labelled], kind: str = "") -> Score:
    """Read texts and compare, of all kinds or of one."""
    score = Score()
    for one in labelled:
        read = {label for label in one.read() if label.startswith(kind)}
        expected = {label for label in one.expected if label.startswith(kind)}
        score.right += len(read & expected)
        score.wrong += [f"{label} {one.text}" for label in sorted(read - expected - one.allowed)]
        score.missed += [f"{label} {one.text}" for label in sorted(expected - read)]
    return score


def confusion() -> str:
    """What was read of what was expected, by kind: a row what a person sees, a column what the reader says.

    The kind of a topic that is expected and read in another kind is confused; one that is read and not expected in any
    kind stands in the row ``nothing``.
    """
    kinds = ("problem", "solved", "promise", "nothing")
    counts: Counter[tuple[str, str]] = Counter()
    for one in SAID:
        read, allowed = one.read(), one.allowed
        for label in one.expected | (read - allowed):
            kind, topic = label.split(":")
            if label in one.expected and label in read:
                counts[kind, kind] += 1
            elif label in one.expected:
                others = [other for other in kinds if f"{other}:{topic}" in read - one.expected]
                counts[kind, others[0] if others else "nothing"] += 1
            elif not any(f"{other}:{topic}" in one.expected - read for other in kinds):
                counts["nothing", kind] += 1
    lines = [f"| | {' | '.join(f'read as {kind}' for kind in kinds)} |", "|---|---:|---:|---:|---:|"]
    for expected in kinds:
        cells = [str(counts[expected, read]) if (expected, read) != ("nothing", "nothing") else "" for read in kinds]
        lines.append(f"| {expected} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(confusion())
    for name in dict.fromkeys(one.set for one in SAID):
        score = judge(one for one in SAID if one.set == name)
        print(f"{name}: precision {score.precision:.3f}, recall {score.recall:.3f}")
        print(*(f"  wrong   {line}" for line in score.wrong), *(f"  missed  {line}" for line in score.missed), sep="\n")
