"""From an empty folder to a published warehouse: by the command, and by the nightly job of Dagster."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from pipeline.crawl import crawl
from pipeline.orchestration import build_definitions
from pipeline.workspace import Workspace
from tests.conftest import gongkai
from tests.crawl.conftest import crawling
from tests.crawl.server import Answer, Internet, Site
from tests.warehouse.site import page, report, web_page, word

HTML = {"Content-Type": "text/html"}
LIST = {"reports": {"url": r"/nb/"}}


def town(site: Site) -> dict[str, Any]:
    """A site with a report, one whose tables are in a file, two that it does not give, and one that is gone."""
    title = "泗水县{}2022年政府信息公开工作年度报告"
    site.pages["/nb/sf.html"] = Answer(web_page(report(1, "泗水县司法局")), headers=HTML)
    site.pages["/nb/mz.html"] = Answer(page(title.format("民政局"), ("/files/mz.doc", "附件.doc")), headers=HTML)
    site.pages["/files/mz.doc"] = Answer(
        word(report(2, "泗水县民政局")), headers={"Content-Type": "application/msword"}
    )
    site.pages["/nb/jy.html"] = Answer(b"<script>$_ts=window['$_ts'];</script>", headers=HTML)
    site.pages["/nb/cz.html"] = Answer(b"no", 403)
    names = {"sf": "司法局", "mz": "民政局", "jy": "教育和体育局", "cz": "财政局", "gone": "水利局"}
    links = "".join(f'<li><a href="/nb/{path}.html">{title.format(name)}</a></li>' for path, name in names.items())
    site.pages["/index.html"] = Answer.page(f"<html><head></head><body><ul>{links}</ul></body></html>")
    return {"title": "泗水县", "start": site.url("/index.html"), **LIST}


def ask(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(workspace.published, read_only=True) as connection:
        return connection.sql(query).fetchall()


COVERAGE = (
    "SELECT agency_name, report_year, coverage.status, detail FROM marts.coverage "
    "JOIN marts.dim_agency USING (agency_id) WHERE report_year = 2022 ORDER BY 1"
)


def assert_published(workspace: Workspace, site: Site) -> None:
    assert [row[:3] for row in ask(workspace, COVERAGE)] == [
        ("泗水县司法局", 2022, "extracted"),
        ("泗水县教育和体育局", 2022, "blocked"),
        ("泗水县民政局", 2022, "extracted"),
        ("泗水县财政局", 2022, "blocked"),
    ]
    assert ask(workspace, COVERAGE)[3][3] == f"blocked (HTTP 403 Forbidden): {site.url('/nb/cz.html')}"
    (parts,) = ask(
        workspace,
        "SELECT list(role ORDER BY position) FROM landing.report_parts "
        "JOIN landing.observations ON document_id = report_document_id WHERE url LIKE '%mz.html'",
    )
    assert parts[0] == ["page", "attachment"]
    outcomes = dict(ask(workspace, "SELECT outcome, count(*) FROM landing.visits WHERE source_id = 'town' GROUP BY 1"))
    assert sum(outcomes.values()) == 7
    assert (outcomes["blocked"], outcomes["gone"]) == (2, 1)


def test_from_an_empty_folder_to_a_published_warehouse(sites: Internet, tmp_path: Path) -> None:
    site = sites.site()
    workspace = crawling(tmp_path / "data", town=town(site))
    crawled = gongkai(workspace, "crawl")
    assert crawled.returncode == 0, crawled.stderr
    assert "town: 3 fetched, 2 blocked, 1 gone; 1 list page read" in crawled.stdout
    assert (
        f"  blocked   {site.url('/nb/cz.html')} (泗水县财政局2022年政府信息公开工作年度报告): HTTP 403"
        in crawled.stdout
    )
    ran = gongkai(workspace, "run")
    assert ran.returncode == 0, ran.stderr
    assert_published(workspace, site)
    status = gongkai(workspace, "status").stdout
    assert "Crawled     2 blocked, 4 fetched, 1 gone (addresses; landing.visits)" in status
    assert "2 blocked, 2 extracted (agencies and years)" in status

    again = gongkai(workspace, "crawl")
    assert "town: 3 unchanged, 2 blocked, 1 gone" in again.stdout
    assert "nothing new, no build needed" in gongkai(workspace, "run").stdout

    site.pages["/nb/cz.html"] = Answer(web_page(report(3, "泗水县财政局")), headers=HTML)
    site.pages["/nb/jy.html"] = Answer(b"no", 404)
    assert gongkai(workspace, "crawl").returncode == 0
    assert gongkai(workspace, "run").returncode == 0
    assert [row[:3] for row in ask(workspace, COVERAGE)] == [
        ("泗水县司法局", 2022, "extracted"),
        ("泗水县民政局", 2022, "extracted"),
        ("泗水县财政局", 2022, "extracted"),
    ]


def test_the_nightly_job_crawls_reads_builds_once_and_publishes(sites: Internet, tmp_path: Path) -> None:
    site, dead = sites.site(), sites.site()
    broken = {"title": "坏", "start": dead.url("/index.html"), **LIST}
    workspace = crawling(tmp_path / "data", town=town(site), broken=broken)
    (workspace.sources / "wrong.yml").write_text("start: [", "utf-8")
    definitions = build_definitions(workspace.root)

    def nightly(
        selection: list[dg.AssetKey] | None = None, **config: Any
    ) -> tuple[dg.ExecuteInProcessResult, dict[str, Any]]:
        job = definitions.resolve_job_def("nightly")
        with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
            result = job.execute_in_process(
                instance=instance,
                raise_on_error=False,
                run_config={"ops": {"crawled": {"config": config}}},
                asset_selection=selection,
            )
        (event,) = [
            event for event in result.get_asset_materialization_events() if event.asset_key == dg.AssetKey("crawled")
        ]
        return result, {name: value.value for name, value in event.materialization.metadata.items()}

    result, told = nightly()
    assert result.success, [event.message for event in result.all_events if event.is_failure]
    assert_published(workspace, site)
    assert told["failed_sources"] == ["broken", "wrong"]
    assert (told["sources"], told["fetched"], told["blocked"], told["gone"]) == (3, 3, 2, 1)
    assert list(told["errors"]) == ["wrong"]
    assert "wrong.yml cannot be read" in told["errors"]["wrong"]
    assert "| town | 3 | 0 | 2 |" in told["preview"]

    before = len(site.all_asked)
    dead.pages["/index.html"] = Answer.page("<html><head></head><body>" + "无" * 500 + "</body></html>")
    result, told = nightly([dg.AssetKey("crawled")], sources=["broken"])
    assert result.success
    assert told["failed_sources"] == []
    assert told["sources"] == 1
    assert len(site.all_asked) == before, "a retry touches only what failed"


def test_without_sources_the_job_crawls_nothing(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.raw.mkdir()
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        result = (
            build_definitions(tmp_path)
            .resolve_job_def("nightly")
            .execute_in_process(instance=instance, asset_selection=[dg.AssetKey("crawled")])
        )
    assert result.success
    assert not workspace.crawls.exists()


@pytest.mark.parametrize("name", ["sf", "mz"])
def test_sidecars_say_where_each_file_is_from(sites: Internet, tmp_path: Path, name: str) -> None:
    site = sites.site()
    workspace = crawling(tmp_path, town=town(site))
    crawl(workspace)
    sidecars = [json.loads(path.read_text("utf-8")) for path in workspace.crawled.rglob("*.meta.json")]
    (sidecar,) = [one for one in sidecars if one["url"] == site.url(f"/nb/{name}.html")]
    assert sidecar["source_id"] == "town"
    assert sidecar["status"] == 200
    assert sidecar["list_url"] == site.url("/index.html")
    assert "page_url" not in sidecar
    assert sidecar["link_text"].endswith("2022年政府信息公开工作年度报告")
    (file,) = [one for one in sidecars if one["url"].endswith(".doc")]
    assert file["page_url"] == site.url("/nb/mz.html")
