"""What a printed label means: matched by its wording, whatever its numbering, brackets, spaces and misprints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

from pipeline.forms.registry import read_table
from pipeline.forms.text import fold, simplify


class Label(NamedTuple):
    """One meaning of a label.

    ``kind`` is ``TABLE.ROLE`` (``requests.row``, ``disclosure.column``, ``litigation.venue``, ...); ``code`` the
    form's code; ``form`` the only form that words it so, or None.
    """

    kind: str
    code: str
    form: str | None = None


_NUMERAL = "[一二三四五六七八九十0-9]{1,2}"
NUMBERING = re.compile(
    rf"^(?:[(\[【〔]{_NUMERAL}[)\]】〕]?[、.。,:]?|{_NUMERAL}[)\]】〕、.。,:][、.。,:]?|第{_NUMERAL}[、.。,:])+"
)
_BARE_NUMERAL = re.compile(rf"^{_NUMERAL}")
BRACKETED = re.compile(r"[(\[【〔][^)\]】〕]*[)\]】〕]")
NOT_WORDING = re.compile(r"[^\u3400-\u9fff\U00020000-\U0003ffff\uf900-\ufaffA-Za-z]+")
_ARTICLE = re.compile(r"^第?二十条第?[一二三四五六七八九十]+项?$")

_TELLING = "上下本新不未无前后总其经直"
"""Characters that turn a label into another one (上年, 下年; 予以公开, 不予公开): never taken for a misprint."""

_ALTERING = tuple(row["word"] for row in read_table("altering_words.csv"))
"""Words that make another label of one: 行政处分 is no misprint of 行政处罚, 规章（草案） no 规章."""


def wording(text: str) -> str:
    """The bare wording of a label: numbering, punctuation, spaces and digits removed, characters folded."""
    return NOT_WORDING.sub("", NUMBERING.sub("", compact(text)))


def compact(text: str) -> str:
    """A text without white space, its characters folded."""
    return simplify("".join(fold(text).split()))


def _official() -> Iterable[tuple[str, Label]]:
    for row in read_table("disclosure_cells.csv"):
        for text in (row["row_label"], *filter(None, row["row_variants"].split("|"))):
            yield text, Label("disclosure.row", row["row_code"])
        yield row["column_label"], Label("disclosure.column", row["column_code"], row["form"])
    for row in read_table("requests_rows.csv"):
        for text in {row["label_2021"], row["label_2019"]} - {""}:
            yield text, Label("requests.row", row["row_code"])
            # The official label of a group's first row carries the group's: （三）不予公开 1.属于国家秘密.
            group, _, rest = text.partition(" ")
            if rest:
                yield rest, Label("requests.row", row["row_code"])
                yield group, Label("requests.group", row["parent_code"])
    for row in read_table("requests_columns.csv"):
        for text in (row["label"], *filter(None, row["variants"].split("|"))):
            yield text, Label("requests.column", row["column_code"])
    for row in read_table("litigation_columns.csv"):
        yield row["result_label"], Label("litigation.result", row["result_code"])
    for row in read_table("label_variants.csv"):
        yield row["label"], Label(row["kind"], row["code"], row["form"] or None)


def _index() -> dict[str, tuple[Label, ...]]:
    index: dict[str, dict[Label, None]] = {}
    for text, label in _official():
        index.setdefault(wording(text), {})[label] = None
    return {key: tuple(labels) for key, labels in index.items()}


_LABELS = _index()

_HEADS = sorted(
    (key, label)
    for key, labels in _LABELS.items()
    for label in labels
    if label.kind in ("requests.group", "litigation.venue", "litigation.group")
    or label == ("requests.heading", "results", None)
)
"""Labels of groups that some reports print in one cell with the label under them."""


@lru_cache(maxsize=65536)
def find_labels(text: str) -> tuple[Label, ...]:
    """All that a printed text may mean as a label of the forms; empty if it is none.

    Tried in this order, the first that knows the wording decides: the wording; without its bracketed remarks;
    without a numeral that lost its point; half of it, typed twice; what follows a group's label in the same
    cell; then the one nearest wording within a misprint's distance.
    """
    plain = compact(text)
    if not plain or len(plain) > 120:
        return ()
    unnumbered = NUMBERING.sub("", plain)
    key = NOT_WORDING.sub("", unnumbered)
    if _ARTICLE.match(NOT_WORDING.sub("", plain)):
        return (Label("disclosure.heading", "article"),)
    for candidate in (
        key,
        NOT_WORDING.sub("", BRACKETED.sub("", unnumbered)),
        NOT_WORDING.sub("", _BARE_NUMERAL.sub("", unnumbered)),
        NOT_WORDING.sub("", plain),
    ):
        if candidate in _LABELS and not _is_altered(key, candidate):
            return _LABELS[candidate]
    half = key[: len(key) // 2]
    if half * 2 == key and half in _LABELS:
        return _LABELS[half]
    return _behind_group(key) or _behind_group(_BARE_NUMERAL.sub("", key)) or _nearest(key)


def _behind_group(key: str) -> tuple[Label, ...]:
    """（三）不予公开 2.其他法律…, 行政复议结果维持: the label's meaning, and its group's."""
    for head, group in _HEADS:
        if not key.startswith(head) or key == head:
            continue
        rest = _BARE_NUMERAL.sub("", key[len(head) :])
        labels = _LABELS.get(rest) or _behind_group(rest) or _nearest(rest)
        table = group.kind.partition(".")[0]
        below = [label for label in labels if label.kind.startswith(table) and label.kind != "requests.column"]
        if below:
            return (*below, group)
    return ()


def _nearest(key: str) -> tuple[Label, ...]:
    """The meaning of the nearest known wording, if it is near enough and no other meaning is as near."""
    if not 4 <= len(key) <= 60:
        return ()
    allowed = 1 if len(key) < 8 else 2 if len(key) < 14 else len(key) // 6
    near = extract(key, _LABELS.keys(), scorer=Levenshtein.distance, score_cutoff=allowed, limit=6)
    found = [
        (known, distance)
        for known, distance, _ in near
        if _telling(known) == _telling(key) and not _is_altered(key, known)
    ]
    if not found:
        return ()
    nearest, distance = found[0]
    labels = _LABELS[nearest]
    rivals = [known for known, other in found[1:] if other == distance and _LABELS[known] != labels]
    return () if rivals else labels


def _is_altered(key: str, known: str) -> bool:
    """Whether a wording says a word that makes it another than the known one."""
    return any(word in key and word not in known for word in _ALTERING)


def _telling(key: str) -> list[str]:
    return sorted(character for character in key if character in _TELLING)
