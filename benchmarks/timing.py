"""How long contestants take for the same files in the same run."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Contestant(NamedTuple):
    """Work to be done for each file, in so many rounds: slow ones need fewer."""

    work: Callable[[bytes], object]
    rounds: int


def best_seconds(contestants: Mapping[str, Contestant], files: Sequence[bytes]) -> dict[str, float]:
    """The processor's seconds a file of each contestant: each in turn, the fastest round counts.

    Noise only ever adds; and what else a machine does costs seconds on the clock, but few of the processor's.
    """
    best = dict.fromkeys(contestants, float("inf"))
    for number in range(max(contestant.rounds for contestant in contestants.values())):
        for name, (work, rounds) in contestants.items():
            if number < rounds:
                best[name] = min(best[name], _seconds(work, files))
    return best


def _seconds(work: Callable[[bytes], object], files: Sequence[bytes]) -> float:
    gc.collect()
    start = time.process_time()
    for data in files:
        work(data)
    return (time.process_time() - start) / len(files)
