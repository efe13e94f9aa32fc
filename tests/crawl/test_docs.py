"""What docs/crawl.md shows and says holds: its sources find all reports, its tables name all that there is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from pipeline.crawl import crawl, read_sources
from pipeline.crawl.manifest import Outcome
from tests.conftest import ROOT
from tests.crawl.conftest import PACE, crawling
from tests.crawl.server import Internet
from tests.crawl.sites import draft_of, plain, trs

DOCS = (ROOT / "docs" / "crawl.md").read_text(encoding="utf-8")
ROOM = ROOT / "pipeline" / "crawl"
SOURCES = [block for block in re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL) if "start:" in block]
HOST = "https://www.example.gov.cn"


def test_a_source_takes_less_than_fifteen_lines() -> None:
    assert len(SOURCES) == 2
    assert all(len(block.splitlines()) < 15 for block in SOURCES)


@pytest.mark.parametrize(("text", "kind"), list(zip(SOURCES, (trs, plain), strict=True)), ids=["preset", "own rules"])
def test_the_sources_shown_find_all_reports(text: str, kind: Any, sites: Internet, tmp_path: Path) -> None:
    site = sites.site()
    town = kind(site, "宜春市", [(n, draft_of(f"宜春市{n}局", 2023, n)) for n in range(20)])
    source = yaml.safe_load(text.replace(HOST, site.url("")))
    quick = {"pace": {"seconds": PACE}, "limits": {"list_pages": 12}}
    (result,) = crawl(crawling(tmp_path, shown={**source, **quick}))
    assert result.error is None
    assert {asked.path for asked in site.asked} >= town.paths
    assert result.outcomes == {"fetched": len(town.paths)}


def test_every_key_of_the_schema_is_told() -> None:
    told = set(re.findall(r"`([\w.]+)`", DOCS))
    for key in keys(json.loads((ROOM / "source.schema.json").read_text(encoding="utf-8"))):
        parent, _, name = key.rpartition(".")
        assert key in told or (parent in told and name in told), key


def test_every_preset_and_outcome_is_told() -> None:
    presets = {path.stem for path in (ROOM / "presets").glob("*.yml")}
    assert presets == set(re.findall(r"^\| `(\w+)` \|", section("Presets"), re.MULTILINE))
    outcomes = set(re.findall(r"^\| `(\w+)` \|", section("What came of each address"), re.MULTILINE))
    assert outcomes == set(get_args(Outcome)) - {"new", "known"}  # those are of dry runs


def test_every_preset_makes_a_source_of_a_title_and_an_address(tmp_path: Path) -> None:
    presets = [path.stem for path in (ROOM / "presets").glob("*.yml")]
    sources = {name: {"title": name, "preset": name, "start": f"{HOST}/?page=1"} for name in presets}
    assert read_sources(crawling(tmp_path, **sources)).keys() >= set(presets)


def section(heading: str) -> str:
    return DOCS.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def keys(schema: dict[str, Any], before: str = "") -> Iterator[str]:
    """The names of all leaves of a schema, with dots."""
    for name, part in schema.get("properties", {}).items():
        if "properties" in part:
            yield from keys(part, f"{before}{name}.")
        else:
            yield f"{before}{name}"
