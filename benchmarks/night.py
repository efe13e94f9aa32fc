"""One night over many documents: it reads those that changed, builds once, and takes what these two take.

``python -m benchmarks.night [--reports 20000] [--share 0.01] [--folder DIR]`` writes generated reports and spends four
nights with them by the real command: the first, which reads them all; one after 1 % changed; one after which nothing
had changed; and one that reads nothing and only builds, since a file that users edit changed. The changed documents are
then read alone, in a data folder of their own, without a build. So the night is held against its two parts in the same
run.

Exit status 1 if a night read or built anything else than it had to.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.nights import Change, Night, Reports, spend
from pipeline.workspace import Workspace

READ: Final = """
import sys
from pathlib import Path
from pipeline.lake import refresh
from pipeline.workspace import Workspace
print(refresh(Workspace(Path(sys.argv[1]))).read)
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.night")
    parser.add_argument("--reports", type=int, default=20_000)
    parser.add_argument("--share", type=float, default=0.01, help="of the reports that change")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        faults = measure(Workspace(Path(folder) / "data"), options.reports, options.share)
    print("\n".join(faults) if faults else "each night read and built what it had to, and the published file is right")
    sys.exit(bool(faults))


def measure(workspace: Workspace, count: int, share: float) -> list[str]:
    """Spend the nights and print what they took; give what was wrong."""
    reports = Reports(workspace, count)
    faults: list[str] = []

    def night(name: str, wanted: tuple[int, int, bool]) -> Night:
        found = spend(workspace)
        print(
            f"{name:28}{found.read:8,} read  {'built' if found.built else '-':>5}  {found.seconds:8.1f} s"
            f"{found.cpu:8.1f} s of CPU{found.peak:8.0f} MiB",
            flush=True,
        )
        if (found.read, found.removed, found.built) != wanted:
            faults.append(f"{name}: read, removed, built {found[4:]}, not {wanted}")
        faults.extend(f"{name}: {fault}" for fault in reports.faults()[:10])
        return found

    night("all are new", (count, 0, True))
    before = dict(reports.truth)
    change: Change = reports.change(share)
    changed = night(f"{share:.0%} changed", (change.to_read, change.to_forget, True))
    night("nothing changed", (0, 0, False))
    workspace.reviews.write_text("finding_id,verdict,reason\n", encoding="utf-8")
    build = night("a build alone", (0, 0, True))
    alone = Workspace(workspace.root.with_name("alone"))
    for path in (path for path, truth in reports.truth.items() if before.get(path) != truth):
        (alone.raw / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(workspace.raw / path, alone.raw / path)
    start = time.perf_counter()
    read = subprocess.run([sys.executable, "-c", READ, alone.root], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - start
    print(f"{'reading those alone':28}{int(read.stdout):8,} read  {'-':>5}  {seconds:8.1f} s")
    if int(read.stdout) != change.to_read:
        faults.append(f"reading those alone read {read.stdout.strip()}, not {change.to_read}")
    print(
        f"the night after {share:.0%} changed took {changed.seconds:.1f} s; reading those and one build, each alone, "
        f"{seconds + build.seconds:.1f} s"
    )
    return faults


if __name__ == "__main__":
    main()
