"""Kill many runs at random moments and count what came of it: ``python -m tests.faults --kills 100 --seed 1``.

Each time a published folder with new documents is run, killed with ``kill -9`` at a moment drawn evenly over the
time of the processors that an undisturbed run takes, looked at as a reader does, and run again. It prints how many
kills, by the stage in which they came, left the published file whole, healed with the next run, lost a document or
counted one twice; after Ctrl-C, of those until then.
"""

from __future__ import annotations

import argparse
import platform
import random
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

from pipeline.workspace import Workspace
from tests.conftest import SAMPLES
from tests.faults.night import STAGES, Night, killed_at, run, twice_or_lost

COLUMNS = ("kills", "published", "next run", "same marts", "lost", "twice")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=250)
    parser.add_argument("--folder", type=Path, help="where to work; by default a temporary folder")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    counts: dict[str, Counter[str]] = {stage: Counter() for stage in STAGES}
    late = 0
    # After Ctrl-C a run may still be writing.
    with tempfile.TemporaryDirectory(dir=options.folder, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        published = Workspace(folder / "published")
        shutil.copytree(SAMPLES, published.raw / "samples")
        done = run(published)
        assert done.returncode == 0, done.stderr
        night = Night.spend(folder, published, options.documents)
        with suppress(KeyboardInterrupt):
            while (kills := sum(counts.values(), Counter[str]())["kills"]) < options.kills:
                was_at_work, stage = killed_at(night.begin(folder / "data"), rng.random() * night.seconds)
                if was_at_work:
                    counts[stage] += came_of(night, Workspace(folder / "data"), f"kill {kills + 1}, in {stage}")
                    healed = sum(counts.values(), Counter[str]())["same marts"]
                    print(f"{kills + 1} kills, {healed} healed", file=sys.stderr, flush=True)
                else:
                    late += 1
    total = sum(counts.values(), Counter[str]())
    print(
        f"{total['kills']} kills (seed {options.seed}) of runs over {options.documents} new documents, which take "
        f"{night.seconds:.1f} s of the processors; {late} more came after the end of a run. "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}\n"
    )
    print(f"| killed in | {' | '.join(COLUMNS)} |\n|---|{'---:|' * len(COLUMNS)}")
    for stage, count in [*counts.items(), ("all", total)]:
        print(f"| {stage} | {' | '.join(str(count[column]) for column in COLUMNS)} |")


def came_of(night: Night, workspace: Workspace, which: str) -> Counter[str]:
    """What came of a kill, by column."""
    count = Counter({"kills": 1})
    try:
        # Between the last look at the stage and the kill it may have come to the next one.
        count["published"] += bool(night.what_is_published(workspace))
        done = run(workspace)
        count["next run"] += done.returncode == 0
        twice, lost = twice_or_lost(workspace, night.new["landing.documents"][0])
        count["twice"] += twice
        count["lost"] += lost
        night.assert_healed(workspace)
        count["same marts"] += 1
    except AssertionError as error:
        print(f"{which}: {str(error)[:2000]}", flush=True)
    return count


if __name__ == "__main__":
    main()
