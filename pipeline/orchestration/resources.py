"""The data folder, held by one run from the step that first writes to it to the run's end."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import dagster as dg
from pydantic import Field, PrivateAttr

from pipeline.settings import open_workspace
from pipeline.warehouse import DATABASE_VARIABLE, new_scratch, remove_scratch, tidy
from pipeline.workspace import JobError, Workspace


class GongkaiResource(dg.ConfigurableResource["GongkaiResource"]):
    """One data folder, and the database that this run builds.

    The run holds the folder's lock and has a scratch folder of its own from its first step that calls `hold` on; both
    go when the run ends. Crawling is before that: it takes hours, and has a lock for each source. It must run in one
    process (`dagster.in_process_executor`).
    """

    data: str
    patience: float = Field(default=600, description="Seconds to wait for another process that writes to the folder")
    _target: Path | None = PrivateAttr(default=None)
    _held: ExitStack | None = PrivateAttr(default=None)

    @property
    def workspace(self) -> Workspace:
        """The data folder."""
        return open_workspace(Path(self.data))

    def hold(self) -> Workspace:
        """The data folder, written by no other process until this run ends.

        Raises:
            FolderLocked: another process writes, and goes on writing.
            JobError: there is no ``raw/``, or a file stands where a folder belongs.
        """
        assert self._held is not None
        if self._target is None:
            workspace = self.workspace
            self._held.enter_context(workspace.exclusive(self.patience))
            remove_scratch(workspace)
            tidy(workspace)
            self._held.callback(remove_scratch, workspace)
            self._target = new_scratch(workspace)
            os.environ[DATABASE_VARIABLE] = str(self._target)
            self._held.callback(os.environ.pop, DATABASE_VARIABLE, None)
        return self.workspace

    @property
    def target(self) -> Path:
        """The database file that this run builds, from ``landing`` to ``published``."""
        self.hold()
        assert self._target is not None
        return self._target

    @property
    def assembled_target(self) -> Path:
        """`target`, once ``landing`` has been loaded into it.

        Raises:
            JobError: this run did not load it: what follows ``landing`` cannot run without it.
        """
        if not self.target.exists():
            raise JobError("Nothing was loaded in this run. Materialize `landing` and all that follows it, in one run.")
        return self.target

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["GongkaiResource"]:
        """Let go of the folder when the run ends, in whatever way."""
        if self.workspace.crawl_settings.exists():  # who crawls needs no files to begin with
            self.workspace.raw.mkdir(exist_ok=True)
        with ExitStack() as self._held:
            try:
                yield self
            finally:
                self._target = None
