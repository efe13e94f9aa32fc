"""The process that does one query and ends.

Run as ``python -P -m pipeline.console.child`` in a folder of its own. Standard input is one line of JSON: the
published file, the query and its limits; that it closes tells the process to end. Standard output is a space once the
query begins, then JSON: an answer or what was wrong. Whoever reads it runs and unpickles nothing of it.
"""

from __future__ import annotations

import datetime
import json
import math
import os
import shutil
import signal
import sys
import sysconfig
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NoReturn

import duckdb

from pipeline.console import gate, sandbox

_AT_A_TIME: Final = 200
_NUMBERS: Final = frozenset(
    "TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT FLOAT DOUBLE DECIMAL".split()
)


def main() -> None:
    """Do the query that stands on standard input."""
    _import_all()
    line = sys.stdin.readline()
    if not line:
        _leave(0)
    try:
        said = _do(json.loads(line))
    except gate.Barred as barred:
        said = {"code": barred.code, "detail": barred.detail}
    except MemoryError:
        said = {"code": "memory"}
    except duckdb.Error as error:
        said = _told(error)
    text = json.dumps(said, ensure_ascii=False, allow_nan=False)
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    os._exit(0)  # what is left of a query is not worth the time


def _do(job: dict[str, Any]) -> dict[str, Any]:
    connection = _open(job["file"], job["memory_bytes"], job["disk_bytes"])
    began = time.monotonic()
    threading.Thread(target=_follow_parent, daemon=True).start()
    # To open the file was our work, from now on it is the query's; the kernel ends it when its time is used up.
    signal.setitimer(signal.ITIMER_PROF, job["seconds"])
    os.write(1, b" ")
    gate.check(connection, job["query"])
    ((build_id,),) = connection.execute("SELECT build_id FROM landing.build").fetchall()
    result = connection.execute(job["query"])
    described = result.description or []
    types = [str(column[1]) for column in described]
    rows: list[list[Any]] = []
    size = 0
    while len(rows) <= job["rows"] and (some := result.fetchmany(_AT_A_TIME)):
        for row in some:
            values = [_value(value) for value in row]
            size += sum(len(value.encode()) if isinstance(value, str) else 8 for value in values)
            if size > job["answer_bytes"]:
                raise gate.Barred("large")
            rows.append(values)
    return {
        "columns": [str(column[0]) for column in described],
        "types": types,
        "numeric": [one.partition("(")[0] in _NUMBERS and not one.endswith("]") for one in types],
        "rows": rows[: job["rows"]],
        "is_cut": len(rows) > job["rows"],
        "build_id": build_id,
        "seconds": time.monotonic() - began,
    }


def _open(file: str, memory_bytes: int, disk_bytes: int) -> duckdb.DuckDBPyConnection:
    """Open the published file, and lock this process up with it: it opens no other from now on."""
    sandbox.limit(memory_bytes, disk_bytes)
    try:
        connection = duckdb.connect(
            file,
            read_only=True,
            config={
                "enable_external_access": "false",
                "allow_community_extensions": "false",
                "allow_persistent_secrets": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "python_enable_replacements": "false",
                "memory_limit": f"{memory_bytes}B",
                "max_temp_directory_size": f"{disk_bytes}B",
                "temp_directory": "temporary",
                "threads": "1",  # what runs in this thread is what is enclosed
            },
        )
    except duckdb.IOException as error:
        raise gate.Barred("unpublished") from error
    connection.execute("SET TimeZone = 'UTC'; SET search_path = 'marts,landing'; SET lock_configuration = true")
    libraries = {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    sandbox.enclose([path for path in libraries if path.is_dir()], Path.cwd())
    return connection


def _value(value: Any) -> Any:  # noqa: ANN401 - whatever DuckDB gives
    """A value as JSON has it: what is neither number nor text as DuckDB writes it, nearly."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) < 2**53 else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return _number(value)
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat(*([" "] if isinstance(value, datetime.datetime) else []))
        case bytes():
            return value.hex()
        case list() | tuple() | dict():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)


def _number(value: Decimal) -> int | float | str:
    """A decimal as the number that it is; as text where JSON's readers would round it."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if len(text.strip("-0.").replace(".", "")) > 15:
        return text
    return float(text) if "." in text else int(text)


def _told(error: duckdb.Error) -> dict[str, Any]:
    said = str(error)
    if isinstance(error, duckdb.OutOfMemoryException):
        return {"code": "disk" if "max_temp_directory_size" in said else "memory"}
    if "File too large" in said or "No space left" in said:
        return {"code": "disk"}
    if isinstance(error, duckdb.PermissionException | duckdb.IOException) or "read-only" in said:
        return {"code": "outside", "detail": said}
    if "bad_alloc" in said or "allocation failure" in said:
        return {"code": "memory"}
    return {"code": "wrong", "detail": said}


def _import_all() -> None:
    """Have DuckDB import now what it imports when it first takes or gives a value: later it costs time of the query."""
    duckdb.connect().execute(
        "SELECT 1.5::DECIMAL(4, 1), DATE '2024-01-01', TIMESTAMP '2024-01-01 00:00:00', now(), TIME '01:00', uuid(), "
        "INTERVAL 1 DAY, [1], {'a': 1}, 'a'::BLOB"
    ).fetchmany(2)


def _follow_parent() -> None:
    """End when the parent does, however it ends: nothing more is ever written to this pipe."""
    sys.stdin.read()
    _leave(1)


def _leave(status: int) -> NoReturn:
    """End with nobody there to clear up."""
    shutil.rmtree(Path.cwd(), ignore_errors=True)
    os._exit(status)


if __name__ == "__main__":
    main()
