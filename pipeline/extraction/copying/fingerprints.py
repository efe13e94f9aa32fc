"""Fingerprints of a report's sentences: equal for the same wording, alike for much the same wording."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.extraction.copying.wording import Wording, fold_words, read_texts

COPYING_VERSION: Final = 1
"""Raise it when sentences are cut, reduced or counted otherwise: the fingerprints of all documents are made again."""

MIN_WORDS: Final = 12
"""Shorter sentences are not compared: 加强组织领导 is everybody's."""
MOST: Final = 500
"""Sentences of one document that are compared, the first ones; a narrative has some thirty."""
MAX_KNOWN: Final = 0.6
"""A sentence does not count if more of its words than this stand in the law, the forms or a set phrase."""

_SHINGLE: Final = 3
_KNOWN_SHINGLE: Final = 6
_HASHES: Final = 64
_BANDS: Final = 3
_ROWS: Final = 2
_TABLES: Final = ("requests_rows.csv", "disclosure_cells.csv", "litigation_columns.csv", "requests_columns.csv")

_Numbers = npt.NDArray[np.uint64]


class Fingerprint(NamedTuple):
    """A sentence that counts, without its words.

    Attributes:
        section: its section's number.
        position: its place among the sentences of the document that count, from 0.
        start: where it starts in the section's body, in characters.
        length: of the sentence as printed, in characters.
        characters: how many are compared, that is without numbers, names and signs.
        fingerprint: of the wording; sentences of one wording have the same.
        sketch: 64 bits. Sentences that share the part J of their shingles have a bit the same with chance (1 + J) / 2.
        band_1: as band_2 and band_3, the same with chance J².
    """

    section: int
    position: int
    start: int
    length: int
    characters: int
    fingerprint: int
    sketch: int
    band_1: int
    band_2: int
    band_3: int


def fingerprint(sections: Iterable[tuple[int, str, str]], agency_name: str | None = None) -> list[Fingerprint]:
    """Take the fingerprints of the sentences that count. Headings, the law's own words, the forms' labels and set
    phrases do not; a sentence that stands several times counts once.

    Args:
        sections: number, heading and body of each section, as `pipeline.extraction.Section` gives them.
        agency_name: who reports, as the report prints it.
    """
    wording = Wording(agency_name)
    kept: list[tuple[int, int, int, str]] = []
    seen = set[str]()
    for section, _, body in sections:
        for start, end, words in wording.sentences(body):
            if len(words) >= MIN_WORDS and words not in seen and not _is_known(words):
                seen.add(words)
                kept.append((section, start, end - start, words))
                if len(kept) == MOST:
                    return _of_sentences(kept)
    return _of_sentences(kept)


def _of_sentences(kept: list[tuple[int, int, int, str]]) -> list[Fingerprint]:
    if not kept:
        return []
    sketches, bands = _sketches([words for *_, words in kept])
    return [
        Fingerprint(section, position, start, length, len(words), _hash(words), sketch, *of_bands)
        for position, ((section, start, length, words), sketch, of_bands) in enumerate(
            zip(kept, sketches, bands, strict=True)
        )
    ]


def _hash(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "big", signed=True)


def _mix(numbers: _Numbers) -> _Numbers:
    """Scatter 64-bit numbers (the finaliser of SplitMix64): the same on every machine."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: _Numbers = numbers ^ (numbers >> np.uint64(31))
    return mixed


@cache
def _seeds() -> tuple[_Numbers, _Numbers]:
    """A factor and a summand for each hash function, a column each."""
    numbers = _mix(np.arange(1, 2 * _HASHES + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    return numbers[:_HASHES, None] | np.uint64(1), numbers[_HASHES:, None]


def _sketches(sentences: list[str]) -> tuple[list[int], list[list[int]]]:
    """MinHash of the sentences' shingles: one bit of each of 64 minima (b-bit minwise hashing with b = 1), and bands
    of two whole minima each."""
    letters = _letters("".join(sentences))
    shingles = _mix(
        letters[:-2] | letters[1:-1] << np.uint64(21) | letters[2:] << np.uint64(42)  # 21 bits hold any letter
    )
    ends = np.cumsum([len(words) for words in sentences])
    inside = np.ones(len(shingles) + 2, dtype=bool)
    for back in range(1, _SHINGLE):
        inside[ends - back] = False  # a shingle does not run from one sentence into the next
    shingles = shingles[inside[: len(shingles)]]
    starts = np.concatenate(([0], np.cumsum([len(words) - _SHINGLE + 1 for words in sentences])[:-1]))
    factors, summands = _seeds()
    values = (factors * shingles + summands) >> np.uint64(32)
    minima = np.minimum.reduceat(values, starts, axis=1)
    bits = (minima & np.uint64(1)) << np.arange(_HASHES, dtype=np.uint64)[:, None]
    pairs = minima[: _BANDS * _ROWS : _ROWS] << np.uint64(32) | minima[1 : _BANDS * _ROWS : _ROWS]
    bands = (_mix(pairs) >> np.uint64(32)).astype(np.uint32).view(np.int32)
    return np.bitwise_or.reduce(bits, axis=0).view(np.int64).tolist(), bands.T.tolist()


def _letters(text: str) -> _Numbers:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)


def _is_known(words: str) -> bool:
    known = _known()
    size = len(words) - _KNOWN_SHINGLE + 1
    return sum(words[place : place + _KNOWN_SHINGLE] in known for place in range(size)) > MAX_KNOWN * size


@cache
def _known() -> frozenset[str]:
    """The shingles of what everybody writes: the law, the forms' labels, set phrases."""
    wording = Wording(None)
    texts = [*read_texts("regulation.txt"), *read_texts("set_phrases.txt")]
    for name in _TABLES:
        rows = csv.reader((files("pipeline.forms") / name).read_text(encoding="utf-8").splitlines())
        texts += [label for row in rows for label in row if not label.isascii()]
    all_words = [words for text in texts for words in (one.words for one in wording.sentences(fold_words(text)))]
    return frozenset(
        words[place : place + _KNOWN_SHINGLE] for words in all_words for place in range(len(words) - _KNOWN_SHINGLE + 1)
    )
