"""A longer fuzz: ``python -m tests.hostile [ROUNDS [SEED]]`` damages the corpus anew in each round."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.hostile.inputs import damaged
from tests.hostile.run import run


def main(rounds: int = 10, seed: int = 1000) -> None:
    for number in range(seed, seed + rounds):
        with tempfile.TemporaryDirectory() as folder:
            outcome = run(Path(folder), damaged(10, number))
        counts = outcome.documents.group_by("status", "error_code").len().sort("len", descending=True)
        told = ", ".join(f"{code or status} {count}" for status, code, count in counts.iter_rows())
        print(f"seed {number}: {outcome.seconds:.0f} s, {outcome.child_bytes >> 20} MB; {told}", flush=True)
        assert outcome.outside == []
        for row in outcome.documents.filter(error_code="crashed").iter_rows(named=True):
            print(f"  {row['raw_path']}: {row['error_message']}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
