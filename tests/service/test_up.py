"""`gongkai up` as a person or systemd keeps it: begun, killed, begun again, ended."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from pipeline.service import instance_settings, prepare_home
from pipeline.settings import read_settings
from pipeline.workspace import JobError, Workspace
from tests.alerts.servers import hook
from tests.conftest import gongkai

PATIENCE = 240
"""Seconds for what takes a few on a machine that does nothing else."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes do not end with their parent")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def until(is_so: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def is_free(workspace: Workspace) -> bool:
    """Whether no process of Dagster is left."""
    with (workspace.dagster / ".lock").open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def serves(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5) as answer:
            return "dagster_version" in json.load(answer)
    except OSError:
        return False


def test_from_the_first_start_to_the_last(tmp_path: Path) -> None:
    """Old news are told by mere running; a killed service leaves nothing behind and is begun again; SIGTERM ends it."""
    workspace, port = Workspace(tmp_path), free_port()
    workspace.warehouse.mkdir()
    workspace.published.touch()
    os.utime(workspace.published, (time.time() - 40 * 3600,) * 2)
    command = [Path(sys.executable).with_name("gongkai"), "--data", tmp_path, "up", "--port", str(port)]
    with hook() as web:
        workspace.settings.write_text(f"alerts: {{webhook: {{url: '{web.url}'}}}}", encoding="utf-8")
        # As a script begins it by `&`: SIGINT is ignored.
        ignoring = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh"]
        with subprocess.Popen([*ignoring, *command], stderr=subprocess.DEVNULL) as first:
            until(lambda: web.posted, "nothing was published for 40 hours, and nobody is told")
            first.kill()
        until(lambda: is_free(workspace), "processes of a killed service go on")
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as second:
            until(lambda: serves(port), "the UI does not answer")
            third = gongkai(workspace, "up", "--port", str(free_port()))
            assert (third.returncode, f"begun by process {second.pid}" in third.stderr) == (1, True)
            second.send_signal(signal.SIGTERM)
            _, said = second.communicate(timeout=PATIENCE)
        assert second.returncode == 0, said
        assert is_free(workspace)
        assert [json.loads(body)["kind"] for _, body in web.posted] == ["stale"], "once, and not at each start"


def test_what_keeps_it_from_beginning_is_told(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.settings.write_text("nightly: {hours: soon}")
    bad = gongkai(workspace, "up")
    assert (bad.returncode, "nightly.hours" in bad.stderr) == (1, True)
    workspace.settings.unlink()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        bad = gongkai(workspace, "up", "--port", str(port))
    assert (bad.returncode, f"cannot be served on 127.0.0.1:{port}" in bad.stderr) == (1, True)


def test_settings_become_those_of_dagster(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "a folder, with: signs")
    workspace.root.mkdir()
    workspace.settings.write_text("nightly: {hours: 1.5, retries: 3, keep_days: 9}")
    home = prepare_home(workspace)
    said = yaml.safe_load((home / "dagster.yaml").read_text(encoding="utf-8"))
    assert said["storage"]["sqlite"]["base_dir"] == str(home) == str(workspace.root.resolve() / "dagster")
    assert said["compute_logs"]["config"]["base_dir"] == f"{home}/logs"
    assert said["run_monitoring"]["max_runtime_seconds"] == 5400
    assert said["run_retries"]["max_retries"] == 3
    assert said["retention"]["schedule"]["purge_after_days"] == 9
    assert "$" not in instance_settings(home, read_settings(workspace))
    workspace.settings.write_text("nightly: {hours: 2}")
    prepare_home(workspace)
    assert yaml.safe_load((home / "dagster.yaml").read_text())["run_monitoring"]["max_runtime_seconds"] == 7200
    spoiled = Workspace(tmp_path / "other")
    spoiled.root.mkdir()
    spoiled.dagster.touch()
    with pytest.raises(JobError, match="is a file where a folder belongs"):
        prepare_home(spoiled)
