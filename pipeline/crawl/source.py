"""Sources: which sites are crawled, and how their reports are found; one YAML file each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline.edited import read_yaml
from pipeline.workspace import JobError, Workspace

_HERE: Final = Path(__file__).parent
_ENDINGS: Final = (".yml", ".yaml")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")


class BadSource(JobError):  # noqa: N818 - a state of the file, not of the program
    """A source's file cannot be used; the message says what is wrong with it, and where."""


@dataclass(frozen=True, slots=True)
class Source:
    """A site to crawl. ``rules`` is what its file, its preset and the defaults say together (`source.schema.json`)."""

    name: str
    rules: Mapping[str, Any]

    @property
    def starts(self) -> list[str]:
        """The addresses of the first list pages, one a year where they name ``{year}``."""
        start = self.rules["start"]
        return [
            address.replace("{year}", str(year))
            for address in ([start] if isinstance(start, str) else start)
            for year in (self.years if "{year}" in address else [0])
        ]

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that may be asked, in lower case, with their port where the source names one."""
        started = {urlsplit(address).netloc.lower() for address in self.starts}
        return frozenset(started | {host.lower() for host in self.rules.get("hosts", ())})

    @property
    def years(self) -> range:
        """The report years that ``{year}`` stands for."""
        years = self.rules.get("years", {"first": 2008})
        return range(years["first"], years.get("last", date.today().year - 1) + 1)


def read_sources(workspace: Workspace) -> dict[str, Source]:
    """All sources by name: those that come with Gongkai and those of the data folder, which come first.

    Raises:
        BadSource: a file cannot be used.
    """
    return {name: read_source(path) for name, path in source_files(workspace).items()}


def source_files(workspace: Workspace) -> dict[str, Path]:
    """The files of all sources by name, in the order of their names, not yet read."""
    files = {
        path.stem: path
        for folder in (_HERE / "sources", workspace.sources)
        for ending in _ENDINGS
        for path in folder.glob(f"*{ending}")
    }
    return dict(sorted(files.items()))


def read_source(path: Path) -> Source:
    """Read and check one source.

    Raises:
        BadSource: it cannot be used; all that is wrong is told at once.
    """
    if not _NAME.fullmatch(path.stem):
        raise BadSource(f"{path}: name it in small letters, digits, - and _: its name is that of a folder.")
    if all(path.with_suffix(ending).exists() for ending in _ENDINGS):
        raise BadSource(f"{path.with_suffix('')} has two files, {' and '.join(_ENDINGS)}. Remove one of them.")
    said = _load(path)
    faults = list(find_faults(_merge({}, said) if isinstance(said, dict) else said, "source"))
    preset = said.get("preset") if isinstance(said, dict) else None
    if isinstance(preset, str) and preset not in presets():
        faults.append(f"preset: there is no {preset!r}; there are {', '.join(presets())}")
    if faults:
        raise BadSource("\n".join([f"{path} cannot be used:", *(f"  {fault}" for fault in faults)]))
    rules = _merge(_load(_HERE / "defaults.yml"), _merge(presets().get(preset or "", {}), said))
    if faults := list(find_faults(rules, "source")):
        raise BadSource("\n".join([f"{path} cannot be used with its preset:", *(f"  {fault}" for fault in faults)]))
    source = Source(path.stem, rules)
    if not source.years:
        first, last = source.years.start, source.years.stop - 1
        of_today = "" if "last" in rules["years"] else ", the year before this one"
        raise BadSource(f"{path} cannot be used:\n  years: first, {first}, lies after the last, {last}{of_today}.")
    return source


@cache
def presets() -> dict[str, dict[str, Any]]:
    """What families of government site software have in common, by name."""
    return {path.stem: _load(path) for path in sorted((_HERE / "presets").glob("*.yml"))}


def _load(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds; its schema is checked next
    try:
        return read_yaml(path)
    except JobError as error:
        raise BadSource(str(error)) from error


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``over`` before ``base``, part by part; null takes a part away."""
    merged = dict(base)
    for name, value in over.items():
        if isinstance(value, dict):
            below = merged.get(name)
            merged[name] = _merge(below if isinstance(below, dict) else {}, value)
        else:
            merged[name] = value
    return {name: value for name, value in merged.items() if value is not None}


def find_faults(said: object, schema: str) -> Iterator[str]:
    """What is wrong with what a file says, key by key, by ``SCHEMA.schema.json``."""
    for error in sorted(_validator(schema).iter_errors(said), key=lambda error: list(map(str, error.path))):
        yield f"{'.'.join(map(str, error.path)) or 'the file'}: {error.message}"


@cache
def _validator(schema: str) -> Any:  # noqa: ANN401 - jsonschema has no types
    import jsonschema  # type: ignore[import-untyped]

    checker = jsonschema.FormatChecker(["regex"])
    checker.checks("JMESPath")(_is_jmespath)
    rules = json.loads((_HERE / f"{schema}.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(rules, format_checker=checker)


def _is_jmespath(text: object) -> bool:
    import jmespath  # type: ignore[import-untyped]

    try:
        return not isinstance(text, str) or bool(jmespath.compile(text))
    except ValueError:  # which its errors are
        return False
