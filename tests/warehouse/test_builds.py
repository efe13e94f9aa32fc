"""Builds that are kept: how one is published, what remains when it is killed, which stay, which can be had again."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from pipeline.doctor.published import examine_builds, examine_published
from pipeline.warehouse import (
    fingerprint,
    list_all,
    open_published,
    plan,
    publish,
    published_build,
    renew_exports,
    rollback,
    tidy,
)
from pipeline.warehouse.builds import Build, list_builds, list_refused
from pipeline.warehouse.builds.retention import outlived
from pipeline.warehouse.builds.rolled_back import away, roll, write_rollback
from pipeline.warehouse.errors import PublicationRefused, PublishedInUse
from pipeline.workspace import JobError, Workspace
from tests.conftest import gongkai
from tests.warehouse.versions import old_folder, publish_version, version

NIGHTS = [("a", "2026-01-30"), ("b", "2026-01-31"), ("c", "2026-02-01"), ("d", "2026-02-28"), ("e", "2026-03-01")]


@pytest.mark.parametrize(
    ("keep", "keep_monthly", "never", "gone"),
    [
        (7, 12, "e", ""),
        (1, 0, "e", "abc"),
        (2, 0, "e", "ab"),
        (1, 1, "e", "abc"),  # e is the last of March
        (1, 2, "e", "abc"),  # d is the last of February, and kept as the last but one
        (1, 3, "e", "ac"),
        (1, 0, "ea", "bc"),  # a was rolled back from
        (1, 0, "a", "bcd"),  # a is current, after a rollback
        (2, 3, "ec", "a"),
        (9, 0, "", ""),
    ],
)
def test_which_builds_are_kept(keep: int, keep_monthly: int, never: str, gone: str) -> None:
    nights = [(build_id, datetime.fromisoformat(day)) for build_id, day in NIGHTS]
    assert outlived(nights, keep=keep, keep_monthly=keep_monthly, never=set(never)) == list(gone)


def test_a_clock_that_was_set_back_does_not_make_the_last_build_the_oldest() -> None:
    nights = [(build_id, datetime.fromisoformat(day)) for build_id, day in [*NIGHTS, ("f", "2025-12-01")]]
    assert outlived(nights, keep=1, keep_monthly=0, never=set()) == list("abcde")


@pytest.fixture
def folder(small: Workspace, tmp_path: Path) -> Workspace:
    """A data folder of a version that kept no builds."""
    return old_folder(small, tmp_path / "data")


def debris(workspace: Workspace) -> list[Path]:
    """What belongs to no build."""
    return [
        *workspace.warehouse.glob(".build-*"),
        *workspace.warehouse.glob(".part-*"),
        *workspace.builds.glob(".*"),
        *workspace.refused.glob(".*"),
    ]


def test_a_file_published_before_builds_were_kept_becomes_the_first(folder: Workspace) -> None:
    before = published_build(folder)
    assert before
    assert not folder.builds.exists()
    tidy(folder)
    (build,) = list_builds(folder)
    assert (build.build_id, build.fingerprint, build.number) == (*before, 1)
    assert build.file.samefile(folder.published)
    assert build.record["inputs"]["edited"] is None, "what users had edited is not known any more"
    tidy(folder)
    assert [one.build_id for one in list_builds(folder)] == [build.build_id]
    second = publish_version(folder, "second")
    assert second.record["build_before"] == build.build_id
    assert [(one.build_id, one.number) for one in list_builds(folder)] == [(build.build_id, 1), ("second", 2)]


def test_a_publication(small: Workspace) -> None:
    """The one that `build` made: its file, and what stands in its record."""
    (build,) = list_builds(small)
    published = published_build(small)
    assert published
    assert build.build_id == published.build_id
    assert build.file.samefile(small.published)
    assert build.file.stat().st_mode & 0o222 == 0, "nobody writes into history by accident"
    record = json.loads((build.folder / "build.json").read_text("utf-8"))
    with open_published(small) as connection:
        for schema, counts in record["counts"].items():
            assert counts
            for table, rows in counts.items():
                assert connection.sql(f"SELECT count(*) FROM {schema}.{table}").fetchall() == [(rows,)]
        ((documents, size, built_at),) = connection.sql(
            "SELECT count(*), sum(size_bytes), any_value(built_at) FROM landing.documents, landing.build"
        ).fetchall()
    assert record["inputs"] == {
        "documents": documents,
        "bytes": size,
        "batches": 1,
        "edited": {"aliases.csv": None, "reviews.csv": None, "roster.csv": None},
    }
    assert record["built_at"] == built_at.isoformat(timespec="seconds") <= record["published_at"]
    assert record["fingerprint"] == published.fingerprint
    assert record["size_bytes"] == small.published.stat().st_size
    assert record["seconds"].keys() == {"landing", "marts", "checks"}
    assert all(seconds > 0 for seconds in record["seconds"].values())
    assert all(check["passed"] for check in record["checks"])
    assert len(record["checks"]) == 8
    assert {len(record["versions"][what]) for what in ("rules", "dbt_project", "code")} == {64}
    assert (record["build_before"], record["refused_at"], record["accepted_losses"]) == (None, None, False)


def test_whoever_reads_is_not_disturbed(folder: Workspace) -> None:
    tidy(folder)
    with duckdb.connect(folder.published, read_only=True) as reader:
        build = publish_version(folder, "second", "UPDATE marts.report SET title = 'other'")
        assert reader.sql("SELECT count(*) FROM marts.report WHERE title = 'other'").fetchall() == [(0,)]
        assert reader.sql("SELECT build_id FROM landing.build").fetchall() != [("second",)]
    assert build.file.samefile(folder.published)
    with open_published(folder) as connection:
        assert connection.sql("SELECT build_id FROM landing.build").fetchall() == [("second",)]
    assert debris(folder) == []


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system: there are no hard links from there to here."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as there:
        assert Path(there).stat().st_dev != tmp_path.stat().st_dev
        yield Path(there)


def test_where_there_are_no_links_the_file_is_copied(folder: Workspace, other_disk: Path) -> None:
    folder.builds.symlink_to(other_disk)
    tidy(folder)
    build = publish_version(folder, "second")
    assert build.file.stat().st_dev == other_disk.stat().st_dev
    assert not build.file.samefile(folder.published)
    assert build.file.read_bytes() == folder.published.read_bytes()
    assert folder.published.stat().st_mode & 0o222 == 0
    assert debris(folder) == []
    first = list_builds(folder)[0]
    rollback(folder, first.build_id)
    assert published_build(folder) == (first.build_id, first.fingerprint)


KILLED = """
import json, os, shutil, signal, sys
from pathlib import Path

from pipeline.warehouse import publish, published_build, rollback, tidy
from pipeline.warehouse.builds import list_builds
from pipeline.workspace import Workspace

CHANGES = {"os.rename", "os.link", "os.chmod", "os.mkdir", "os.remove", "os.rmdir"}

def in_a_process(work):
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

def killed_at(step, work):
    left = step
    def hook(event, arguments):
        nonlocal left
        if event in CHANGES:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    work()

template, root, job, last = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
for step in range(1, last + 1):
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(template, root, copy_function=os.link)
    workspace = Workspace(root)
    work = {
        "publish": lambda: publish(workspace, workspace.warehouse / ".build-x" / "gongkai.duckdb"),
        "rollback": lambda: rollback(workspace, "first"),
    }[job]
    ended = in_a_process(lambda: killed_at(step, work))
    def look():
        before = published_build(workspace).build_id
        shutil.rmtree(workspace.warehouse / ".build-x", ignore_errors=True)
        for scratch in workspace.warehouse.glob(".build-*"):
            shutil.rmtree(scratch)
        tidy(workspace)
        after = published_build(workspace).build_id
        left = [path.name for path in [*workspace.builds.iterdir(), *workspace.warehouse.iterdir()]]
        sound = [build.build_id for build in list_builds(workspace)]
        print(json.dumps([step, ended, before, after, sound, left]), flush=True)
    assert in_a_process(look) == 0
    if ended == 0:
        break
"""


@pytest.mark.parametrize(
    ("job", "last", "old", "new"),
    [("publish", 99, "second", "third"), ("rollback", 7, "second", "first")],  # after 7, exports are written
)
def test_killed_at_each_change_of_the_folder(
    folder: Workspace, tmp_path: Path, job: str, last: int, old: str, new: str
) -> None:
    """kill -9 before each link, rename, removal and change of rights: the old or the new build is published."""
    folder.settings.write_text("builds: {keep: 1, keep_monthly: 0}")
    publish_version(folder, "first")
    publish_version(folder, "second")
    if job == "publish":
        version(folder, "third").parent.rename(folder.warehouse / ".build-x")
    command = [sys.executable, "-c", KILLED, folder.root, tmp_path / "killed", job, str(last)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    steps = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [ended for _, ended, *_ in steps] == [-9] * (len(steps) - 1) + [0 if job == "publish" else -9]
    published = [before for _, _, before, *_ in steps]
    assert published == [old] * published.count(old) + [new] * published.count(new), "one step, and no way back"
    assert published.count(old) >= 3
    assert published.count(new) >= 2
    for step, _, before, after, sound, left in steps:
        assert after == before, f"{step}: healing publishes nothing"
        assert after in sound, step
        assert [name for name in left if name.startswith((".build", ".part", ".ready"))] == [], step
        # What a publication leaves to keep: the current build and one beside it.
        assert len(sound) == 2, (step, sound)


def test_builds_that_are_outlived_go(folder: Workspace) -> None:
    folder.settings.write_text("builds: {keep: 1, keep_monthly: 0}")
    for name in ("second", "third", "fourth"):
        publish_version(folder, name)
    assert [build.build_id for build in list_builds(folder)] == ["third", "fourth"]
    rollback(folder, "third")
    publish_version(folder, "fifth")
    assert [build.build_id for build in list_builds(folder)] == ["third", "fourth", "fifth"], "fourth was rolled back"
    publish_version(folder, "sixth")
    assert [build.build_id for build in list_builds(folder)] == ["fourth", "fifth", "sixth"]
    assert debris(folder) == []


def test_what_was_rolled_back_is_not_published_again_by_itself(folder: Workspace) -> None:
    tidy(folder)
    publish_version(folder, "good")
    publish_version(folder, "bad", "UPDATE marts.report SET title = 'wrong'", fingerprint=fingerprint(folder))
    renew_exports(folder)
    assert not plan(folder).is_needed
    assert rollback(folder, "go").build_id == "good"
    assert published_build(folder) == ("good", "good")
    assert "wrong" not in (folder.exports / "report.csv").read_text("utf-8-sig")
    assert json.loads((folder.exports / "datapackage.json").read_text("utf-8"))["version"] == "good"
    assert [(one.build_id, one.state) for one in list_all(folder)][:2] == [("bad", "rolled back"), ("good", "current")]

    planned = plan(folder)
    assert (planned.is_needed, planned.rolled_back) == (False, "bad")
    folder.reviews.write_text("finding_id,verdict,reason\n")
    assert plan(folder).is_needed, "what users edit has changed"
    folder.reviews.unlink()
    assert not plan(folder).is_needed

    rollback(folder, "bad")
    assert published_build(folder) == ("bad", fingerprint(folder))
    assert (plan(folder).is_needed, plan(folder).rolled_back) == (False, None)
    assert "wrong" in (folder.exports / "report.csv").read_text("utf-8-sig")


def test_rolled_back_step_by_step(tmp_path: Path) -> None:
    """What stays away after each rollback: all that was published after the build that is published now."""
    workspace = Workspace(tmp_path)
    workspace.warehouse.mkdir()
    builds = {
        name: Build(tmp_path / name, {"fingerprint": f"of {name}", "number": number})
        for number, name in enumerate("abc", 1)
    }
    at = "c"
    for to, held in [("b", "c"), ("a", "bc"), ("b", "c"), ("c", ""), ("a", "c"), ("b", "c"), ("c", "")]:
        write_rollback(workspace, roll(workspace, builds[at], builds[to]))
        at = to
        found = away(workspace, at)
        assert {name: one.fingerprint for name, one in found.items()} == {name: f"of {name}" for name in held}
    write_rollback(workspace, roll(workspace, builds["c"], builds["a"]))
    assert list(away(workspace, "a")) == ["c"]
    assert away(workspace, "d") == {}, "a new publication is an end of it"


def test_builds_that_cannot_be_rolled_back_to(folder: Workspace) -> None:
    for name in ("night-1", "night-2", "night-3"):
        publish_version(folder, name)
    with pytest.raises(PublicationRefused):
        publish_version(folder, "worse", "DROP TABLE marts.measures")
    before = folder.published.stat()
    (folder.builds / "night-2" / "gongkai.duckdb").chmod(0o644)
    (folder.builds / "night-2" / "gongkai.duckdb").write_bytes(b"not a database")
    for name, said in [
        ("nothing", "There is no build nothing. There are: night-3, night-2, night-1"),
        ("night", "night may be any of night-1, night-2, night-3"),
        ("worse", "worse was refused and cannot be published"),
        ("night-3", "night-3 is published already"),
        ("night-2", "night-2/gongkai.duckdb cannot be opened"),
    ]:
        with pytest.raises(JobError, match=said):
            rollback(folder, name)
    shutil.copyfile(folder.builds / "night-1" / "gongkai.duckdb", folder.builds / "night-2" / "gongkai.duckdb")
    with pytest.raises(JobError, match="is not the file that was published"):
        rollback(folder, "night-2")
    assert folder.published.stat().st_ino == before.st_ino


def test_an_older_build_that_lacks_a_mart(folder: Workspace) -> None:
    """As after a bad deploy of a version with more marts: exports of what it lacks go, and come back."""
    tidy(folder)
    target = version(folder, "old", "DROP TABLE marts.measures")
    newest = list_builds(folder)[-1]
    (older := folder.builds / "old").mkdir()
    target.rename(older / "gongkai.duckdb")
    record = {**newest.record, "build_id": "old", "size_bytes": (older / "gongkai.duckdb").stat().st_size, "number": 0}
    (older / "build.json").write_text(json.dumps(record))
    renew_exports(folder)
    assert (folder.exports / "measures.csv").exists()
    rollback(folder, "old")
    assert not (folder.exports / "measures.csv").exists()
    rollback(folder, newest.build_id)
    assert (folder.exports / "measures.csv").exists()


def test_a_published_file_that_is_gone_is_put_back(folder: Workspace) -> None:
    """Without a build: what is kept is what was published."""
    tidy(folder)
    publish_version(folder, "good")
    publish_version(folder, "bad", fingerprint=fingerprint(folder))
    folder.published.unlink()
    tidy(folder)
    assert published_build(folder) == ("bad", fingerprint(folder))
    assert folder.published.samefile(folder.builds / "bad" / "gongkai.duckdb")
    assert not plan(folder).is_needed
    rollback(folder, "good")
    folder.published.unlink()
    tidy(folder)
    assert published_build(folder) == ("good", "good"), "what was rolled back stays away"
    assert plan(folder).rolled_back == "bad"
    said = [one.found for one in examine_published(folder, lambda *_: None, quick=True) if one.state == "look"]
    assert said == ["build bad was rolled back, and nothing has changed since"]
    publish_version(folder, "next")
    folder.published.unlink()
    (folder.builds / "next" / "gongkai.duckdb").chmod(0o644)
    (folder.builds / "next" / "gongkai.duckdb").write_bytes(b"not a database")
    tidy(folder)
    assert not folder.published.exists(), "what is damaged is not published"
    assert debris(folder) == []


def damage(file: Path) -> None:
    """Zeros in place of all blocks but the first ones: it opens, or not, and cannot be read."""
    file.chmod(0o644)
    with file.open("r+b") as data:
        data.seek(3 * 4096 + 262144)
        data.write(bytes(file.stat().st_size - data.tell()))


LOST = "DELETE FROM landing.report_parts WHERE part_document_id = (SELECT min(document_id) FROM marts.report)"


def test_what_is_published_is_damaged_and_yet_nothing_may_be_lost(folder: Workspace) -> None:
    tidy(folder)
    publish_version(folder, "sound")
    publish_version(folder, "damaged")
    lossy, whole = version(folder, "lossy", LOST), version(folder, "whole")
    damage(folder.published)
    with pytest.raises(PublicationRefused, match="documents that are still in raw/ gave more to the published build"):
        publish(folder, lossy)
    assert publish(folder, whole).build_id == "whole"


def test_what_another_program_writes_into_is_not_replaced(folder: Workspace) -> None:
    """It is not known then what is published: nothing is compared with nothing."""
    tidy(folder)
    target = version(folder, "new")
    folder.published.chmod(0o644)
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(folder.published)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        writer.stdout.readline()
        for act in (tidy, plan, list_all, lambda workspace: publish(workspace, target)):
            with pytest.raises(PublishedInUse, match=rf"open for writing.*PID {writer.pid}"):
                act(folder)
        assert target.exists()
        # The doctor names it, and holds nothing to be damaged.
        said = {finding.part: finding for finding in [*examine_published(folder, lambda *_: None, quick=True)]}
        assert said["readers"].state == "broken"
        assert f"PID {writer.pid}" in said["readers"].found
        (builds,) = examine_builds(folder, lambda *_: None, quick=True)
        assert builds.state == "ok"
    assert publish(folder, target).build_id == "new"


def test_the_doctor_after_an_upgrade(folder: Workspace) -> None:
    """A build of a version that had fewer marts is not broken; one of this very version is."""
    with duckdb.connect(folder.published) as connection:
        connection.execute("DROP TABLE marts.measures")
    (published,) = [one for one in examine_published(folder, lambda *_: None, quick=True) if one.part == "published"]
    assert (published.state, "cannot be" in published.found) == ("broken", False)
    with duckdb.connect(folder.published) as connection:
        connection.execute("UPDATE landing.build SET fingerprint = 'other'")
    states = [one.state for one in examine_published(folder, lambda *_: None, quick=True)]
    assert states == ["look", "look"]


def test_what_is_refused_night_after_night_is_kept_once(folder: Workspace) -> None:
    folder.settings.write_text("builds: {keep_refused: 2}")
    tidy(folder)
    before = folder.published.read_bytes()
    for name, inputs in [("r1", "x"), ("r2", "x"), ("r3", "y"), ("r4", "z")]:
        with pytest.raises(PublicationRefused, match=r"marts.measures.measure should be VARCHAR and is missing"):
            publish_version(folder, name, "DROP TABLE marts.measures", fingerprint=inputs)
        if name == "r2":
            assert [build.build_id for build in list_refused(folder)] == ["r2"]
    assert len(list_refused(folder)) == 2
    assert "r4" in [build.build_id for build in list_refused(folder)]
    (kept, *_) = (build for build in list_refused(folder) if build.build_id == "r4")
    failed = [check for check in kept.record["checks"] if not check["passed"]]
    assert failed[0]["check"] == "contract"
    assert failed[0]["faults"]
    assert (kept.record["published_at"], kept.number) == (None, 0)
    assert folder.published.read_bytes() == before
    folder.settings.write_text("builds: {keep_refused: 0}")
    with pytest.raises(PublicationRefused) as refused:
        publish_version(folder, "r5", "DROP TABLE marts.measures")
    assert "kept for a look" not in str(refused.value)
    assert debris(folder) == []


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_commands(folder: Workspace) -> None:
    assert "No build is kept" in gongkai(folder, "builds").stderr
    tidy(folder)
    (first,) = list_builds(folder)
    with open_published(folder) as connection:
        ((agency, gone, document),) = connection.sql(
            "SELECT agency_id, any_value(report_year), any_value(document_id) FROM marts.report "
            "WHERE report_year = 2025 GROUP BY 1"
        ).fetchall()
        ((changed, cell),) = connection.sql(
            "SELECT document_id, rowid FROM landing.cells WHERE raw_text = '12' AND row_code = 'licensing'"
        ).fetchall()
    target = version(
        folder,
        "second",
        f"DELETE FROM marts.report WHERE document_id = '{document}'",
        f"UPDATE landing.cells SET raw_text = '13', value = 13 WHERE rowid = {cell}",
    )
    with pytest.raises(PublicationRefused, match=r"the report of .* 2025 is lost"):
        publish(folder, target)
    (refused,) = list_refused(folder)
    assert refused.build_id == "second"

    summary = gongkai(folder, "diff", first.build_id[:12], "second")
    assert summary.returncode == 0, summary.stderr
    assert "1 figures changed, 1 reports removed" in summary.stdout
    assert rows(summary.stdout.partition("rows\n")[2]) != []
    listed = rows(gongkai(folder, "diff", first.build_id, "second", "--format", "csv").stdout)
    removed, figure = listed
    assert (removed["change"], removed["agency_id"], removed["report_year"]) == ("report_removed", agency, str(gone))
    assert {name: figure[name] for name in figure if name.startswith(("table", "row", "column", "value", "raw"))} == {
        "table_code": "disclosure",
        "table_set": "1",
        "row_code": "licensing",
        "column_code": "decisions",
        "value_before": "12",
        "value_after": "13",
        "raw_text_before": "12",
        "raw_text_after": "13",
    }
    assert figure["document_id_before"] == figure["document_id_after"] == changed
    assert "there is no build third" in gongkai(folder, "diff", "third").stderr.lower()

    third = publish_version(folder, "third")
    same = gongkai(folder, "diff", first.build_id)
    assert "Changes     none" in same.stdout, same.stderr
    said = rows(gongkai(folder, "builds").stdout)
    assert [(row["build_id"], row["state"]) for row in said] == [
        ("third", "current"),
        (first.build_id, "kept"),
        ("second", "refused"),
    ]
    assert said[0]["cells"] == str(third.record["counts"]["landing"]["cells"])
    assert said[0]["findings"] == str(third.record["counts"]["marts"]["finding"])
    with folder.exclusive():
        assert "is being written by" in gongkai(folder, "rollback", first.build_id).stderr
    back = gongkai(folder, "rollback", first.build_id)
    assert back.returncode == 0, back.stderr
    assert f"build {first.build_id}" in back.stdout
    assert back.stdout.splitlines()[-1].endswith("rollback third")
    assert [row["state"] for row in rows(gongkai(folder, "builds").stdout)] == ["rolled back", "current", "refused"]
    assert gongkai(folder, "rollback", "second").returncode == 1
