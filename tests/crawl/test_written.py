"""What is wrong with a source or with `crawl.yml` is told when it is read, by the file and the key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.crawl import crawl, read_source, read_sources, source_files
from pipeline.crawl.run import read_settings
from pipeline.crawl.source import BadSource
from pipeline.workspace import JobError, Workspace
from tests.conftest import gongkai
from tests.crawl.conftest import crawling

PLAIN = {"title": "甲县", "start": "https://www.example.gov.cn/"}
BY_YEAR = {**PLAIN, "start": "https://www.example.gov.cn/{year}/"}


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({**PLAIN, "years": {"first": 2023, "last": 2020}}, ["years: first, 2023, lies after the last, 2020."]),
        (
            {**BY_YEAR, "years": {"first": 2090}},
            [f"years: first, 2090, lies after the last, {date.today().year - 1}, the year before this one."],
        ),
        (
            {**PLAIN, "lists": {"json": {"items": "data.[", "url": "url", "title": "a b"}}},
            ["lists.json.items: 'data.[' is not a 'JMESPath'", "lists.json.title: 'a b' is not a 'JMESPath'"],
        ),
        ({**PLAIN, "reports": {"text": "("}}, ["reports.text: '(' is not a 'regex'"]),
    ],
)
def test_a_source_that_can_bring_nothing_is_refused(tmp_path: Path, rules: Mapping[str, Any], told: list[str]) -> None:
    workspace = crawling(tmp_path, county=rules)
    with pytest.raises(BadSource, match=r"county\.yml cannot be used") as error:
        read_sources(workspace)
    for words in told:
        assert words in str(error.value)
    assert gongkai(workspace, "sources").stdout.startswith("county\tunusable\t")


def test_what_a_source_may_say(tmp_path: Path) -> None:
    json = {"items": "data.list[?year > `2020`]", "url": "url", "title": "title"}
    workspace = crawling(tmp_path, county={**BY_YEAR, "years": {"first": 2020, "last": 2020}, "lists": {"json": json}})
    assert read_sources(workspace)["county"].starts == ["https://www.example.gov.cn/2020/"]


def test_either_ending_will_do_but_not_both(tmp_path: Path) -> None:
    workspace = crawling(tmp_path, one=PLAIN)
    text = yaml.safe_dump(PLAIN, allow_unicode=True)
    (workspace.sources / "two.yaml").write_text(text, "utf-8")
    assert list(read_sources(workspace)) == ["one", "two"]
    (workspace.sources / "one.yaml").write_text(text, "utf-8")
    with pytest.raises(BadSource, match=r"sources/one has two files, \.yml and \.yaml"):
        read_source(source_files(workspace)["one"])


def test_a_source_in_another_encoding_or_with_a_key_twice(tmp_path: Path) -> None:
    path = tmp_path / "county.yml"
    path.write_bytes(yaml.safe_dump(PLAIN, allow_unicode=True).encode("gbk"))
    with pytest.raises(BadSource, match=r"county\.yml cannot be read: it is not UTF-8. Save it as UTF-8."):
        read_source(path)
    path.write_text("title: 甲县\nstart: https://a.gov.cn/\ntitle: 乙县\n", "utf-8")
    with pytest.raises(BadSource, match="line 3, title stands in line 1 already"):
        read_source(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("contact: mailto:a@example.org\nspeed: 9", "'speed' was unexpected"),
        ("contact: mailto:a@example.org\nallow_loopback: 'yes'", "allow_loopback: 'yes' is not of type 'boolean'"),
        ("contact: 12345", "contact: 12345 is not of type 'string'"),
        ("contact: ' '", "names no contact"),
        ("allow_loopback: true", "names no contact"),
        ("- contact", "the file: ['contact'] is not of type 'object'"),
        ("contact: a@example.org\ncontact: b@example.org", "line 2, contact stands in line 1 already"),
    ],
)
def test_who_crawls_is_told_what_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    workspace = Workspace(tmp_path)
    workspace.crawl_settings.write_text(text, "utf-8")
    with pytest.raises(JobError, match=rf"(?s)crawl\.yml.*{re.escape(told)}"):
        read_settings(workspace)


@pytest.mark.parametrize("contact", ["mailto:a@example.org", "https://example.org/about", "010-0000 0000"])
def test_any_way_to_reach_who_crawls_will_do(tmp_path: Path, contact: str) -> None:
    workspace = Workspace(tmp_path)
    workspace.crawl_settings.write_text(f"contact: {contact}\n", "utf-8")
    assert read_settings(workspace).contact == contact
    assert crawl(workspace) == []
