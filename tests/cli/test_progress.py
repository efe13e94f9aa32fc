"""What the command shows of long work."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from pipeline.cli import _progress


def test_several_threads_may_tell_how_far_they_are():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with _progress() as (_, step), ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: step(f"model_{number}"), range(2_000)))
    finally:
        sys.setswitchinterval(interval)
