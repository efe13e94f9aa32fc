"""What a person says of a finding is written beside what others wrote, and nothing of theirs is lost."""

from __future__ import annotations

import codecs
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from pipeline.warehouse.reviewing import LONGEST, Review, ReviewChanged, _replace, all_reviews, save_review
from pipeline.workspace import JobError, Workspace

ONE, OTHER, THIRD = "a" * 32, "b" * 32, "c" * 32
DAY = date(2026, 3, 2)
HEADER = "finding_id,verdict,reason,reviewer,reviewed_on"


def said(
    finding_id: str = ONE, verdict: str = "explained", reason: str = "见附注", reviewer: str | None = "张三"
) -> Review:
    return Review(finding_id, verdict, reason, reviewer, DAY)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def put(workspace: Workspace, text: str, encoding: str = "utf-8", mark: bytes = b"") -> bytes:
    data = mark + text.encode(encoding)
    workspace.reviews.write_bytes(data)
    return data


def test_a_new_file_is_one_that_spreadsheets_and_a_run_read(workspace: Workspace) -> None:
    save_review(workspace, said(reason="a “reason”,\nwith 逗号"), None)
    assert all_reviews(workspace.reviews) == {ONE: said(reason="a “reason”, with 逗号")}
    data = workspace.reviews.read_bytes()
    assert data.startswith(codecs.BOM_UTF8 + HEADER.encode() + b"\r\n")
    assert sorted(path.name for path in workspace.root.iterdir()) == ["reviews.csv", "warehouse"]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("gb18030", b""), ("utf-16-le", codecs.BOM_UTF16_LE)],
    ids=["utf-8", "with a mark", "gbk", "unicode text"],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_others_wrote_stays_byte_for_byte(workspace: Workspace, encoding: str, mark: bytes, ending: str) -> None:
    comma = "\t" if encoding.startswith("utf-16") else ","
    lines = [
        ["reviewer", "finding_id", "verdict", "说明", "reason"],
        ["李四", OTHER.upper(), "Confirmed", '"两行' + ending + '文字"', "印错了"],
        ["", "", "", "", ""],
        ["王五", ONE, "explained", "自己的一列", '"旧的""理由"""'],
        ["赵六", THIRD, "dismissed", "", "误报"],
    ]
    old = ending.join(comma.join(line) for line in lines)  # no end after the last line
    before = put(workspace, old, encoding, mark)
    others = {finding: one for finding, one in all_reviews(workspace.reviews).items() if finding != ONE}
    seen = all_reviews(workspace.reviews)[ONE]
    assert seen.reason == '旧的"理由"'

    save_review(workspace, said(reason="新的，理由"), seen)
    after = workspace.reviews.read_bytes()
    assert all_reviews(workspace.reviews) == {**others, ONE: said(reason="新的，理由")}
    changed = comma.join(["张三", ONE, "explained", "自己的一列", "新的，理由", "2026-03-02"])
    header = comma.join([*lines[0], "reviewed_on"])
    expected = ending.join([header, *(comma.join(line) for line in lines[1:3]), changed, comma.join(lines[4])])
    assert after == mark + expected.encode(encoding)
    assert len(after) != len(before)

    save_review(workspace, said("d" * 32), None)
    assert workspace.reviews.read_bytes().startswith(after)
    assert len(all_reviews(workspace.reviews)) == 4


def test_who_may_read_the_file_and_where_it_lies_stay(workspace: Workspace, tmp_path: Path) -> None:
    elsewhere = tmp_path / "shared" / "ours.csv"
    elsewhere.parent.mkdir()
    elsewhere.write_text(HEADER + "\n")
    elsewhere.chmod(0o664)
    workspace.reviews.symlink_to(elsewhere)
    save_review(workspace, said(), None)
    assert workspace.reviews.is_symlink()
    assert elsewhere.stat().st_mode & 0o777 == 0o664
    assert all_reviews(elsewhere) == {ONE: said()}


@pytest.mark.parametrize(
    ("review", "why"),
    [
        (said(verdict="maybe"), "verdict has to be confirmed, explained, dismissed and is maybe"),
        (said(reason=" \n "), "reason has to be filled in"),
        (said("123"), "123 is no finding_id"),
        (said(reason="字" * (LONGEST + 1)), "at most 2000 characters"),
        (said(reason="a\x00b"), "cannot be printed"),
    ],
)
def test_what_a_run_would_refuse_is_not_written(workspace: Workspace, review: Review, why: str) -> None:
    before = put(workspace, f"{HEADER}\n{OTHER},confirmed,印错,,\n")
    with pytest.raises(JobError, match=why) as refused:
        save_review(workspace, review, None)
    assert ".reviews.csv." not in str(refused.value)
    assert workspace.reviews.read_bytes() == before
    assert [path.name for path in workspace.root.glob(".reviews*")] == []


def test_a_file_that_no_run_reads_is_left_as_it_is(workspace: Workspace) -> None:
    before = put(workspace, f"{HEADER}\n{OTHER},maybe,印错,,\n")
    with pytest.raises(JobError, match="line 2: verdict has to be"):
        save_review(workspace, said(), None)
    assert workspace.reviews.read_bytes() == before


def test_who_saw_another_review_does_not_write_over_it(workspace: Workspace) -> None:
    save_review(workspace, said(), None)
    theirs = said(verdict="dismissed", reason="再看一次", reviewer="李四")
    with pytest.raises(ReviewChanged, match=r"explained \(见附注\)") as changed:
        save_review(workspace, theirs, None)
    assert changed.value.found == said()
    save_review(workspace, said(), None)  # the same again is no conflict
    save_review(workspace, theirs, said())
    assert all_reviews(workspace.reviews) == {ONE: theirs}


def test_what_an_editor_saved_meanwhile_is_not_replaced(workspace: Workspace) -> None:
    before = put(workspace, HEADER + "\n")
    theirs = put(workspace, f"{HEADER}\n{OTHER},confirmed,印错,,\n")
    mine = f"{HEADER}\n{ONE},explained,见附注,张三,2026-03-02\n".encode()
    assert not _replace(workspace.reviews, before, mine, said())
    assert workspace.reviews.read_bytes() == theirs
    assert _replace(workspace.reviews, theirs, mine, said())


def _save(folder: str, number: int) -> None:
    save_review(Workspace(Path(folder)), said(f"{number:032x}", reason=f"理由{number}"), None)


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_many_at_once_lose_nothing(workspace: Workspace, pool: type[ThreadPoolExecutor]) -> None:
    with pool(4) as people:
        list(people.map(_save, [str(workspace.root)] * 24, range(24)))
    assert {int(finding, 16): one.reason for finding, one in all_reviews(workspace.reviews).items()} == {
        number: f"理由{number}" for number in range(24)
    }
