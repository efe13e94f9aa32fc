"""Dagster on a machine of one's own: code server, daemon and UI as processes of one command, ended with it."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

import yaml  # type: ignore[import-untyped]

from pipeline.service.home import prepare_home
from pipeline.workspace import JobError, Workspace

_LOCATION: Final = "gongkai"
_LOOK: Final = 0.5
"""Seconds between two looks at the processes."""
_BEGIN: Final = 180
"""Seconds that the code server may take: the first start parses the dbt project."""
_END: Final = 30
"""Seconds in which processes may end what they are at; a run writes down that it was ended."""
_PARENT_DIED: Final = 1
"""``PR_SET_PDEATHSIG`` of Linux."""

Process = subprocess.Popen[bytes]


class Address(NamedTuple):
    """Where the UI is served."""

    host: str
    port: int


def up(workspace: Workspace, address: Address, *, log_level: str, reload: bool, say: Callable[[str], None]) -> None:
    """Keep Dagster going on a data folder until SIGINT or SIGTERM; then end all of it, a run among it.

    A run that is ended counts as failed, and is begun again at the next start. ``reload`` lets the UI load changed
    code. ``say`` is told when it is ready. What the processes say from ``log_level`` on goes to standard error.

    Raises:
        JobError: `settings.yml` cannot be used, Dagster runs on this folder already, the port is taken, or one of its
            processes ended by itself.
    """
    with ExitStack() as stack:
        home = prepare_home(workspace)
        lock = stack.enter_context(_only_one(home))
        _check_port(address)
        stack.enter_context(_signals())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gongkai-")))  # paths of sockets are short
        code = folder / "code.sock"
        spec = folder / "workspace.yaml"
        location = {"grpc_server": {"socket": str(code), "location_name": _LOCATION}}
        spec.write_text(yaml.safe_dump({"load_from": [location]}), encoding="utf-8")
        processes: dict[str, Process] = {}
        stack.callback(_end, processes)
        start = _Starter(workspace, home, lock)
        try:
            processes["code server"] = start(_code_server(code, reload, log_level))
            _wait_for(code, processes)
            known = ["--workspace", str(spec)]
            processes["daemon"] = start(["-m", "dagster._daemon", "run", *known, "--log-level", log_level])
            processes["UI"] = start(
                [
                    *("-m", "dagster_webserver", *known, "--dagster-log-level", log_level),
                    *("--host", address.host, "--port", str(address.port)),
                ]
            )
            say(f"Dagster: http://{address.host}:{address.port}, its state in {home}, schedule on. Ctrl-C ends it.")
            while True:
                _look(processes)
                time.sleep(_LOOK)
        except KeyboardInterrupt:
            say("Ending what runs.")


class _Starter:
    """Starts processes that know the folder, hold the lock with this one, and end when this one dies."""

    def __init__(self, workspace: Workspace, home: Path, lock: int) -> None:
        self._lock = lock
        self._environment = {
            **os.environ,
            "DAGSTER_HOME": str(home),
            "GONGKAI_DATA": str(workspace.root.resolve()),
            "DAGSTER_DISABLE_TELEMETRY": "1",
            "DO_NOT_TRACK": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    def __call__(self, arguments: Sequence[str]) -> Process:
        return subprocess.Popen(
            [sys.executable, *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            pass_fds=[self._lock],
            start_new_session=True,  # Ctrl-C is for this process, which ends those, with what they started
            preexec_fn=_be_mortal,  # noqa: PLW1509 - no threads here
        )


def _be_mortal() -> None:
    # A shell has what it starts by `&` ignore SIGINT, and Dagster takes for SIGTERM what holds for SIGINT.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGTERM)


def _code_server(code: Path, reload: bool, log_level: str) -> list[str]:
    command = ["code-server", "start"] if reload else ["api", "grpc"]
    return [
        *("-m", "dagster", *command, "--module-name", "pipeline.orchestration"),
        *("--socket", str(code), "--location-name", _LOCATION, "--log-level", log_level),
        "--use-python-environment-entry-point",
    ]


@contextmanager
def _only_one(home: Path) -> Iterator[int]:
    """Hold the lock of ``home``; all processes hold it with this one, so that none of them is left unseen."""
    fd = os.open(home / ".lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(fd, 100).decode(errors="replace")
            raise JobError(f"Dagster runs on {home} already (begun by process {holder or 'unknown'}).") from None
        os.ftruncate(fd, 0)
        os.write(fd, str(os.getpid()).encode())
        yield fd
    finally:
        os.close(fd)


def _check_port(address: Address) -> None:
    try:
        with socket.create_server(address):
            pass
    except (OSError, UnicodeError) as error:
        told = f"The UI cannot be served on {address.host}:{address.port}: {error}."
        raise JobError(f"{told} Name another port by --port.") from None


@contextmanager
def _signals() -> Iterator[None]:
    """SIGTERM is as Ctrl-C."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _wait_for(code: Path, processes: dict[str, Process]) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < _BEGIN:
        _look(processes)
        with suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.connect(str(code))
            return
        time.sleep(_LOOK)
    raise JobError(f"The code server did not answer within {_BEGIN} seconds.")


def _look(processes: dict[str, Process]) -> None:
    for name, process in processes.items():
        if (status := process.poll()) is not None:
            raise JobError(f"The {name} of Dagster ended by itself, with status {status}; what it said stands above.")


def _end(processes: dict[str, Process]) -> None:
    """End all processes, and what they started; whoever has not ended in time is killed."""
    for process in processes.values():
        _signal(process, signal.SIGTERM)
    deadline = time.monotonic() + _END
    for process in processes.values():
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0, deadline - time.monotonic()))
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: Process, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
