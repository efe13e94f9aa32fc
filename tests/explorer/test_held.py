"""Compare, rankings, places and findings on a small warehouse that was counted by hand, through a real server."""

from __future__ import annotations

import csv
import io
import os
import pickle
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from filelock import FileLock

from pipeline.explorer.filters import number
from pipeline.explorer.metrics import metrics
from pipeline.explorer.statement import Query
from pipeline.warehouse.reviewing import Review, all_reviews, save_review
from pipeline.workspace import Workspace
from tests.explorer import small
from tests.explorer.site import Answer, Site, running
from tests.explorer.small import DISTRICT, Documents

REFUSALS = "/rankings?metric=refusal_rate&year=2024"


class Held(NamedTuple):
    """Two servers on the same folder, one of them for judging, and what is in it."""

    site: Site
    judging: Site
    workspace: Workspace
    documents: Documents


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    workspace, known = Workspace(shared / "held"), shared / "held.pickle"
    with FileLock(shared / "held.lock"):
        if not known.exists():
            workspace.raw.mkdir(parents=True)
            known.write_bytes(pickle.dumps(tuple(small.make(workspace))))
    documents = Documents(*pickle.loads(known.read_bytes()))
    with running(workspace) as site, running(workspace, review=True) as judging:
        yield Held(site, judging, workspace, documents)


def rows(answer: Answer) -> list[dict[str, str]]:
    assert answer.status == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def table(held: Held, path: str, name: str) -> list[dict[str, str]]:
    """A table of a page as its CSV."""
    return rows(held.site.get(f"{path}{'&' if '?' in path else '?'}format=csv&table={name}"))


@pytest.fixture
def changed(held: Held, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the published file that a test may write to."""
    shutil.copyfile(held.workspace.published, tmp_path / "changed.duckdb")
    with duckdb.connect(tmp_path / "changed.duckdb") as connection:
        yield connection


def answered(connection: duckdb.DuckDBPyConnection, query: Query) -> list[dict[str, object]]:
    asked = connection.execute(query.text(), dict(query.parameters))
    names = [column[0] for column in asked.description]
    return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


def pairs(held: Held, left: str, right: str) -> dict[tuple[str, str, str], dict[str, str]]:
    found = table(held, f"/compare?left={left}&right={right}", "figures")
    return {(row["table_code"], row["row_code"], row["column_code"]): row for row in found}


class TestCompare:
    def test_years_of_one_agency(self, held: Held) -> None:
        figures = pairs(held, held.documents.education_before, held.documents.education)
        concluded = figures["requests", "outcomes_total", "natural_person"]
        assert (concluded["left_text"], concluded["right_text"], concluded["difference"]) == ("80", "100", "20")
        # a blank is not zero, and what cannot be read is no number
        blank = figures["requests", "refused_internal_affairs", "natural_person"]
        assert (blank["left_status"], blank["right_status"], blank["difference"]) == ("blank", "number", "")
        unread = figures["disclosure", "licensing", "decisions"]
        assert (unread["left_text"], unread["left_status"], unread["difference"]) == ("多件", "unreadable", "")
        # since 2024 a law sends disputes to reconsideration first
        moved = figures["litigation", "reconsideration", "total"]
        assert (moved["comparability"], moved["difference"]) == ("law", "-2")
        assert "复议" in moved["reason_zh"]
        assert concluded["left_cell"] == "requests-1-outcomes_total-natural_person"

    def test_across_forms_by_the_crosswalk(self, held: Held) -> None:
        figures = pairs(held, held.documents.education_2019, held.documents.education)
        other = figures["requests", "other", "natural_person"]
        assert (other["left_text"], other["right_text"], other["difference"]) == ("5", "0 + 1 + 2", "-2")
        assert not {key for key in figures if key[1].startswith("other_") and key[0] == "requests"}
        issued = figures["disclosure", "regulation", "issued"]
        assert (issued["left_text"], issued["right_text"]) == ("3", "4")
        assert (issued["comparability"], issued["difference"]) == ("broken", "")
        assert "新制作" in issued["reason_zh"]
        decided = figures["disclosure", "licensing", "decisions"]
        assert (decided["comparability"], decided["difference"]) == ("same", "2")
        assert figures["disclosure", "procurement", "projects"]["comparability"] == "one_side"

    def test_a_part_that_is_not_printed_leaves_no_sum(self, held: Held, changed: duckdb.DuckDBPyConnection) -> None:
        both = {"left": held.documents.education_2019, "right": held.documents.education}
        changed.execute(
            "DELETE FROM landing.cells WHERE document_id = ? AND row_code = 'other_fee_unpaid'", [both["right"]]
        )
        (other,) = (
            row
            for row in answered(changed, Query("compare_figures", {**both, "parts": list(both.values())}))
            if (row["row_code"], row["column_code"]) == ("other", "natural_person")
        )
        assert (other["right_text"], other["right_status"]) == ("0 + 2", "blank")
        assert (other["right_value"], other["difference"]) == (None, None)

    def test_with_the_annex_of_2014_by_series(self, held: Held) -> None:
        path = f"/compare?left={held.documents.education_2014}&right={held.documents.education}"
        series = {row["series"]: row for row in table(held, path, "series")}
        assert series["received_new"]["comparability"] == "close"
        assert series["received_new"]["difference"] == "91"
        assert series["disclosed_items"]["comparability"] == "one_side"
        assert "跨表式对照" in held.site.get(path).shown

    def test_text_and_copies(self, held: Held) -> None:
        answer = held.site.get(f"/compare?left={held.documents.education_before}&right={held.documents.education}")
        (words,) = answer.tree.xpath("//section[.//h3[starts-with(@id, 'section-1')]]//div[@class='words']")
        for unseen in words.xpath(".//span[@class='unseen']"):
            unseen.drop_tree()
        assert [one.text_content() for one in words.xpath("./del")][:2] == ["2023", "80"]
        assert [one.text_content() for one in words.xpath("./ins")][:2] == ["2024", "100"]
        gone = "".join(one.text_content() for one in words.xpath("./del"))
        assert small.OWN.split("，并")[0] in gone
        assert small.FIRST in words.text_content()
        assert small.FIRST[:8] not in gone
        answer = held.site.get(f"/compare?left={held.documents.education}&right={held.documents.justice}&lang=en")
        assert [one.text_content() for one in answer.tree.xpath("(//ol[@class='passages'])[1]/li[1]//blockquote")] == [
            (small.FIRST + small.SECOND)[:-1]
        ] * 2
        assert "2 sentences" in answer.shown
        assert "these two" in answer.shown

    def test_what_documents_say_is_text(self, held: Held) -> None:
        answer = held.site.get(f"/compare?left={held.documents.hostile}&right={held.documents.education}")
        assert answer.status == 200
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "<script>alert(1)</script>“<b>粗</b>”" in answer.shown
        assert not answer.tree.xpath("//main//*[@style or starts-with(name(@*), 'on')]")

    def test_choosing(self, held: Held) -> None:
        answer = held.site.get(f"/compare?left={held.documents.education}")
        offered = {link.get("href") for link in answer.tree.xpath("//main//li/a")}
        for other in (held.documents.education_before, held.documents.education_2014, held.documents.justice):
            assert f"/compare?left={held.documents.education}&right={other}" in offered
        found = held.site.get("/compare?q=金水区 教育局 2024").tree.xpath("//main//li/a")
        assert [link.get("href") for link in found] == [f"/compare?left={held.documents.education}"]
        assert held.site.get("/compare?q=没有的局").status == 200
        assert held.site.get("/compare").status == 200

    @pytest.mark.parametrize("query", ["left=none", "left=none&right=none2", "left=%27&right=%22"])
    def test_what_is_not_there(self, held: Held, query: str) -> None:
        assert held.site.get(f"/compare?{query}").status == 404


class TestSearch:
    def test_a_report_that_holds_a_word_in_other_letters_is_listed(
        self, held: Held, changed: duckdb.DuckDBPyConnection
    ) -> None:
        for section, body in ((7, "公 開 目 录"), (8, "其他")):
            changed.execute(
                "INSERT INTO landing.sections BY NAME "
                "SELECT $document AS document_id, $section AS section, $body AS body",
                {"document": held.documents.justice, "section": section, "body": body},
            )

        def found(word: str) -> list[object]:
            asked = Query("search_sections", {"documents": [held.documents.justice], "words": [word]})
            return [row["section"] for row in answered(changed, asked)]

        assert found("其他") == [8]
        assert len(found("公开目录")) == 1


class TestRankings:
    def names(self, held: Held, path: str) -> list[tuple[str, str, str]]:
        ranking = table(held, path, "ranking")
        return [(row["rank"], row["agency_full_name"].removeprefix(DISTRICT), row["value"]) for row in ranking]

    def test_equals_share_a_rank_and_small_numbers_stand_apart(self, held: Held) -> None:
        assert self.names(held, f"{REFUSALS}&province=河南省") == [
            ("1", "教育局", "0.5"),
            ("1", "水利局", "0.5"),
            ("3", "司法局", "0.2"),
        ]
        assert self.names(held, f"{REFUSALS}&province=河南省&show=with_small")[0] == ("1", "财政局", "0.9")
        assert self.names(held, f"{REFUSALS}&province=河南省&show=small") == [("", "财政局", "0.9")]
        assert self.names(held, f"{REFUSALS}&show=unknown") == [("", "统计局", "")]
        assert self.names(held, f"{REFUSALS}&show=misprint") == [("", "审计局", "1.5")]
        assert [value for *_, value in self.names(held, f"{REFUSALS}&order=asc")] == ["0.1", "0.2", "0.5", "0.5"]

    def test_who_is_missing_is_said(self, held: Held) -> None:
        shown = held.site.get(f"{REFUSALS}&show=missing").shown
        assert "江苏省南京市玄武区民政局" in shown
        assert "缺报告" in shown
        listed = {
            state.xpath("string(./a)").strip()
            for state in held.site.get(REFUSALS).tree.xpath("//ul[@class='states']/li")
        }
        assert listed >= {"4 列入排行", "2 基数小", "1 数值未知", "1 只可能是印错", "1 没有报告"}

    def test_filters_and_other_marts(self, held: Held) -> None:
        assert [name for _, name, _ in self.names(held, f"{REFUSALS}&province=江苏省")] == ["江苏省南京市玄武区教育局"]
        assert self.names(held, "/rankings?metric=received_new&year=2023") == [("1", "教育局", "80")]
        found = {
            row["agency_full_name"]: row["value"] for row in table(held, "/rankings?metric=open_errors", "ranking")
        }
        assert (found[f"{DISTRICT}教育局"], found[f"{DISTRICT}审计局"]) == ("2", "0")
        copied = table(held, "/rankings?metric=copied_from_others&show=small", "ranking")
        assert {row["agency_full_name"]: row["value"] for row in copied}[f"{DISTRICT}司法局"] == "1.0"

    def test_the_distribution_counts_each_once(self, held: Held) -> None:
        spread = {row["low"]: (row["ranked"], row["small"]) for row in table(held, REFUSALS, "distribution")}
        assert {round(float(low), 2): counts for low, counts in spread.items()} == {
            0.05: ("0", "1"),
            0.1: ("1", "0"),
            0.2: ("1", "0"),
            0.5: ("2", "0"),
            0.9: ("0", "1"),
        }
        counts = {
            row["low"]: row["ranked"] for row in table(held, "/rankings?metric=concluded&year=2024", "distribution")
        }
        assert counts == {"0.0": "1", "8.0": "1", "16.0": "2", "32.0": "2", "64.0": "2"}

    def test_what_is_between_zero_and_one_is_not_called_zero(self, changed: duckdb.DuckDBPyConnection) -> None:
        changed.execute("UPDATE marts.agency_year SET fees = 0.5 WHERE report_year = 2024")
        metric = metrics()["fees"]
        parameters = {
            **metric.bounds, **metric.bars,
            "year": 2024, "level": None, "function": None, "scope": None, "province": None,
        }  # fmt: skip
        (bar,) = answered(changed, Query("rankings_distribution", parameters, metric.choices))
        assert (bar["low"], bar["high"]) == (0, 1)
        assert (metric.show(0.5), number(Decimal("0.000100")), number(Decimal("12.000000"))) == ("0.5", "0.0001", "12")

    def test_a_page_for_each_metric(self, held: Held) -> None:
        first = held.site.get("/rankings?year=2024")
        codes = first.tree.xpath("//select[@name='metric']//option/@value")
        assert len(codes) > 40
        for code in codes:
            assert held.site.get(f"/rankings?metric={code}&year=2024&order=asc").status == 200, code
            assert held.site.get(f"/places?metric={code}&year=2024&lang=en").status == 200, code
        assert held.site.get("/rankings?metric=nothing").status == 404
        assert held.site.get("/rankings?metric=agency_id").status == 404
        assert "2024" in held.site.get("/rankings?year=1066").tree.xpath("string(//h1)")


class TestPlaces:
    def test_a_province_has_the_rate_of_its_sums(self, held: Held) -> None:
        found = {row["province"]: row for row in table(held, "/places?metric=refusal_rate&year=2024", "places")}
        henan, jiangsu = found["河南省"], found["江苏省"]
        # 50 + 20 + 20 + 9 of 100 + 100 + 40 + 10: the misprint is left out, as is what is not known
        assert float(henan["value"]) == pytest.approx(99 / 250)
        assert (henan["denominator"], henan["agencies"], henan["reports"], henan["absent"]) == ("250", "4", "5", "0")
        assert float(jiangsu["value"]) == pytest.approx(6 / 70)
        assert jiangsu["absent"] == "1"

    def test_what_another_report_holds_counts_once(self, changed: duckdb.DuckDBPyConnection) -> None:
        def received(function: str | None = None) -> float:
            metric = metrics()["received_new"]
            parameters = {
                **metric.bounds, "year": 2024, "level": None, "function": function, "scope": None, "province": None,
                "together": "sum", "factor": 1, "small_denominator": 30, "smallest_group": 5,
            }  # fmt: skip
            found = answered(changed, Query("places", parameters, metric.choices))
            (value,) = (row["value"] for row in found if row["province"] == "河南省")
            assert isinstance(value, float)
            return value

        everything = received()
        assert everything == 100 + 100 + 40 + 10 + 30
        changed.execute(
            "UPDATE marts.report SET covered_by = (FROM (SELECT agency_id FROM marts.dim_agency "
            "WHERE agency_full_name = $holding)) FROM marts.dim_agency "
            "WHERE report.agency_id = dim_agency.agency_id AND agency_full_name = $covered",
            {"holding": f"{DISTRICT}教育局", "covered": f"{DISTRICT}水利局"},
        )
        assert received() == everything - 40
        # Where the report that holds it is not among those chosen, it is counted itself.
        assert received("水利") == 40

    def test_the_map_tells_small_unknown_and_outside_apart(self, held: Held) -> None:
        def states(path: str) -> dict[str, str]:
            tiles = held.site.get(path).tree.xpath("//figure[@class='map']/svg/*")
            return {tile.get("aria-label").split()[0]: tile.xpath("string(./rect/@class)") for tile in tiles}

        of_rates = states("/places?metric=refusal_rate&year=2024")
        assert len(of_rates) == 34
        assert of_rates["江苏省"].startswith("tile known shade-0")
        assert of_rates["河南省"].startswith("tile known shade-1")
        assert (of_rates["北京市"], of_rates["台湾省"]) == ("tile unknown", "tile outside")
        # fewer than five agencies have no median that compares, a rate over fewer than 30 cases is small
        assert states("/places?metric=days_to_publication&year=2024")["江苏省"] == "tile small"
        assert states("/places?metric=suit_corrected_rate&year=2024")["河南省"] == "tile unknown"
        link = held.site.get("/places?metric=refusal_rate&year=2024").tree.xpath("//figure//a/@href")[0]
        assert held.site.get(link).status == 200


class TestFindings:
    def test_filter_and_sort(self, held: Held) -> None:
        every = table(held, "/findings?state=all", "findings")
        with duckdb.connect(held.workspace.published, read_only=True) as connection:
            (known,) = connection.execute("SELECT count(*) FROM marts.finding").fetchall()
        assert len(every) == known[0] > 5
        order = [("error", "warning", "note").index(row["severity"]) for row in every]
        assert order == sorted(order)
        errors = table(held, "/findings?state=all&severity=error&sort=difference", "findings")
        assert {row["severity"] for row in errors} == {"error"}
        sizes = [abs(float(row["difference"])) for row in errors if row["difference"]]
        assert sizes == sorted(sizes, reverse=True)
        audit = table(held, "/findings?agency=审计局&year=2024", "findings")
        assert {row["agency_full_name"] for row in audit} == {f"{DISTRICT}审计局"}
        rule = audit[0]["rule_code"]
        assert {row["rule_code"] for row in table(held, f"/findings?rule={rule}", "findings")} == {rule}
        own = table(held, f"/findings?document={held.documents.education_before}", "findings")
        assert {row["document_id"] for row in own} == {held.documents.education_before}
        assert held.site.get("/findings?rule=nothing&page=77").status == 200

    def test_one_with_its_cells(self, held: Held) -> None:
        (one,) = table(held, f"/findings?rule=unreadable_figure&document={held.documents.education_before}", "findings")
        answer = held.site.get(f"/finding/{one['finding_id']}")
        assert one["message_zh"] in answer.shown
        assert "多件" in answer.shown
        cell = "disclosure-1-licensing-decisions"
        assert f"/report/{held.documents.education_before}?cell={cell}" in answer.tree.xpath("//td/a/@href")
        assert not answer.tree.xpath("//form[@method='post']")
        assert "gongkai serve --review" in answer.shown
        assert held.site.get("/finding/" + "0" * 32).status == 404

    def test_each_table_is_its_sql(self, held: Held) -> None:
        (finding, *_) = table(held, "/findings", "findings")
        paths = [
            f"/compare?left={held.documents.education_2014}&right={held.documents.education}",
            f"/compare?left={held.documents.education}&q=司法局",
            f"{REFUSALS}&show=with_small",
            f"{REFUSALS}&show=missing",
            "/places?metric=refusal_rate",
            "/findings?agency=金水区",
            f"/finding/{finding['finding_id']}",
        ]
        with duckdb.connect(held.workspace.published, read_only=True) as connection:
            for path in paths:
                sources = held.site.get(path).tree.xpath("//details[@class='source']")
                assert sources, path
                for one in sources:
                    statement, link = one.xpath("string(./pre)"), one.xpath("string(.//a[@download]/@href)")
                    assert "$" not in re.sub(r"'[^']*'", "", statement)
                    assert len(connection.execute(statement).fetchall()) == len(rows(held.site.get(link))), link


class TestReview:
    @pytest.fixture
    def finding_id(self, held: Held) -> Iterator[str]:
        held.workspace.reviews.unlink(missing_ok=True)
        yield table(held, "/findings", "findings")[0]["finding_id"]
        held.workspace.reviews.unlink(missing_ok=True)

    def send(self, held: Held, finding_id: str, **said: str) -> Answer:
        """Fill in the form of the page as a person does."""
        (form,) = held.judging.get(f"/finding/{finding_id}").tree.xpath("//form[@method='post']")
        return held.judging.post(f"/finding/{finding_id}", {**dict(form.form_values()), **said})

    def test_what_a_person_says_is_in_the_file_and_on_the_pages(self, held: Held, finding_id: str) -> None:
        theirs = Review("f" * 32, "confirmed", "别人的", "李四")
        save_review(held.workspace, theirs, None)
        sent = self.send(held, finding_id, verdict="explained", reason="见 <附注>，\n已说明", reviewer="张三")
        assert (sent.status, sent.headers["location"]) == (303, f"/finding/{finding_id}#review")
        written = all_reviews(held.workspace.reviews)
        assert written["f" * 32] == theirs
        assert written[finding_id][:4] == (finding_id, "explained", "见 <附注>， 已说明", "张三")
        assert written[finding_id].reviewed_on is not None
        shown = held.judging.get(f"/finding/{finding_id}")
        assert "见 <附注>， 已说明 — 张三" in shown.shown
        assert "下次构建起计入" in shown.shown
        assert "下次构建起计入" in held.judging.get("/findings").shown
        again = self.send(held, finding_id, verdict="dismissed", reason="误报")
        assert again.status == 303
        assert all_reviews(held.workspace.reviews)[finding_id].verdict == "dismissed"

    def test_what_another_wrote_meanwhile_is_not_written_over(self, held: Held, finding_id: str) -> None:
        (form,) = held.judging.get(f"/finding/{finding_id}").tree.xpath("//form[@method='post']")
        fields = dict(form.form_values())
        theirs = Review(finding_id, "confirmed", "确有错误", "李四")
        save_review(held.workspace, theirs, None)
        late = held.judging.post(f"/finding/{finding_id}", {**fields, "verdict": "dismissed", "reason": "我的理由"})
        assert late.status == 409
        assert "确有错误" in late.shown
        assert late.tree.xpath("string(//textarea)") == "我的理由"
        assert all_reviews(held.workspace.reviews) == {finding_id: theirs}

    @pytest.mark.parametrize("said", [{"verdict": "maybe", "reason": "理由"}, {"verdict": "explained", "reason": " "}])
    def test_what_a_run_would_refuse_is_refused(self, held: Held, finding_id: str, said: dict[str, str]) -> None:
        sent = self.send(held, finding_id, **said)
        assert sent.status == 422
        assert "没有保存" in sent.shown
        assert not held.workspace.reviews.exists()

    def test_only_from_here_only_if_meant_and_only_what_there_is(self, held: Held, finding_id: str) -> None:
        said = {"verdict": "explained", "reason": "理由", "seen": ""}
        assert held.site.post(f"/finding/{finding_id}", said).status == 403
        evil = {"Origin": "http://evil.example"}
        assert held.judging.post(f"/finding/{finding_id}", said, evil).status == 403
        assert held.judging.post(f"/finding/{finding_id}", said, {}).status == 403
        assert held.judging.post("/finding/" + "0" * 32, said).status == 404
        assert held.judging.post(f"/finding/{finding_id}", {**said, "reason": "长" * 30_000}).status == 413
        assert not held.workspace.reviews.exists()

    def test_a_faulty_file_is_said_and_left_alone(self, held: Held, finding_id: str) -> None:
        held.workspace.reviews.write_text("finding_id,verdict\n", encoding="utf-8")
        assert "there is no reason" in held.judging.get("/findings").shown
        assert self.send(held, finding_id, verdict="explained", reason="理由").status == 422
        assert held.workspace.reviews.read_text(encoding="utf-8") == "finding_id,verdict\n"
