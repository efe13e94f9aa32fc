"""What two CSV files do not share, against a count of all records."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from pipeline.warehouse.exports.records import different_records

HEADER = b"\xef\xbb\xbfkey,text\n"


def files(folder: Path, before: list[bytes], after: list[bytes]) -> tuple[Path, Path]:
    paths = folder / "before.csv", folder / "after.csv"
    for path, records in zip(paths, (before, after), strict=True):
        path.write_bytes(b"".join([HEADER, *records]))
    return paths


@pytest.mark.parametrize("seed", range(20))
def test_as_counted(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    texts = ["a", "b,c", "two\nlines", 'say ""hi""']
    before = [f'{number},"{rng.choice(texts)}"\n'.encode() for number in range(300)]
    before += rng.choices(before, k=20)
    after = [record for record in before if rng.random() > 0.02] + [b"new,x\n", b"new,x\n"]
    if seed % 2:
        rng.shuffle(after)
    found = different_records(*files(tmp_path, before, after))
    assert found is not None
    gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
    assert [Counter(records[1:]) for records in found] == [gone, come]
    assert [records[0] for records in found] == [HEADER, HEADER]


def test_the_same_twice(tmp_path: Path) -> None:
    records = [b"1,x\n", b"1,x\n", b'2,"a\nb"\n']
    assert different_records(*files(tmp_path, records, records)) == ([HEADER], [HEADER])


def test_where_it_saves_nothing(tmp_path: Path) -> None:
    paths = files(tmp_path, [b"1,x\n", b"2,x\n"], [b"3,x\n", b"4,x\n"])
    assert different_records(*paths, most=4) is not None
    assert different_records(*paths, most=3) is None
    paths[1].write_bytes(b"key\n1\n")
    assert different_records(*paths) is None


@pytest.mark.parametrize("broken", [b'1,"x\n', b'1,"x\n' + b"y\n" * 20_000])
def test_a_quotation_without_an_end(tmp_path: Path, broken: bytes) -> None:
    with pytest.raises(ValueError, match="quotation"):
        different_records(*files(tmp_path, [broken], [b"1,x\n"] * 30_000))
