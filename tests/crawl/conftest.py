"""Sites on loopback, and data folders that crawl them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.workspace import Workspace
from tests.crawl.server import Internet, internet

PACE = 0.02
"""Seconds between two requests to a host: the sites of the tests are patient."""


@pytest.fixture
def sites() -> Iterator[Internet]:
    """Sites of a test's own."""
    with internet() as running:
        yield running


def crawling(root: Path, *, loopback: bool = True, **sources: Mapping[str, Any]) -> Workspace:
    """A data folder with sources by name, allowed to ask loopback."""
    workspace = Workspace(root)
    workspace.sources.mkdir(parents=True, exist_ok=True)
    settings = {"contact": "mailto:tests@example.org", "allow_loopback": loopback}
    workspace.crawl_settings.write_text(yaml.safe_dump(settings), encoding="utf-8")
    for name, source in sources.items():
        paced = {"pace": {"seconds": PACE}, **source}
        text = yaml.safe_dump(paced, allow_unicode=True)
        (workspace.sources / f"{name}.yml").write_text(text, encoding="utf-8")
    return workspace
