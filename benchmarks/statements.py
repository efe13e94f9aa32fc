"""Milliseconds of one core that the statements of a report's narrative take.

``python -m benchmarks.statements`` reads the narratives of the committed samples, and a narrative made of the checked
sentences of the tests, which is far denser in figures than any report. The fastest of several rounds counts. What
jieba takes to start, once a process, is given apart.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.extraction import extract
from pipeline.extraction.statements import read_statements
from pipeline.readers import read

ROOT = Path(__file__).parents[1]
ROUNDS = 20


def main() -> None:
    reports = [extract(read(path.read_bytes())) for path in sorted((ROOT / "data/raw/samples").glob("*.txt"))]
    sentences = (ROOT / "tests/extraction/statements.jsonl").read_text(encoding="utf-8").splitlines()
    dense = [[(1, "", "\n".join(json.loads(line)["text"] for line in sentences))]]
    start = time.process_time()
    read_statements([(1, "", "全县2023年收到政府信息公开申请3件。")], 2023, "泗水县人民政府")
    print(f"{platform.processor() or platform.machine()}, start of jieba {time.process_time() - start:.2f} s")
    for name, narratives in (("sample reports", [report.sections for report in reports]), ("checked sentences", dense)):
        characters = sum(len(body) for sections in narratives for _, _, body in sections) / len(narratives)
        seconds = best_seconds(lambda narratives=narratives: [read_statements(one, 2023, "某县") for one in narratives])
        milliseconds = seconds / len(narratives) * 1000
        print(
            f"{name}: {characters:,.0f} characters, {milliseconds:.2f} ms each ({characters / milliseconds:,.0f} a ms)"
        )


def best_seconds(work: Callable[[], object]) -> float:
    """The processor's seconds of the fastest round: other processes on the machine do not count."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


if __name__ == "__main__":
    main()
