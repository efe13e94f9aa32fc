"""Write docs/rules.md from the registry of rules: ``python scripts/rules.py``."""

from __future__ import annotations

import csv
from pathlib import Path

ROOT = Path(__file__).parents[1]
REGISTRY = ROOT / "dbt_project" / "seeds" / "rules.csv"
PAGE = ROOT / "docs" / "rules.md"

HEAD = """\
# The rules

Generated from `dbt_project/seeds/rules.csv` by `python scripts/rules.py`; `marts.rules` holds the same. A rule compares
what a report prints with itself, with the forms, with the law or with other years of the same agency and scope, and
repairs nothing. `marts.finding` has a row for each failure, `marts.assessment` one for each report and rule:

| state | meaning |
|---|---|
| `broken` | there is a finding |
| `met` | at least one place could be judged, and none failed |
| `not_assessable` | what the rule needs is not there |

What is not there may be a figure, blank or in doubt, a report of another year, or a law that speaks of such a body. A
rule that needs nothing can always be judged. The five samples' findings, each looked at, stand in
[samples.md](samples.md).
"""
SEVERITIES = {
    "error": "Errors: printed figures contradict each other",
    "warning": "Warnings: doubtful, implausible or missing",
    "note": "Notes: worth a look",
}


def page() -> str:
    """Give the page as it should be."""
    with REGISTRY.open(encoding="utf-8", newline="") as file:
        rules = list(csv.DictReader(file))
    parts = [HEAD]
    for severity, heading in SEVERITIES.items():
        parts.append(f"\n## {heading}\n")
        parts += [_section(rule) for rule in rules if rule["severity"] == severity]
    return "".join(parts)


def _section(rule: dict[str, str]) -> str:
    return (
        f"\n### {rule['rule_code']}\n\n"
        f"{rule['title_zh']} | {rule['title_en']}\n\n"
        f"- Holds: {rule['formula']}\n"
        f"- Needs: {rule['needs'] or 'nothing'}\n"
        f"- Source: {rule['source']}\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
