"""The data folder, held by one run from its first step to its last."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from pipeline.warehouse import DATABASE_VARIABLE, new_scratch, remove_scratch, tidy
from pipeline.workspace import JobError, Workspace


class GongkaiResource(dg.ConfigurableResource["GongkaiResource"]):
    """One data folder, and the database that this run builds.

    The run holds the folder's lock and has a scratch folder of its own, which goes when the run ends. It must
    run in one process (`dagster.in_process_executor`).
    """

    data: str
    _target: Path | None = PrivateAttr(default=None)

    @property
    def workspace(self) -> Workspace:
        """The data folder."""
        return Workspace(Path(self.data))

    @property
    def target(self) -> Path:
        """The database file that this run builds, from ``landing`` to ``published``."""
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
        """Hold the folder for the run."""
        if self.workspace.crawl_settings.exists():  # who crawls needs no files to begin with
            self.workspace.raw.mkdir(exist_ok=True)
        with self.workspace.exclusive():
            remove_scratch(self.workspace)
            tidy(self.workspace)
            self._target = new_scratch(self.workspace)
            os.environ[DATABASE_VARIABLE] = str(self._target)
            try:
                yield self
            finally:
                del os.environ[DATABASE_VARIABLE]
                remove_scratch(self.workspace)
