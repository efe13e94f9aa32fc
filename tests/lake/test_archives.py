"""ZIP archives: members are documents of their own, and each is accounted for."""

from __future__ import annotations

import hashlib
import io
import stat
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from pipeline.lake import archives, refresh
from pipeline.lake.archives import Listing, list_members, read_member
from pipeline.lake.scan import scan
from pipeline.lake.schemas import SNAPSHOT
from pipeline.workspace import Workspace
from tests.conftest import SAMPLES, gongkai
from tests.lake.test_refresh import run, table

METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


def pack(members: Mapping[str, bytes] | list[tuple[str | zipfile.ZipInfo, bytes]], method: int = 8) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members.items() if isinstance(members, Mapping) else members:
            archive.writestr(name, data)
    return stream.getvalue()


def listed(tmp_path: Path, data: bytes) -> Listing:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    listing = list_members(path)
    assert listing is not None
    for member in listing.members:
        content = read_member(path, member.number)
        assert content is not None
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (member.document_id, member.size_bytes)
    archives.forget_archives()
    return listing


def names(listing: Listing) -> list[str]:
    return [member.path for member in listing.members]


def sample() -> bytes:
    return next(SAMPLES.iterdir()).read_bytes()


@pytest.mark.parametrize("method", METHODS)
def test_members(tmp_path: Path, method: int) -> None:
    listing = listed(tmp_path, pack({"a.txt": b"a" * 999, "深/b.html": b"b", "empty": b""}, method))
    assert names(listing) == ["a.txt", "深/b.html", "empty"]
    assert listing.problem is None


def test_archives_in_archives(tmp_path: Path) -> None:
    data = {"c.txt": b"c"}
    for depth in range(1, archives.MAX_DEPTH + 1):
        listing = listed(tmp_path, pack(data))
        assert names(listing) == ["b.zip!/" * (depth - 1) + "c.txt"]
        assert listing.problem is None
        data = {"b.zip": pack(data)}
    listing = listed(tmp_path, pack(data))
    assert listing.members == []
    assert listing.problem is not None
    assert "b.zip!/b.zip!/b.zip (an archive more than 3 deep)" in listing.problem[1]


def test_an_office_file_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(pack({"[Content_Types].xml": b"", "word/document.xml": b""}))
    assert list_members(path) is None
    path.write_bytes(pack({"a.txt": b"a"})[:-10])
    assert list_members(path) is None  # a document that breaks off, says its reader
    path.write_bytes(b"P")
    assert list_members(path) is None


def test_names_lead_nowhere(tmp_path: Path) -> None:
    listing = listed(
        tmp_path,
        pack({"../../etc/passwd": b"1", "/abs/b": b"2", "c\\d\\..\\e.txt": b"3", "./f//g": b"4", "h\n\x1b[2Ji": b"5"}),
    )
    assert names(listing) == ["etc/passwd", "abs/b", "c/d/e.txt", "f/g", "h\ufffd\ufffd[2Ji"]


def test_names_of_chinese_archivers(tmp_path: Path) -> None:
    """GB18030, or UTF-8, without the flag that says so."""
    for encoding in ("gb18030", "utf-8"):
        raw = "年报/二〇二三.txt".encode(encoding)
        data = pack({"x" * len(raw): b"1"})
        assert names(listed(tmp_path, data.replace(b"x" * len(raw), raw))) == ["年报/二〇二三.txt"]


def test_what_other_programs_left_is_none(tmp_path: Path) -> None:
    data = {
        "__MACOSX/._a.txt": b"1",
        ".DS_Store": b"2",
        "dir/Thumbs.db": b"3",
        "~$a.docx": b"4",
        "a.txt.meta.json": b"5",
    }
    listing = listed(tmp_path, pack(data))
    assert listing == Listing([], ("empty", "This archive holds no documents."))
    assert listed(tmp_path, pack({})).problem == listing.problem
    assert names(listed(tmp_path, pack({**data, "dir/": b"", "dir/a.txt": b"6"}))) == ["dir/a.txt"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_are_double(tmp_path: Path) -> None:
    listing = listed(tmp_path, pack([("a.txt", b"1"), ("b.txt", b"2"), ("a.txt", b"3")]))
    assert names(listing) == ["a.txt", "b.txt", "a.txt#2"]


def test_members_that_cannot_be_had_are_told(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    members = [(name, name.encode() * 50) for name in ("good", "locked", "damaged", "deflate64")]
    data = bytearray(pack([*members, (link, b"/etc/passwd")]))

    def entry(name: str) -> tuple[int, int]:
        """Where the local and the central header of a member begin."""
        local, central = data.index(name.encode()) - 30, data.rindex(name.encode()) - 46
        assert data[local : local + 4] == b"PK\x03\x04"
        assert data[central : central + 4] == b"PK\x01\x02"
        return local, central

    for place, offset in zip(entry("locked"), (6, 8), strict=True):
        data[place + offset] |= 1
    for place, offset in zip(entry("deflate64"), (8, 10), strict=True):
        struct.pack_into("<H", data, place + offset, 9)
    local, _ = entry("damaged")
    data[local + 30 + len("damaged") + 3] ^= 0xFF
    listing = listed(tmp_path, bytes(data))
    assert names(listing) == ["good"]
    assert listing.problem is not None
    code, message = listing.problem
    assert code == "encrypted"
    assert "4 of the files in this archive cannot be had: locked (needs a password); damaged (" in message
    assert "deflate64 (That compression method is not supported); link (is a link)" in message


def test_bombs(tmp_path: Path) -> None:
    def problem(data: bytes) -> tuple[str, str]:
        listing = listed(tmp_path, data)
        assert listing.members == []
        assert listing.problem is not None
        return listing.problem

    zeros = bytes(archives.MAX_BYTES)
    assert problem(pack({"a": zeros, "b": zeros}))[0] == "too_large"
    inner = pack({"a": zeros})
    assert problem(pack({f"{number}.zip": inner for number in range(3)}))[0] == "too_large"
    code, message = problem(pack({f"{number}": b"" for number in range(archives.MAX_MEMBERS + 1)}))
    assert code == "too_large"
    assert "more than 10,000 files" in message


def test_the_way_to_the_lake(workspace: Workspace) -> None:
    (workspace.raw / "a.zip").write_bytes(
        pack(
            {
                "年报.txt": sample() + b"\n1\n",
                "same.txt": sample(),
                "notice.txt": "放假通知".encode(),
                "b.zip": pack({"c": b""}),
            }
        )
    )
    (workspace.raw / "a.zip.meta.json").write_text(
        '{"url": "http://www.example.gov.cn/a.zip", "headers": {"content-length": "3"}}'
    )
    result = refresh(workspace, workers=1)
    assert (result.found, result.read, result.extracted, result.not_a_report, result.quarantined) == (8, 8, 6, 1, 1)
    snapshot = pl.read_parquet(workspace.snapshot).filter(pl.col("raw_path").str.starts_with("a.zip"))
    assert snapshot["raw_path"].to_list() == [
        "a.zip!/b.zip!/c",
        "a.zip!/notice.txt",
        "a.zip!/same.txt",
        "a.zip!/年报.txt",
    ]
    assert snapshot["url"].unique().to_list() == ["http://www.example.gov.cn/a.zip"]
    assert table(workspace, "documents").height == 8
    result = run(workspace)
    assert (result.found, result.read, result.unchanged, result.removed) == (8, 0, 8, 0)


def test_an_unchanged_archive_is_not_opened_again(workspace: Workspace) -> None:
    path = workspace.raw / "a.zip"
    path.write_bytes(pack({"a.txt": b"1", "b.txt": b"2"}))
    run(workspace)
    opened = []

    def look() -> list[str]:
        def list_archive(path: Path) -> Listing | None:
            opened.append(path)
            return list_members(path)

        previous = pl.read_parquet(workspace.snapshot, schema=SNAPSHOT)
        observed, _ = scan(workspace, previous, lambda *_: None, list_archive)
        return observed.filter(pl.col("raw_path").str.starts_with("a.zip"))["raw_path"].to_list()

    assert look() == ["a.zip!/a.txt", "a.zip!/b.txt"]
    assert opened == []
    path.write_bytes(pack({"c.txt": b"1"}))
    assert look() == ["a.zip!/c.txt"]
    assert opened == [path]
    result = run(workspace)
    assert (result.read, result.removed) == (0, 1)  # the same bytes under another name


def test_an_archive_of_which_some_cannot_be_had_says_so(workspace: Workspace) -> None:
    data = pack({"a.txt": sample() + b"\n1\n", "b.txt": b"2" * 99})
    at = data.index(b"b.txt") + 7
    (workspace.raw / "a.zip").write_bytes(data[:at] + b"\xff" + data[at + 1 :])
    result = refresh(workspace, workers=1)
    assert (result.found, result.extracted, result.quarantined) == (7, 6, 1)
    row = table(workspace, "documents").row(by_predicate=pl.col("status") == "quarantined", named=True)
    assert (row["error_code"], row["media_type"]) == ("undecodable", "application/zip")
    assert "1 of the files in this archive cannot be had: b.txt (" in row["error_message"]
    assert refresh(workspace).read == 0


def test_extract_of_a_member(workspace: Workspace) -> None:
    (workspace.raw / "a.zip").write_bytes(pack({"b.zip": pack({"年报.txt": sample()}), "c.txt": b"c"}))
    done = gongkai(workspace, "extract", workspace.raw / "a.zip")
    assert done.returncode == 1
    assert "a.zip!/b.zip!/年报.txt" in done.stderr
    assert "a.zip!/c.txt" in done.stderr
    done = gongkai(workspace, "extract", f"{workspace.raw}/a.zip!/b.zip!/年报.txt")
    assert done.returncode == 0, done.stderr
    assert '"status": "extracted"' in done.stdout
    done = gongkai(workspace, "extract", f"{workspace.raw}/a.zip!/d.txt")
    assert done.returncode == 1
    assert "holds no d.txt" in done.stderr
    assert gongkai(workspace, "extract", f"{workspace.raw}/b.zip!/d.txt").returncode == 2
