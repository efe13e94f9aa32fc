"""What counts as a document in raw/, and what is known of where it came from."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from pipeline.extraction import Source
from pipeline.lake.scan import scan
from pipeline.lake.schemas import SNAPSHOT
from pipeline.lake.sidecar import fingerprint, read_sidecar
from pipeline.workspace import JobError, Workspace


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "data")
    workspace.raw.mkdir(parents=True)
    return workspace


def look(workspace: Workspace, previous: pl.DataFrame | None = None) -> tuple[pl.DataFrame, list[str]]:
    previous = pl.DataFrame(schema=SNAPSHOT) if previous is None else previous
    return scan(workspace, previous, lambda stage, done, total: None)


def put(workspace: Workspace, path: str, content: str = "x") -> Path:
    file = workspace.raw / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def test_regular_files_in_any_folder_are_documents(empty: Workspace) -> None:
    for path in ("a.html", "深/层/报告 2023.pdf", "no_suffix", "x/meta.json"):
        put(empty, path, path)
    observed, warnings = look(empty)
    assert observed["raw_path"].to_list() == ["a.html", "no_suffix", "x/meta.json", "深/层/报告 2023.pdf"]
    assert observed["document_id"].to_list() == [
        hashlib.sha256(path.encode()).hexdigest() for path in observed["raw_path"]
    ]
    assert warnings == []


def test_sidecars_hidden_and_half_written_files_are_none(empty: Workspace) -> None:
    for path in ("a.html.meta.json", ".DS_Store", ".git/config", "~$报告.docx", "b.pdf.part", "c.tmp", "d~"):
        put(empty, path)
    os.mkfifo(empty.raw / "pipe")
    observed, warnings = look(empty)
    assert observed.is_empty()
    assert warnings == []


def test_links_stay_inside(empty: Workspace, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "report.txt").write_text("outside")
    put(empty, "a.txt", "inside")
    (empty.raw / "same.txt").symlink_to(empty.raw / "a.txt")
    (empty.raw / "out.txt").symlink_to(tmp_path / "secret.txt")
    (empty.raw / "out").symlink_to(tmp_path / "outside")
    (empty.raw / "loop").symlink_to(empty.raw)
    (empty.raw / "gone.txt").symlink_to(empty.raw / "nothing")
    observed, warnings = look(empty)
    assert observed["raw_path"].to_list() == ["a.txt", "same.txt"]
    assert observed["document_id"].n_unique() == 1
    assert sorted(warning.split()[0] for warning in warnings) == ["gone.txt", "loop", "out", "out.txt"]


def test_raw_itself_may_be_a_link(empty: Workspace, tmp_path: Path) -> None:
    put(empty, "a.txt")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "raw").symlink_to(empty.raw)
    assert look(Workspace(tmp_path / "other"))[0]["raw_path"].to_list() == ["a.txt"]


def test_only_changed_files_are_hashed(empty: Workspace) -> None:
    kept, changed = put(empty, "kept.txt", "1"), put(empty, "changed.txt", "1")
    before = look(empty)[0]
    # A false hash shows which files were not looked into again.
    before = before.with_columns(document_id=pl.lit("as before"))
    changed.write_text("2")
    os.utime(changed, ns=(0, kept.stat().st_mtime_ns))
    after = dict(look(empty, before)[0].select("raw_path", "document_id").iter_rows())
    assert after["kept.txt"] == "as before"
    assert after["changed.txt"] == hashlib.sha256(b"2").hexdigest()


def test_a_name_that_is_no_text(empty: Workspace) -> None:
    (empty.raw / os.fsdecode("报告.txt".encode("gb18030"))).write_text("x")
    observed, _ = look(empty)
    assert observed["raw_path"].to_list() == [r"\xb1\xa8\xb8\xe6.txt"]
    assert (empty.raw / os.fsdecode(observed["path"][0])).read_text() == "x"


def test_no_raw_folder(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="cannot be listed: No such file"):
        look(Workspace(tmp_path / "nothing"))
    with pytest.raises(JobError, match="There is no folder"), Workspace(tmp_path / "nothing").exclusive():
        pass
    assert not (tmp_path / "nothing").exists()


def test_a_sidecar(empty: Workspace) -> None:
    put(empty, "a.html")
    sidecar = put(
        empty,
        "a.html.meta.json",
        '{"url": "http://www.example.gov.cn/a", "fetched_at": "2024-02-01T08:00:00+08:00", "source_id": "s",'
        ' "link_text": "2023年报", "headers": {"Content-Type": "text/html; charset=gbk", "Date": "today"}}',
    )
    assert read_sidecar(sidecar) == (
        Source(
            url="http://www.example.gov.cn/a",
            fetched_at=datetime(2024, 2, 1),
            source_id="s",
            link_text="2023年报",
            headers={"content-type": "text/html; charset=gbk"},
        ),
        [],
    )
    row = look(empty)[0].row(0, named=True)
    assert (row["url"], row["source_id"], row["fetched_at"]) == (
        "http://www.example.gov.cn/a",
        "s",
        datetime(2024, 2, 1),
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "is not JSON"),
        ("\udcff", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[1]", "is not a JSON object"),
        ('{"url": 3}', "url is not text"),
        ('{"link_text": "\\ud800"}', "link_text is not text"),
        ('{"fetched_at": "yesterday"}', "fetched_at is not an ISO time"),
        ('{"fetched_at": 20240101}', "fetched_at is not an ISO time"),
        ('{"headers": ["content-type"]}', "headers is not an object"),
        ('{"headers": {"content-type": 1}}', "headers[content-type] is not text"),
    ],
)
def test_a_malformed_sidecar_is_told_and_its_good_parts_count(empty: Workspace, content: str, problem: str) -> None:
    put(empty, "a.html")
    sidecar = empty.raw / "a.html.meta.json"
    sidecar.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert read_sidecar(sidecar)[0] == Source()
    observed, warnings = look(empty)
    assert observed.height == 1
    assert len(warnings) == 1
    assert warnings[0].startswith(f"a.html.meta.json: {problem}")
    if content.startswith("{") and len(content) > 1:
        sidecar.write_text(content[:-1] + ', "source_id": "s"}')
        assert read_sidecar(sidecar)[0] == Source(source_id="s")


def test_the_fingerprint_changes_with_what_reading_sees(empty: Workspace) -> None:
    def of(content: str) -> str:
        return fingerprint(read_sidecar(put(empty, "a.meta.json", content))[0])

    assert of("{}") == of('{"url": null, "unknown": 1, "headers": {"ETag": "1"}}') == ""
    assert of('{"url": "u"}') == of('{"url": "u", "headers": {"Date": "now"}}')
    seen = [
        of("{}"),
        of('{"url": "u"}'),
        of('{"link_text": "u"}'),
        of('{"source_id": "u"}'),
        of('{"fetched_at": "2024-01-01"}'),
        of('{"headers": {"content-type": "u"}}'),
    ]
    assert len(set(seen)) == len(seen)


def test_a_sidecar_that_has_not_changed_is_not_read_again(empty: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    put(empty, "a.html")
    put(empty, "b.html")
    put(empty, "a.html.meta.json", '{"url": "http://a.gov.cn/1", "headers": {"Content-Type": "text/html"}}')
    put(empty, "b.html.meta.json", '{"url": 7}')
    before, _ = look(empty)
    opened = []
    monkeypatch.setattr("pipeline.lake.scan.read_sidecar", lambda path: opened.append(path.name) or read_sidecar(path))
    again, warnings = look(empty, before.select(list(SNAPSHOT)))
    assert again.equals(before)
    assert opened == ["b.html.meta.json"], "what is wrong with a sidecar is told by every run"
    assert len(warnings) == 1
    put(empty, "a.html.meta.json", '{"url": "http://a.gov.cn/2", "headers": {"Content-Type": "text/html"}}')
    changed, _ = look(empty, again.select(list(SNAPSHOT)))
    assert changed["url"].to_list() == ["http://a.gov.cn/2", None]
    assert changed["source_fingerprint"][0] != before["source_fingerprint"][0]
    (empty.raw / "a.html.meta.json").unlink()
    without, _ = look(empty, changed.select(list(SNAPSHOT)))
    assert without["url"].to_list() == [None, None]
    assert without["has_sidecar"].to_list() == [False, True]
