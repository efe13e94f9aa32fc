"""Documents a second for sheets, and for what LibreOffice first makes DOCX of: ``python -m benchmarks.office``.

Sheets: our reader (spans, headings and tables told apart), and `pandas.read_excel` of every sheet with calamine, which
is our parser too, and with openpyxl; on the same files in the same run, the fastest of several rounds. DOC, RTF and
ODT: as a batch in one start of LibreOffice, from its bytes to `Document`.
"""

from __future__ import annotations

import platform
import time
from functools import partial
from io import BytesIO

import pandas as pd

from benchmarks.timing import Contestant, best_seconds
from pipeline.readers import UnreadableDocument, read
from pipeline.readers.office import convert as convert_batch
from pipeline.readers.read import read_converted
from tests.corpus.compose import FORMS, Recipe
from tests.corpus.office import convert

COUNT = 20
ROUNDS = 3


def main() -> None:
    pages = [Recipe(seed, "html", (), FORMS[seed % len(FORMS)]).write()[1] for seed in range(COUNT)]
    print(f"{COUNT} files of each format; Python {platform.python_version()}, one core\n")
    print(f"{'':48}{'ms a file':>10}{'files/s':>10}{'times faster':>14}")
    for name, engines in (("xlsx", ("calamine", "openpyxl")), ("xls", ("calamine",)), ("ods", ("calamine",))):
        files = convert(pages, "html", name, infilter="calc_HTML_WebQuery")
        ours = f"gongkai, {name}, lines and tables with spans"
        contestants = {ours: Contestant(read, ROUNDS)}
        for engine in engines:
            work = partial(_read_excel, engine)
            contestants[f"pandas.read_excel, {engine}"] = Contestant(work, ROUNDS)
        best = best_seconds(contestants, files)
        for contestant, seconds in best.items():
            _print(contestant, seconds, None if contestant == ours else seconds / best[ours])
    for name in ("doc", "rtf", "odt"):
        files = convert(pages, "html", name, infilter="HTML (StarWriter)")
        start = time.perf_counter()
        for made in convert_batch([(name, data) for data in files]):
            assert not isinstance(made, UnreadableDocument), made
            read_converted(name, made)
        _print(f"gongkai, {name}, through LibreOffice in one batch", (time.perf_counter() - start) / COUNT)


def _read_excel(engine: str, data: bytes) -> object:
    return pd.read_excel(BytesIO(data), sheet_name=None, engine=engine)


def _print(name: str, seconds: float, ratio: float | None = None) -> None:
    faster = f"{ratio:14.1f}" if ratio else ""
    print(f"{name:48}{seconds * 1000:10.1f}{1 / seconds:10.1f}{faster}", flush=True)


if __name__ == "__main__":
    main()
