"""What crawls came to, as their manifests say."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.crawl.manifest import KEPT_RUNS, fold
from pipeline.warehouse.visits import VISITS, content, read_visits
from pipeline.workspace import EARLIER_VISITS, Workspace


def visit(number: int, outcome: str, second: int, **more: object) -> str:
    facts = {"url": f"http://a.gov.cn/{number}", "kind": "report", "outcome": outcome}
    return json.dumps({**facts, **more, "at": f"2026-01-02T03:04:{second:02}.000000+00:00"})


def write(workspace: Workspace, source: str, run: str, *lines: str) -> None:
    path = workspace.crawls / source / f"{run}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), "utf-8")


def test_the_last_visit_of_each_address_counts(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert read_visits(workspace).is_empty()
    assert read_visits(workspace).schema == VISITS
    cut = visit(2, "fetched", 9)[:60]
    write(
        workspace,
        "a",
        "1",
        visit(1, "fetched", 1, status=200),
        visit(2, "blocked", 2),
        cut,
        "",
        visit(3, "gone", 3),
        "",
    )
    write(
        workspace, "a", "2", "", visit(1, "failed", 4, reason="HTTP 500", status=500), '{"ended": "x", "failed": 1}', ""
    )
    write(workspace, "b", "1", visit(1, "robots", 1))
    (workspace.crawls / "a" / "1.log").write_text("not a manifest")
    visits = read_visits(workspace)
    assert visits.schema == VISITS
    assert visits.select("source_id", "run_id", "url", "outcome", "status").rows() == [
        ("a", "2", "http://a.gov.cn/1", "failed", 500),
        ("a", "1", "http://a.gov.cn/2", "blocked", None),
        ("a", "1", "http://a.gov.cn/3", "gone", None),
        ("b", "1", "http://a.gov.cn/1", "robots", None),
    ]


def test_a_crawl_that_finds_all_as_it_was_changes_nothing(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write(workspace, "a", "1", visit(1, "fetched", 1, status=200), visit(2, "blocked", 2, status=403))
    before = content(read_visits(workspace))
    write(workspace, "a", "2", visit(1, "unchanged", 5, status=304), visit(2, "blocked", 6, status=403))
    assert content(read_visits(workspace)) == before
    write(workspace, "a", "3", visit(2, "gone", 7, status=404))
    assert content(read_visits(workspace)) != before


def test_folded_manifests_say_the_same(tmp_path: Path) -> None:
    """Of hundreds of nights a build reads the last visit of each address, and the manifests of the last nights."""
    workspace = Workspace(tmp_path)
    nights = 2 * KEPT_RUNS + 5
    for number in range(nights):
        lines = [visit(number % 7, "fetched" if number % 2 else "failed", number % 60, raw_path=f"{number}")]
        if number == 3:
            lines += [visit(100, "blocked", 3, status=403), visit(101, "gone", 3)[:50], '{"ended": "x", "gone": 1}']
        write(workspace, "a", f"{number:03}", *lines, "")
        (workspace.crawls / "a" / f"{number:03}.log").touch()
    write(workspace, "b", "000", visit(1, "robots", 1))
    before = read_visits(workspace)
    assert before.height == 9
    for source in ("a", "b"):
        fold(workspace.crawls / source)
    last = [f"{number:03}" for number in range(nights - KEPT_RUNS, nights)]
    assert sorted(path.stem for path in (workspace.crawls / "a").glob("*.jsonl")) == last
    assert sorted(path.stem for path in (workspace.crawls / "a").glob("*.log")) == last
    assert len((workspace.crawls / "a" / EARLIER_VISITS).read_text().splitlines()) == 8
    assert read_visits(workspace).equals(before)

    for number in range(nights, 2 * nights):
        write(workspace, "a", f"{number:03}", visit(0, "unchanged", 59), "")
    before = read_visits(workspace)
    fold(workspace.crawls / "a")
    assert read_visits(workspace).equals(before)
    assert before.filter(url="http://a.gov.cn/100")["run_id"].to_list() == ["003"]


def test_a_fold_that_was_killed_says_the_same(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for number in range(2 * KEPT_RUNS + 1):
        write(workspace, "a", f"{number:03}", visit(number, "blocked", number % 60), "")
    before, folder = read_visits(workspace), workspace.crawls / "a"
    lost = {path: path.read_bytes() for path in folder.glob("*.jsonl")}
    fold(folder)
    for path, data in list(lost.items())[:20]:
        path.write_bytes(data)
    assert read_visits(workspace).equals(before)
    fold(folder)
    assert read_visits(workspace).equals(before)
