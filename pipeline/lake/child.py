"""The process that reads: does one job after another for the process that started it, and ends with it.

Run as ``python -m pipeline.lake.child FD``, FD being its end of a connection. A job is the name of a function of
`JOBS`, or ``module:function`` for one of a room further down, its argument, a folder for temporary files that goes with
the job, and the memory that the process may hold. For each it sends ``("watch", index, seconds, format)`` whenever it
begins another document, and at last ``("done", result)`` or ``("failed", error)``.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pipeline.lake.archives import LISTING_SECONDS, Listing, list_members
from pipeline.lake.batches import read_batch
from pipeline.lake.limits import OUT_OF_MEMORY, Watch
from pipeline.lake.passes.reading import read_pass_batch

_MAX_FILE_BYTES: Final = 2**30
_COLLECTED_AFTER: Final = 20_000
"""New objects after which garbage is looked for: a document makes many that live until it is read, few in cycles."""


def _list(path: Path, watch: Watch) -> Listing | None:
    watch(0, LISTING_SECONDS, "zip")
    return list_members(path)


JOBS: Final[Mapping[str, Callable[[Any, Watch], Any]]] = MappingProxyType(
    {"read": read_batch, "list": _list, "pass": read_pass_batch}
)


def main() -> None:
    """Do jobs until there is nobody to do them for."""
    gc.freeze()  # what is imported stays
    gc.set_threshold(_COLLECTED_AFTER)
    threading.Thread(target=_follow_parent, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_FSIZE, _MAX_FILE_BYTES)
    connection: Connection[Any, Any] = Connection(int(sys.argv[1]))

    def watch(index: int | None, seconds: float, format: str | None = None) -> None:
        # The kernel ends the process at once when its time is used up, in whatever code it is.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        connection.send(("watch", index, seconds, format))

    while True:
        try:
            function, argument, folder, memory_bytes = connection.recv()
        except EOFError:
            return
        # Whatever a library leaves goes with the job.
        tempfile.tempdir = os.environ["TMPDIR"] = os.environ["HOME"] = str(folder)
        _limit(resource.RLIMIT_DATA, memory_bytes)
        try:
            result = _job(function)(argument, watch)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except OSError as error:
            connection.send(("failed", error))
        except Exception:
            connection.send(("failed", RuntimeError(traceback.format_exc())))
        else:
            connection.send(("done", result))
        signal.setitimer(signal.ITIMER_PROF, 0)


def _job(name: str) -> Callable[[Any, Watch], Any]:
    if name in JOBS:
        return JOBS[name]
    module, _, function = name.partition(":")
    found: Callable[[Any, Watch], Any] = getattr(import_module(module), function)
    return found


def _limit(kind: int, amount: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))


def _follow_parent() -> None:
    """End when the parent does, however it ends: nothing is ever written to this pipe."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main()
