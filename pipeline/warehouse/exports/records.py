"""The records that two CSV files do not share: of large files a night changes few, and only those need be parsed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import IO, Final

MOST: Final = 1_000_000
"""Records that are held in memory, some 200 bytes each."""

_LONGEST: Final = 10_000


def different_records(before: Path, after: Path, most: int = MOST) -> tuple[list[bytes], list[bytes]] | None:
    """The records of ``before`` that ``after`` does not have, and those of ``after`` that ``before`` does not have.

    Each record counts as often as it is there; the first of each file, its header, is given with the others. Files in
    much the same order are gone through side by side, and only what waits for its like in the other one is held. None
    if the headers differ, or more than ``most`` records wait at a time: there is no saving then.

    Raises:
        ValueError: a file is no CSV.
    """
    gone, come = dict[bytes, int](), dict[bytes, int]()
    with before.open("rb") as old_file, after.open("rb") as new_file:
        old_records, new_records = _records(old_file), _records(new_file)
        header = next(old_records, b"")
        if header != next(new_records, b""):
            return None
        for old, new in zip_longest(old_records, new_records):
            if old == new:
                continue
            if old is not None:
                _meet(old, come, gone)
            if new is not None:
                _meet(new, gone, come)
            if len(gone) + len(come) > most:
                return None
    return [header, *_repeated(gone)], [header, *_repeated(come)]


def _meet(record: bytes, others: dict[bytes, int], own: dict[bytes, int]) -> None:
    """Take a record's like away from those of the other file that wait, or let it wait itself."""
    if left := others.get(record):
        if left == 1:
            del others[record]
        else:
            others[record] = left - 1
    else:
        own[record] = own.get(record, 0) + 1


def _records(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file, those together that a quoted line break divides.

    Raises:
        ValueError: a quotation does not end.
    """
    parts: list[bytes] = []
    for line in file:
        is_odd = line.count(b'"') & 1
        if not parts and not is_odd:
            yield line
            continue
        parts.append(line)
        if len(parts) > 1 and is_odd:
            yield b"".join(parts)
            parts.clear()
        elif len(parts) > _LONGEST:
            raise ValueError(f"A quotation has more than {_LONGEST} lines.")
    if parts:
        raise ValueError("A quotation does not end.")


def _repeated(counts: dict[bytes, int]) -> Iterator[bytes]:
    return (record for record, count in counts.items() for _ in range(count))
