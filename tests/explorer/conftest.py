"""The explorer on the warehouse of the sample reports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.workspace import Workspace
from tests.explorer.site import Site, running


@pytest.fixture(scope="session")
def site(published: Workspace) -> Iterator[Site]:
    with running(published) as running_site:
        yield running_site
