"""Versions: each publication is a build that is kept, can be compared with others and published again."""

from pipeline.warehouse.builds.choosing import find_build
from pipeline.warehouse.builds.diff import SHOWN, Difference, diff
from pipeline.warehouse.builds.listing import Listed, list_all
from pipeline.warehouse.builds.publication import Plan, baseline, compare, plan, publish, tell_rolled_back, tidy
from pipeline.warehouse.builds.record import Build, timed
from pipeline.warehouse.builds.rollback import rollback
from pipeline.warehouse.builds.shelf import list_builds, list_refused

__all__ = [
    "SHOWN",
    "Build",
    "Difference",
    "Listed",
    "Plan",
    "baseline",
    "compare",
    "diff",
    "find_build",
    "list_all",
    "list_builds",
    "list_refused",
    "plan",
    "publish",
    "rollback",
    "tell_rolled_back",
    "tidy",
    "timed",
]
