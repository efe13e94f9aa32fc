"""``datapackage.json``: what the exported files are, column by column (Frictionless Data Package, version 1)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pipeline import __version__
from pipeline.warehouse.dictionary import Column, Table

NAME: Final = "datapackage.json"

_TYPES: Final = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "DATE": "date",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "datetime",
    "JSON": "any",
}
_MEDIA_TYPES: Final = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def read_build(folder: Path) -> str | None:
    """The build of which the files in ``folder`` were last written; None where that is not known."""
    version = _read(folder).get("version")
    return version if isinstance(version, str) else None


def read_builds(folder: Path) -> dict[str, str]:
    """The build of which each file in ``folder`` was last written, as far as that is known."""
    resources = _read(folder).get("resources", [])
    return {
        resource["path"]: resource["build"]
        for resource in (resources if isinstance(resources, list) else [])
        if isinstance(resource, dict) and {"path", "build"} <= resource.keys()
    }


def write_datapackage(folder: Path, build_id: str, written: Mapping[Path, tuple[Table, str]]) -> None:
    """Describe the files just ``written`` (their table and the language of their headers), and those still there."""
    kept = {
        resource["path"]: resource
        for resource in _read(folder).get("resources", [])
        if isinstance(resource, dict) and isinstance(resource.get("path"), str)
    }
    resources = kept | {
        path.name: _resource(path, table, language, build_id) for path, (table, language) in written.items()
    }
    package = {
        "profile": "data-package",
        "name": "gongkai",
        "title": "政府信息公开工作年度报告数据 | Open-government annual reports of Chinese agencies",
        "version": build_id,
        "contributors": [{"title": f"Gongkai {__version__}", "role": "wrangler"}],
        "resources": [resources[name] for name in sorted(resources) if (folder / name).exists()],
    }
    part = folder / f".part-{NAME}"
    part.write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.replace(folder / NAME)


def _resource(path: Path, table: Table, language: str, build_id: str) -> dict[str, Any]:
    csv = path.suffix == ".csv"
    headers = {
        column.name: column.description.label_zh if language == "zh" else column.name for column in table.columns
    }
    return {
        # The specification allows no other letters; a Chinese one stands as its number.
        "name": re.sub(r"[^a-z0-9._-]", lambda letter: f"{ord(letter[0]):x}", path.name.lower()),
        "path": path.name,
        "profile": "tabular-data-resource" if csv else "data-resource",
        "title": f"{table.description.label_zh} | {table.description.label_en}",
        "description": f"{table.description.text_zh} | {table.description.text_en}",
        "format": path.suffix[1:],
        "mediatype": _MEDIA_TYPES[path.suffix],
        "bytes": path.stat().st_size,
        "build": build_id,
        **({"encoding": "utf-8", "dialect": {"delimiter": ",", "lineTerminator": "\n"}} if csv else {}),
        "schema": {
            "fields": [_field(column, headers[column.name]) for column in table.columns],
            "primaryKey": [headers[column.name] for column in table.columns if column.is_key],
            "missingValues": [""],
        },
    }


def _field(column: Column, header: str) -> dict[str, Any]:
    said = column.description
    return {
        "name": header,
        "type": _TYPES.get(column.type, "number" if column.type.startswith("DECIMAL") else "string"),
        "title": f"{said.label_zh} | {said.label_en}",
        "description": " | ".join(filter(None, (said.text_zh, said.text_en))),
        **said.facts,
        **({"constraints": {"required": True}} if column.is_key else {}),
    }


def _read(folder: Path) -> dict[str, Any]:
    try:
        package = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return package if isinstance(package, dict) else {}
