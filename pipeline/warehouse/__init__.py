"""The warehouse: a build loads the lake into a new DuckDB file, runs dbt, checks it and publishes it."""

from pipeline.warehouse.assemble import assemble
from pipeline.warehouse.build import BuildResult, build, new_scratch, remove_scratch
from pipeline.warehouse.contract import marts
from pipeline.warehouse.errors import BuildFailed
from pipeline.warehouse.exports import Filter, export, exports_are_current, renew_exports
from pipeline.warehouse.fingerprint import fingerprint
from pipeline.warehouse.project import DATABASE_VARIABLE, DBT_PROJECT
from pipeline.warehouse.publish import open_published, publish, published_fingerprint, verify
from pipeline.warehouse.status import Status, status
from pipeline.warehouse.transform import transform

__all__ = [
    "DATABASE_VARIABLE",
    "DBT_PROJECT",
    "BuildFailed",
    "BuildResult",
    "Filter",
    "Status",
    "assemble",
    "build",
    "export",
    "exports_are_current",
    "fingerprint",
    "marts",
    "new_scratch",
    "open_published",
    "publish",
    "published_fingerprint",
    "remove_scratch",
    "renew_exports",
    "status",
    "transform",
    "verify",
]
