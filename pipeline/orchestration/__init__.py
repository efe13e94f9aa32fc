"""Orchestration: Dagster runs what the other rooms do, no more. `build_definitions` is the one way in."""

import dagster as dg

from pipeline.orchestration.definitions import build_definitions

__all__ = ["build_definitions", "defs"]


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev --module-name pipeline.orchestration` loads; made when it is asked for."""
    return build_definitions()
