"""A Dask cluster as the engine: its workers have batches read as this machine does, by guarded processes of their own.

A worker that dies loses nothing: the scheduler gives its batches to others, and a batch that two workers wrote is the
same batch. What the workers see must be what this process sees: the same program, the same ``raw/`` and lake. Each job
is held against that, so that workers which come later are as well.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pipeline
from pipeline.lake.engine import Engine, end_idle, read_apart, read_pass_apart
from pipeline.workspace import JobError, Workspace

if TYPE_CHECKING:
    from distributed import Client

LOCAL_CLUSTER: Final = "dask"
"""A cluster of this machine, which begins and ends with the run."""

_ADDRESS: Final = "dask://"
_RECOGNITION: Final = "OCR"
"""What workers that recognise characters are started with: ``--resources OCR=1`` (so many at a time)."""

_CONNECT_SECONDS: Final = 20
_PATIENCE_SECONDS: Final = 60
_FRESH_SECONDS: Final = 2
_MARK: Final = ".cluster-"

ROOMS: Final = ("readers", "forms", "agencies", "extraction", "lake")
"""The rooms that a document is read with."""
_SOURCES: Final = frozenset({".py", ".csv", ".txt", ".json"})
PACKAGES: Final = (
    "jieba",
    "lxml",
    "numpy",
    "onnxruntime",
    "opencv-python-headless",
    "pillow",
    "polars",
    "pypdfium2",
    "python-calamine",
    "rapidfuzz",
    "rapidocr",
    "selectolax",
)
"""What those rooms import of others."""


class _Terms(NamedTuple):
    """What a worker must find to work for this run."""

    program: str
    raw: Path
    mark: Path


@contextmanager
def cluster_engine(name: str, workspace: Workspace, workers: int) -> Iterator[Engine]:
    """The cluster at ``dask://HOST:PORT`` (or ``tls://``, as Dask's own configuration has it); ``dask``: one of
    ``workers`` processes of this machine.

    Raises:
        JobError: it cannot be reached, has no workers, or they do not have this program or these folders.
    """
    try:
        import distributed
    except ImportError as error:
        raise JobError(
            f"The engine {name} needs Dask, which is not installed: pip install 'gongkai[cluster]'. Or set "
            "engine: processes in settings.yml (GONGKAI_ENGINE=processes)."
        ) from error
    mark = workspace.lake.resolve() / f"{_MARK}{uuid.uuid4().hex}"
    for left in workspace.lake.glob(f"{_MARK}*"):
        left.unlink()
    mark.write_text("")
    try:
        if name == LOCAL_CLUSTER:
            with (
                distributed.LocalCluster(  # type: ignore[no-untyped-call]
                    n_workers=workers,
                    threads_per_worker=1,
                    dashboard_address="127.0.0.1:0",
                    resources={_RECOGNITION: 1},
                ) as cluster,
                distributed.Client(cluster, set_as_default=False) as client,  # type: ignore[no-untyped-call]
            ):
                yield _engine(client, name, _Terms(program_id(), workspace.raw.resolve(), mark))
            return
        address = name.replace(_ADDRESS, "tcp://", 1)
        try:
            client = distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise JobError(
                f"There is no Dask scheduler at {name} ({error}). Start one with: dask scheduler; or set engine: "
                "processes in settings.yml (GONGKAI_ENGINE=processes)."
            ) from error
        with client:
            yield _engine(client, name, _Terms(program_id(), workspace.raw.resolve(), mark))
            with suppress(Exception):  # the work is done; who has gone has ended them
                client.run(end_idle)
    finally:
        mark.unlink(missing_ok=True)


def _engine(client: Client, name: str, terms: _Terms) -> Engine:
    from distributed.scheduler import KilledWorker

    workers = _Workers(client, name)
    workers.require()
    _check_all(client, terms)
    return Engine(
        _Checked(client.get_executor(pure=False), terms),  # type: ignore[no-untyped-call]
        read_apart,
        read_pass_apart,
        workers.count,
        _Checked(client.get_executor(pure=False, resources={_RECOGNITION: 1}), terms),  # type: ignore[no-untyped-call]
        workers.missing_recognisers,
        workers.watch,
        (BrokenExecutor, CancelledError, KilledWorker),
    )


class _Workers:
    """The workers of a cluster, as its scheduler knows them."""

    def __init__(self, client: Client, name: str) -> None:
        self._client, self._name = client, name
        self._seen: list[dict[str, Any]] = []
        self._looked = self._some = self._recognised = -float("inf")

    def require(self) -> None:
        """Wait a little for the first worker."""
        try:
            self._client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        except TimeoutError:
            raise self._none() from None

    def count(self) -> int:
        """How many jobs they do side by side."""
        return sum(int(worker["nthreads"]) for worker in self._look())

    def missing_recognisers(self) -> str | None:
        """What to say where no worker recognises characters."""
        if self._recogniser():
            return None
        return (
            f"It is a scan or shows a table as a picture, and no worker of the cluster at {self._name} recognises "
            f"characters. Start one with --resources {_RECOGNITION}=1: the next run reads it."
        )

    def watch(self, recognising: bool) -> None:
        """See that there is somebody to wait for.

        Raises:
            JobError: the scheduler has gone, or all workers have for a minute, or all that recognise characters.
        """
        if self._client.status != "running":
            raise JobError(
                f"The Dask scheduler at {self._name} has gone. What its workers had read is in the lake; run again "
                "once it is back, and the rest is read."
            )
        if not self._look() and time.monotonic() - self._some > _PATIENCE_SECONDS:
            raise self._none()
        if recognising and not self._recogniser() and time.monotonic() - self._recognised > _PATIENCE_SECONDS:
            raise JobError(
                f"All workers of the cluster at {self._name} that recognise characters have gone. What was read is in "
                f"the lake; start some with --resources {_RECOGNITION}=1, and run again."
            )

    def _recogniser(self) -> bool:
        """Whether a worker recognises characters."""
        found = any(worker["resources"].get(_RECOGNITION, 0) >= 1 for worker in self._look())
        if found:
            self._recognised = time.monotonic()
        return found

    def _look(self) -> list[dict[str, Any]]:
        now = time.monotonic()
        if now - self._looked > _FRESH_SECONDS and self._client.status == "running":
            self._seen = list(self._client.scheduler_info()["workers"].values())
            self._looked = time.monotonic()
        if self._seen:
            self._some = now
        return self._seen

    def _none(self) -> JobError:
        return JobError(
            f"The Dask scheduler at {self._name} has no workers. Start some: dask worker ADDRESS --nthreads 1 "
            f"--nworkers N --resources {_RECOGNITION}=1"
        )


class _Checked(Executor):
    """An executor whose workers look whether they may work for this run before each job."""

    def __init__(self, executor: Executor, terms: _Terms) -> None:
        self._executor, self._terms = executor, terms

    def submit(self, fn: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:  # noqa: ANN401
        return self._executor.submit(_do, self._terms, fn, *arguments, **options)


def _do(terms: _Terms, function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401 - whatever it gives
    _check(terms)
    return function(*arguments)


def _check(terms: _Terms) -> None:
    """See that this worker has the program and the folders of the run.

    Raises:
        JobError: it does not; the message says what to do.
    """
    who = f"The worker on {os.uname().nodename} (process {os.getpid()})"
    if program_id() != terms.program:
        raise JobError(
            f"{who} has another version of Gongkai, Python or a package that reads than this process. "
            "Install the same on all machines (constraints.txt), and restart the workers."
        )
    if not terms.mark.exists():
        raise JobError(f"{who} does not see {terms.mark.parent} as this process does. {_SHARED}")
    if not terms.raw.is_dir():
        raise JobError(f"{who} does not see {terms.raw}. {_SHARED}")


_SHARED: Final = "raw/ and warehouse/lake/ must be on a file system that all machines mount at this path, or on S3."


def _check_all(client: Client, terms: _Terms) -> None:
    """See that each worker that is there has the program and the folders of the run."""
    try:
        client.run(_check, terms)
    except JobError:
        raise
    except Exception as error:
        raise JobError(
            f"A worker of the cluster cannot run Gongkai ({type(error).__name__}: {error}). Install the same version "
            "of it on all machines, and restart the workers."
        ) from error


@cache
def program_id() -> str:
    """What two machines must agree in, so that they read alike and write the same: code, data, Python, packages."""
    package = Path(pipeline.__file__).parent
    versions = [version(name) for name in PACKAGES]
    found = hashlib.sha256(repr((sys.version_info[:2], versions)).encode())
    for room in ROOMS:
        for path in sorted((package / room).rglob("*")):
            if path.suffix in _SOURCES:
                found.update(f"\0{path.relative_to(package)}\0".encode())
                found.update(path.read_bytes())
    return found.hexdigest()
