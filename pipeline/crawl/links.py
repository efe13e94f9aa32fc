"""What a list page leads to: reports, and further list pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urldefrag, urljoin

import jmespath  # type: ignore[import-untyped]
from parsel import Selector

_CDATA: Final = re.compile(r"<!\[CDATA\[|\]\]>")
_BLANK: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
"""White space, and what a terminal would obey."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CUT: Final = re.compile(r"(\.\.\.|…)$")
_LONGEST: Final = 500
"""Characters of a link's words that are kept: those of an anchor that is never closed may be the whole page."""


class Link(NamedTuple):
    """An address, absolute and without fragment, and the words that lead to it."""

    url: str
    text: str


class ListPage:
    """A page of a list as its source reads it."""

    def __init__(self, url: str, text: str, rules: Mapping[str, Any]) -> None:
        """``text`` is the page's markup or JSON, ``rules`` those of the source."""
        self._url, self._text, self._rules = url, text, rules
        self._lists: Mapping[str, Any] = rules.get("lists", {})

    def reports(self) -> Iterator[Link]:
        """The links that the source knows for reports, each address once."""
        rules, seen = self._rules.get("reports", {}), set[str]()
        for link in self.links():
            if link.url not in seen and _is_report(link, rules):
                seen.add(link.url)
                yield link

    def lists(self) -> Iterator[Link]:
        """Further list pages that this one links to."""
        pattern, words = self._lists.get("url"), self._lists.get("next")
        for link in self.links():
            if (pattern and re.search(pattern, link.url)) or (words and re.search(words, link.text)):
                yield link

    def count(self) -> int | None:
        """How many list pages there are, where the page says so."""
        counter = self._lists.get("counter", {})
        found = re.search(counter["count"], self._text) if "count" in counter else None
        return int(found[1]) if found else None

    def numbered(self, start: str, number: int) -> str:
        """The address of a further list page by its number; ``start`` is that of the first."""
        counter = self._lists["counter"]
        if "url" in counter:
            return urljoin(start, str(counter["url"]).replace("{n}", str(number)))
        said = rf"([?&]{re.escape(counter['parameter'])}=)[^&#]*"
        changed, times = re.subn(said, rf"\g<1>{number}", start)  # all else stays, encoded as it was
        return changed if times else f"{start}{'&' if '?' in start else '?'}{counter['parameter']}={number}"

    def links(self) -> Iterator[Link]:
        """All links of the page."""
        if "json" in self._lists:
            yield from self._items(self._lists["json"])
            return
        yield from self._anchors(self._text)
        if "records" in self._lists:
            for block in re.findall(self._lists["records"], self._text, re.DOTALL):
                yield from self._anchors(_CDATA.sub("", block))

    def _anchors(self, markup: str) -> Iterator[Link]:
        page = Selector(text=markup, type="html")
        base = urljoin(self._url, page.xpath("//base/@href").get(""))
        for anchor in page.xpath("//a[@href]"):
            if url := _absolute(base, anchor.attrib["href"]):
                words = _BLANK.sub(" ", anchor.xpath("string()").get("")).strip()
                title = _BLANK.sub(" ", anchor.attrib.get("title", "")).strip()
                yield Link(url, (title if not words or (_CUT.search(words) and title) else words)[:_LONGEST])

    def _items(self, rules: Mapping[str, str]) -> Iterator[Link]:
        try:
            # Some wrap their JSON in the call of a function (JSONP).
            data = json.loads(re.sub(r"^[\w.$]+\((.*)\);?\s*$", r"\1", self._text.strip(), flags=re.DOTALL))
        except ValueError:
            return
        for item in jmespath.search(rules["items"], data) or ():
            url = jmespath.search(rules["url"], item)
            title = jmespath.search(rules["title"], item) if "title" in rules else ""
            if isinstance(url, str) and (address := _absolute(self._url, url)):
                yield Link(address, _BLANK.sub(" ", str(title or "")).strip()[:_LONGEST])


def _is_report(link: Link, rules: Mapping[str, str]) -> bool:
    return (
        all(re.search(rules[name], said) for name, said in (("text", link.text), ("url", link.url)) if name in rules)
        and bool(rules.keys() & {"text", "url"})
        and not ("not_text" in rules and re.search(rules["not_text"], link.text))
    )


def _absolute(base: str, href: str) -> str | None:
    try:
        url = urldefrag(urljoin(base, href.strip())).url
    except ValueError:
        return None
    if not url.startswith(("http://", "https://")):
        return None
    return _CONTROL.sub(lambda found: quote(found[0]), url)  # as it is asked for
