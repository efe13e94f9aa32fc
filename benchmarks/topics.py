"""Milliseconds of one core that the topics and the words of a report's narrative take, and words a second.

``python -m benchmarks.topics`` reads the narratives of the committed samples, and one made of the labelled sentences
of the tests, each of which names topics: far denser than any report. The fastest of several rounds counts. What jieba
takes to start, once a process, is given apart; words are counted with none remembered from the round before.
"""

from __future__ import annotations

import csv
import platform
import time
from pathlib import Path

from benchmarks.statements import best_seconds
from pipeline.extraction import Section, extract
from pipeline.extraction.keywords import count_keywords
from pipeline.extraction.keywords.vocabulary import cut_keywords
from pipeline.extraction.topics import read_topics
from pipeline.readers import read

ROOT = Path(__file__).parents[1]


def main() -> None:
    reports = [extract(read(path.read_bytes())) for path in sorted((ROOT / "data/raw/samples").glob("*.txt"))]
    with (ROOT / "tests/extraction/topics.csv").open(encoding="utf-8", newline="") as file:
        dense = "\n".join(row["text"] for row in csv.DictReader(file))
    start = time.process_time()
    count_keywords([(1, "", "营商环境")])
    print(f"{platform.processor() or platform.machine()}, start of jieba {time.process_time() - start:.2f} s")
    samples = [[part for part in report.sections if part.section in (1, 5, 6)] for report in reports]
    for name, narratives in (("sample reports", samples), ("labelled sentences", [[Section(5, "", dense)]])):
        characters = sum(len(part.body) for parts in narratives for part in parts) / len(narratives)
        topics = best_seconds(lambda narratives=narratives: [read_topics(one, 2023) for one in narratives])
        words = best_seconds(lambda narratives=narratives: _count(narratives))
        counted = sum(times for one in narratives for _, _, times in count_keywords(one))
        print(
            f"{name}: {characters:,.0f} characters; topics {topics / len(narratives) * 1000:.2f} ms each;"
            f" words {words / len(narratives) * 1000:.2f} ms each ({counted / words:,.0f} keywords a second)"
        )


def _count(narratives: list[list[Section]]) -> None:
    cut_keywords.cache_clear()
    for one in narratives:
        count_keywords(one)


if __name__ == "__main__":
    main()
