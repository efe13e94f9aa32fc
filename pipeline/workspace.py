"""Where things lie in a data folder, and who may write there."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipeline.objects import ObjectPath

EARLIER_VISITS: Final = "earlier.ndjson"
"""In the folder of a source in ``crawls``: the last visits of addresses, of the crawls whose manifests are removed."""
_LOCK: Final = ".lock"
_WRITER: Final = ".writer"


class JobError(Exception):
    """The job cannot go on; the message tells a person what is wrong and what to do about it."""


class FolderLocked(JobError):  # noqa: N818 - the state of a folder
    """Another process writes to the data folder."""


def program() -> str:
    """The command ``gongkai`` as a shell finds it from here: as this process was called, if it is that command."""
    called = Path(sys.argv[0])
    if called.name != "gongkai":
        called = Path(sys.executable).with_name("gongkai")
    return "gongkai" if shutil.which("gongkai") == str(called) else shlex.quote(str(called))


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders and files of one data folder (``--data DIR``).

    ``storage`` is where ``raw/`` and the lake lie instead: ``s3://BUCKET/PREFIX``. All else is always in the folder.
    """

    root: Path
    storage: str | None = None

    @property
    def raw(self) -> Path:
        """Immutable input: report files in any folder under any name."""
        return (ObjectPath(self.storage) if self.storage else self.root) / "raw"

    @property
    def aliases(self) -> Path:
        """Agencies as users correct them; there need be none."""
        return self.root / "aliases.csv"

    @property
    def sources(self) -> Path:
        """Sites to crawl as users add them, one YAML file each; there need be none."""
        return self.root / "sources"

    @property
    def crawl_settings(self) -> Path:
        """Who crawls."""
        return self.root / "crawl.yml"

    @property
    def crawled(self) -> Path:
        """What crawls fetched, one folder a source."""
        return self.raw / "crawl"

    @property
    def crawls(self) -> Path:
        """What crawls did, one manifest a source and run, and remember, so as to ask only for what has changed."""
        return self.warehouse / "crawl"

    @property
    def settings(self) -> Path:
        """How the folder is kept from night to night; there need be none."""
        return self.root / "settings.yml"

    @property
    def reviews(self) -> Path:
        """What users say of findings; there need be none."""
        return self.root / "reviews.csv"

    @property
    def roster(self) -> Path:
        """The agencies that are expected to report, as users list them; there need be none."""
        return self.root / "roster.csv"

    @property
    def edited(self) -> tuple[Path, ...]:
        """The files that users edit; each build is made with what they say."""
        return self.aliases, self.reviews, self.roster

    @property
    def warehouse(self) -> Path:
        """All that is derived and published."""
        return self.root / "warehouse"

    @property
    def lake(self) -> Path:
        """Parquet batches and the manifest."""
        return ObjectPath(self.storage) / "warehouse" / "lake" if self.storage else self.warehouse / "lake"

    @property
    def batches(self) -> Path:
        """One folder a batch of read documents, ``batch_id=ID``."""
        return self.lake / "batches"

    @property
    def kept(self) -> Path:
        """What slow readers gave, one file a document."""
        return self.lake / "kept"

    @property
    def manifest(self) -> Path:
        """Which batch holds the current reading of each document ever read."""
        return self.lake / "manifest.parquet"

    @property
    def snapshot(self) -> Path:
        """What ``raw/`` held when it was last looked at."""
        return self.lake / "snapshot.parquet"

    @property
    def gone(self) -> Path:
        """Since when documents whose readings are kept are no longer in ``raw/``."""
        return self.lake / "gone.parquet"

    @property
    def published(self) -> Path:
        """The DuckDB file that analysts open."""
        return self.warehouse / "gongkai.duckdb"

    @property
    def builds(self) -> Path:
        """Publications that are kept, one folder a build; may be a link to another disk."""
        return self.warehouse / "builds"

    @property
    def refused(self) -> Path:
        """Builds that were refused, kept for a look."""
        return self.warehouse / "refused"

    @property
    def rollback(self) -> Path:
        """Which builds were rolled back, and to which; there need be none."""
        return self.warehouse / "rollback.json"

    @property
    def explorer(self) -> Path:
        """What the explorer derives from the published file for itself; may be removed at any time."""
        return self.warehouse / "explorer"

    @property
    def dagster(self) -> Path:
        """What Dagster remembers: runs, ticks, logs."""
        return self.root / "dagster"

    @property
    def alerts(self) -> Path:
        """Alerts on their way, and the troubles that people know of."""
        return self.dagster / "alerts"

    @property
    def exports(self) -> Path:
        """CSV and Parquet copies of the marts."""
        return self.root / "exports"

    def command(self, *arguments: str) -> str:
        """The shell command that does this on this folder: for messages, so that it works as pasted."""
        is_default = self.root == Path("data") and "GONGKAI_DATA" not in os.environ
        data = () if is_default else ("--data", str(self.root))
        return f"{program()} {shlex.join([*data, *arguments])}"

    def require(self, folder: Path | None = None) -> None:
        """See that there is a data folder, or a ``folder`` of it.

        Raises:
            JobError: it is not there.
        """
        folder = folder or self.root
        if not folder.is_dir():
            raise JobError(
                f"There is no folder {folder}: {self.root} is no data folder. Make {self.raw} and put report files "
                f"into it, or name another data folder: {program()} --data DIR ..."
            )

    def writer(self) -> str | None:
        """Who writes here now; None if nobody does. A lock that is left over is nobody's."""
        import fcntl

        try:
            with (self.warehouse / _LOCK).open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return file.read().decode(errors="replace") or "another process"
        except OSError:
            pass
        return None

    @contextmanager
    def exclusive(self, patience: float = 0) -> Iterator[None]:
        """Be the only process that writes here; whoever else tries is refused, after ``patience`` seconds.

        The kernel releases the lock when its process ends, in whatever way: there are no stale locks.

        Raises:
            FolderLocked: another process holds the lock, or another data folder the storage; the message names it.
            JobError: there is no ``raw/``, or a file stands where a folder belongs.
        """
        from filelock import FileLock, Timeout

        self.require(self.raw)
        for folder in (self.warehouse, self.lake, self.batches, self.builds, self.refused, self.exports):
            if folder.exists() and not folder.is_dir():
                raise JobError(f"{folder} is a file where a folder belongs. Move it away.")
        self.warehouse.mkdir(parents=True, exist_ok=True)
        path = self.warehouse / _LOCK

        def sign(fd: int) -> None:
            os.ftruncate(fd, 0)
            command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
            os.write(fd, f"process {os.getpid()} ({command}), since {datetime.now(UTC):%F %T} UTC".encode())

        lock = FileLock(path, timeout=patience, thread_local=False, on_acquired=sign)
        try:
            lock.acquire()
        except Timeout:
            holder = path.read_text(errors="replace") or "another process"
            raise FolderLocked(f"{self.warehouse} is being written by {holder}. Wait until it is done.") from None
        try:
            self._claim_storage()
            yield
        finally:
            lock.release()

    def _claim_storage(self) -> None:
        """See that no other data folder writes to the storage: its lock is on a disk of this machine."""
        if not self.storage:
            return
        here, there = self.warehouse / _WRITER, self.lake / _WRITER
        if not here.exists():
            here.write_text(uuid.uuid4().hex)
        identity = here.read_text()
        if not there.exists():
            there.write_text(f"{identity} {os.uname().nodename}:{self.root.resolve()}")
        name, _, where = there.read_text().partition(" ")
        if name != identity:
            raise FolderLocked(
                f"{self.storage} belongs to the data folder {where}: only one may write there. Work in that one, or, "
                f"if it is no more, remove the object {there} and run again."
            )
