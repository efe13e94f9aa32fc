"""docs/rules.md says what the registry says."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_of_rules_is_current() -> None:
    page = runpy.run_path(str(ROOT / "scripts" / "rules.py"))["page"]()
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == page, "python scripts/rules.py"
