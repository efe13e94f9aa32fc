"""100,000 names of agencies to their division, level, function and identity, beside cpca, which gives divisions alone.

``python -m benchmarks.agencies`` makes the names from the divisions of the country: counties and townships with what
lies above them in full, in part or not at all, and what agencies are called in full and in short. Each has a document
and a host of its own. Both take the same names in the same run, each once, on one core; resolving is timed as a build
does it, from frame to frame. What is right is counted as well: a county that the name settles (or a township, whose
county counts) must be found, and one that it does not settle must not be guessed.
"""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import polars as pl

from pipeline.agencies import resolve
from pipeline.agencies.divisions import COUNTY, TOWNSHIP, ancestors, divisions, is_statistical, named

COUNT = 100_000
BODIES = (
    "人民政府 政府办 教育局 教体局 卫健委 发展和改革局 住建局 机关事务服务中心 政务服务办公室 气象局 税务局 市场监管局 "
    "公安局 综合行政执法局 自然资源局 供销社 残联 第一人民医院 湿地公园管理处 国家税务总局税务局"
).split()


def names(count: int = COUNT) -> list[tuple[str, str | None]]:
    """The names, each with the code of the county that it settles; None for one that several counties share."""
    rng = Random(2026)
    standing = [one for one in divisions().values() if one.valid_to is None and not is_statistical(one.code)]
    counties = [one for one in standing if one.level == COUNTY]
    inside = {one.code for one in counties}
    townships = [one for one in standing if one.level == TOWNSHIP and one.parent in inside and one.name[-1] in "镇乡道"]
    made: list[tuple[str, str | None]] = []
    while len(made) < count:
        one = rng.choice(townships if rng.random() < 0.5 else counties)
        above = ancestors(one.code)
        first = rng.randrange(len(above) + 1)
        stack = "".join(other.name for other in above[first:])
        county = one.parent if one.level == TOWNSHIP else one.code
        seat = rng.choice(("", "办事处" if one.name.endswith("道") else "人民政府"))
        body = seat if one.level == TOWNSHIP else rng.choice(BODIES)
        alike = [other for other in named(one.name) if other[1:3] == one[1:3] and other.valid_to is None]
        within = [other for other in alike if first == len(above) or above[-1] in ancestors(other.code)]
        made.append((stack + one.name + body, county if len(within) == 1 else None))
    return made


def main() -> None:
    import cpca

    cases = names()
    ids = [f"{number:064x}" for number in range(len(cases))]
    reports = pl.DataFrame({"document_id": ids, "agency_name": [name for name, _ in cases]})
    observations = pl.DataFrame(
        {"document_id": ids, "url": [f"http://10.{n >> 8}.{n & 255}.1/" for n in range(len(ids))]}
    )
    ours, our_seconds = _timed(lambda: resolve(reports, observations))
    theirs, their_seconds = _timed(lambda: cpca.transform([name for name, _ in cases]))
    found = [
        _county(province, prefecture, county)
        for province, prefecture, county in ours.select("province", "prefecture", "county").iter_rows()
    ]
    said = [str(code)[:6] if code else None for code in theirs["adcode"]]
    print(f"{len(cases):,} names; Python {platform.python_version()}, one core\n")
    print(f"{'':10}{'seconds':>9}{'of CPU':>8}{'names/s':>9}{'right':>9}{'wrong':>9}{'not told':>10}")
    for who, (took, computed), codes in (("gongkai", our_seconds, found), ("cpca", their_seconds, said)):
        marks = Counter(_mark(code, wanted) for code, (_, wanted) in zip(codes, cases, strict=True))
        shares = "".join(f"{marks[mark] / len(cases):>9.1%}" for mark in ("right", "wrong"))
        print(
            f"{who:10}{took:9.1f}{computed:8.1f}{len(cases) / took:9.0f}{shares}{marks['not told'] / len(cases):>10.1%}"
        )


def _timed(work: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    """What work gives, and the seconds and the seconds of CPU that it took; they differ where others work beside it."""
    start, start_computing = time.perf_counter(), time.process_time()
    result = work()
    return result, (time.perf_counter() - start, time.process_time() - start_computing)


def _county(province: str | None, prefecture: str | None, county: str | None) -> str | None:
    """The code of a county by the names above it."""
    for one in named(county) if county else ():
        above = {other.name for other in ancestors(one.code)}
        if one.level == COUNTY and one.valid_to is None and {province, prefecture} - {None} <= above:
            return one.code
    return None


def _mark(code: str | None, wanted: str | None) -> str:
    if code is None or code.endswith("00"):
        return "right" if wanted is None else "not told"
    return "right" if code == wanted else "wrong"


if __name__ == "__main__":
    main()
