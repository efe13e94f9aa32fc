"""DuckDB on object storage: by its extension httpfs, out of a Python package, with the keys of the environment."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import duckdb

from pipeline.objects import ObjectPath
from pipeline.workspace import JobError

_PACKAGE: Final = "duckdb_extension_httpfs"


def open_objects(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Let a connection read what lies at ``path``, if that is on object storage; nothing is downloaded for it.

    Who may read is told as to any other program of AWS: by ``AWS_ACCESS_KEY_ID`` and so on, a profile, or the machine's
    role. It is held in memory alone.

    Raises:
        JobError: the extension is not installed, or nothing says who may read.
    """
    if not isinstance(path, ObjectPath):
        return
    from botocore.session import get_session

    session = get_session()
    found = session.get_credentials()
    if found is None:
        raise JobError(f"Nothing says who may read {path}: set AWS_ACCESS_KEY_ID and so on, or a profile.")
    keys = found.get_frozen_credentials()
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    options = {
        "KEY_ID": keys.access_key,
        "SECRET": keys.secret_key,
        "SESSION_TOKEN": keys.token or "",
        "REGION": session.get_config_variable("region") or "us-east-1",
    }
    if endpoint:
        address = urlsplit(endpoint)
        options |= {"ENDPOINT": address.netloc, "URL_STYLE": "path", "USE_SSL": str(address.scheme == "https").lower()}
    said = ", ".join(f"{name} '{_quote(value)}'" for name, value in options.items() if value)
    connection.execute(f"LOAD '{_quote(str(_extension()))}'")
    connection.execute(f"CREATE OR REPLACE TEMPORARY SECRET objects (TYPE s3, PROVIDER config, {said})")


def _extension() -> Path:
    """The extension for this version of DuckDB."""
    package = find_spec(_PACKAGE)
    if package and package.origin:
        path = Path(package.origin).parent / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
        if path.exists():
            return path
    raise JobError(
        f"Storage on S3 needs DuckDB's extension httpfs for version {duckdb.__version__}: "
        f"pip install duckdb-extension-httpfs=={duckdb.__version__}"
    )


def _quote(text: str) -> str:
    return text.replace("'", "''")
