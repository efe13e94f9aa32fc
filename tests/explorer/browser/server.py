"""A real ``gongkai serve``: the process, its address, its end."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pipeline.workspace import Workspace

START: Final = 60
"""Seconds until the server has to answer, on a machine with other work."""


@contextmanager
def serve(workspace: Workspace, *options: str) -> Iterator[str]:
    """Serve a data folder on a free port; give the address without the last slash."""
    port = _free_port()
    command = [Path(sys.executable).with_name("gongkai"), "--data", workspace.root, "serve", "--port", str(port)]
    log = workspace.root.with_name(f"{workspace.root.name}-{port}.log")
    with log.open("w") as file:
        process = subprocess.Popen([*command, *options], stdout=file, stderr=subprocess.STDOUT)
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(process, address, log)
            yield address
        finally:
            process.terminate()
            process.wait(20)
    assert "Traceback" not in log.read_text(), log.read_text()


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/", timeout=START) as answer:
                answer.read()
        except (ConnectionError, urllib.error.URLError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"no answer in {START} seconds: {log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
