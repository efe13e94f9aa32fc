"""Tables that users edit are read however a spreadsheet writes them, and what is wrong is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.edited import read_edited
from pipeline.workspace import JobError

TEXT = 'id,理由\na,第一\n\n,\nb,"第二，\n又，及"\nc\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_every_way_to_save(tmp_path: Path, encoding: str, ending: str, delimiter: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(TEXT.replace(",", delimiter).replace("\n", ending).encode(encoding))
    lines = read_edited(path, ["id"])
    assert [(line.number, line.fields["id"]) for line in lines] == [(2, "a"), (6, "b"), (7, "c")]
    assert [line.fields["理由"].split() for line in lines] == [["第一"], ["第二，", "又，及"], []]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "line 1: it has to name the columns; there is no id"),
        ("编号\na\n".encode(), "line 1: it has to name the columns; there is no id"),
        (b"id,reason\na,b\na,one, and two\n", "line 3: more fields than the first line names"),
        (b'id,reason\na,b\nb,"c\n', "line 3: this is no CSV"),
        (b"id\n\xff\xff\n", "is neither UTF-8 nor GBK"),
    ],
)
def test_what_is_no_such_table_is_told(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    with pytest.raises(JobError, match=why):
        read_edited(path, ["id"])
