"""Runs whose process ended without a word are found."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

import dagster as dg
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher
from dagster._core.storage.dagster_run import DagsterRun
from dagster._serdes import ConfigurableClassData

_CLOCK: Final = 60
"""Seconds by which the clock may have been set since a process wrote down that it began."""


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's own launcher, which also tells run monitoring whether the process of a run still lives.

    Without it a run that a loss of power or `kill -9` cut off would count as going on, and let none begin, until it
    is older than a run may get.
    """

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> Self:
        """As Dagster makes it from ``dagster.yaml``."""
        return cls(inst_data=inst_data)

    @property
    def supports_check_run_worker_health(self) -> bool:
        """It does."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether the process that wrote down that it runs ``run`` is there."""
        events = self._instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
        for event in reversed(events):
            metadata = event.get_dagster_event().engine_event_data.metadata
            if event.get_dagster_event().is_engine_event and "pid" in metadata:
                pid = int(str(metadata["pid"].value))
                if is_alive(pid, event.timestamp):
                    return CheckRunHealthResult(WorkerStatus.RUNNING)
                return CheckRunHealthResult(WorkerStatus.NOT_FOUND, f"Its process {pid} is gone.")
        return CheckRunHealthResult(WorkerStatus.UNKNOWN, "No process says that it runs this.")


def is_alive(pid: int, since: float) -> bool:
    """Whether process ``pid`` is there, and is the one that was there at ``since`` (seconds of the epoch)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    began = _began(pid)
    return began is None or began <= since + _CLOCK


def _began(pid: int) -> float | None:
    """When a process began, where the kernel tells (Linux)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        (boot,) = (line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime "))
    except (OSError, ValueError):
        return None
    if fields[0] == "Z":
        return float("inf")  # ended, and its parent has not looked
    return int(boot.split()[1]) + int(fields[19]) / os.sysconf("SC_CLK_TCK")
