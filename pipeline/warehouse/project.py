"""Where the dbt project lies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

DBT_PROJECT: Final = Path(__file__).parents[2] / "dbt_project"
"""Beside the package, in the repository from which it is installed (editable)."""

DATABASE_VARIABLE: Final = "GONGKAI_BUILD_DATABASE"
"""The environment variable by which ``profiles.yml`` finds the DuckDB file to build in."""
