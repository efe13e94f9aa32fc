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

import yaml  # type: ignore[import-untyped]

from pipeline.workspace import JobError, Workspace

_HERE: Final = Path(__file__).parent
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
            for year in (self._years() if "{year}" in address else [0])
        ]

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that may be asked, in lower case, with their port where the source names one."""
        started = {urlsplit(address).netloc.lower() for address in self.starts}
        return frozenset(started | {host.lower() for host in self.rules.get("hosts", ())})

    def _years(self) -> range:
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
        path.stem: path for folder in (_HERE / "sources", workspace.sources) for path in sorted(folder.glob("*.yml"))
    }
    return dict(sorted(files.items()))


def read_source(path: Path) -> Source:
    """Read and check one source.

    Raises:
        BadSource: it cannot be used; all that is wrong is told at once.
    """
    if not _NAME.fullmatch(path.stem):
        raise BadSource(f"{path}: name it in small letters, digits, - and _: its name is that of a folder.")
    said = _load(path)
    faults = list(_faults(_merge({}, said) if isinstance(said, dict) else said))
    preset = said.get("preset") if isinstance(said, dict) else None
    if isinstance(preset, str) and preset not in presets():
        faults.append(f"preset: there is no {preset!r}; there are {', '.join(presets())}")
    if faults:
        raise BadSource("\n".join([f"{path} cannot be used:", *(f"  {fault}" for fault in faults)]))
    rules = _merge(_load(_HERE / "defaults.yml"), _merge(presets().get(preset or "", {}), said))
    if faults := list(_faults(rules)):
        raise BadSource("\n".join([f"{path} cannot be used with its preset:", *(f"  {fault}" for fault in faults)]))
    return Source(path.stem, rules)


@cache
def presets() -> dict[str, dict[str, Any]]:
    """What families of government site software have in common, by name."""
    return {path.stem: _load(path) for path in sorted((_HERE / "presets").glob("*.yml"))}


def _load(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds; its schema is checked next
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadSource(f"{path} cannot be read: {error}") from error


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


def _faults(rules: object) -> Iterator[str]:
    for error in sorted(_validator().iter_errors(rules), key=lambda error: list(map(str, error.path))):
        yield f"{'.'.join(map(str, error.path)) or 'the file'}: {error.message}"


@cache
def _validator() -> Any:  # noqa: ANN401 - jsonschema has no types
    import jsonschema  # type: ignore[import-untyped]

    checker = jsonschema.FormatChecker(["regex"])
    schema = json.loads((_HERE / "source.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema, format_checker=checker)
