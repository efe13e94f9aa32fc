"""The warehouse: a build loads the lake into a new DuckDB file, runs dbt, checks it and publishes it."""

from pipeline.warehouse.assemble import assemble
from pipeline.warehouse.build import BuildResult, build, new_scratch, remove_scratch
from pipeline.warehouse.builds import SHOWN as SHOWN_CHANGES
from pipeline.warehouse.builds import (
    baseline,
    compare,
    diff,
    find_build,
    list_all,
    plan,
    publish,
    rollback,
    tell_rolled_back,
    tidy,
    timed,
)
from pipeline.warehouse.contract import marts
from pipeline.warehouse.errors import BuildFailed, PublicationRefused, PublishedInUse
from pipeline.warehouse.exports import Filter, export, exports_are_current, renew_exports
from pipeline.warehouse.fingerprint import fingerprint
from pipeline.warehouse.project import DATABASE_VARIABLE, DBT_PROJECT
from pipeline.warehouse.publish import open_published, published_build, published_fingerprint, verify
from pipeline.warehouse.status import Status, status
from pipeline.warehouse.transform import data_tests_failed, failing_data_tests, transform

__all__ = [
    "DATABASE_VARIABLE",
    "DBT_PROJECT",
    "SHOWN_CHANGES",
    "BuildFailed",
    "BuildResult",
    "Filter",
    "PublicationRefused",
    "PublishedInUse",
    "Status",
    "assemble",
    "baseline",
    "build",
    "compare",
    "data_tests_failed",
    "diff",
    "export",
    "exports_are_current",
    "failing_data_tests",
    "find_build",
    "fingerprint",
    "list_all",
    "marts",
    "new_scratch",
    "open_published",
    "plan",
    "publish",
    "published_build",
    "published_fingerprint",
    "remove_scratch",
    "renew_exports",
    "rollback",
    "status",
    "tell_rolled_back",
    "tidy",
    "timed",
    "transform",
    "verify",
]
