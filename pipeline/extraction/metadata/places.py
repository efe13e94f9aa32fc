"""What a page says of where its agency is: contact sentences, the site's code and name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipeline.agencies.evidence import find_contact, meta_rules
from pipeline.extraction.outline import Outline


class PlaceSighting(NamedTuple):
    """What was seen, the rule that saw it, where, and in which words."""

    value: str
    rule: str
    location: str
    excerpt: str


def find_places(outline: Outline, meta: Mapping[str, str]) -> Iterator[PlaceSighting]:
    """Find area codes, postcodes and addresses of the report's contact sentences, and the site's code and name.

    Contact lines elsewhere on the page are the site's; its code is looked for on all of it.
    """
    lines = outline.lines
    for name, rule in meta_rules().items():
        if value := meta.get(name):
            yield PlaceSighting(value, rule, f"meta {name}", value)
    for words, ranges in ((("电话", "邮编", "邮政编码", "地址"), outline.edges), (("标识码",), outline.page)):
        for line in lines.containing(words, ranges):
            for rule, value in find_contact(lines.printed[line]):
                if (rule == "site_code") is (words == ("标识码",)):
                    yield PlaceSighting(value, rule, lines.location(line), lines.printed[line])
