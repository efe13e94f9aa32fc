"""Each trouble is told once, by each way, in the end; and so is that it is over."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import alerts
from pipeline.alerts import Alert, Undelivered, make_alert
from pipeline.workspace import Workspace

NOW = datetime(2026, 1, 31, 2, 0, tzinfo=UTC)


class Way:
    """A way that fails for as long as it is told to."""

    def __init__(self, fails: bool = False) -> None:
        self.fails, self.tries, self.told = fails, 0, list[Alert]()

    def __call__(self, alert: Alert) -> None:
        self.tries += 1
        if self.fails:
            raise Undelivered("The server is down.")
        self.told.append(alert)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def trouble(workspace: Workspace, key: str = "freshness", run_id: str | None = None, at: datetime = NOW) -> Alert:
    return make_alert(workspace, "stale", key, at=at, run_id=run_id, hours=36, last="never")


def test_each_way_tells_it_once(workspace: Workspace) -> None:
    good, bad = Way(), Way(fails=True)
    ways = {"bad": bad, "good": good}
    assert alerts.is_empty(workspace)
    alerts.post(workspace, trouble(workspace), ways)
    first = alerts.deliver(workspace, ways, NOW)
    assert [(one.way, one.error) for one in first] == [("bad", "The server is down."), ("good", None)]
    assert [alert.key for alert in alerts.waiting(workspace)] == ["freshness"]
    assert alerts.deliver(workspace, ways, NOW + timedelta(seconds=59)) == []
    alerts.deliver(workspace, ways, NOW + timedelta(seconds=61))
    assert (bad.tries, len(good.told)) == (2, 1)
    assert alerts.deliver(workspace, ways, NOW + timedelta(seconds=121)) == [], "two minutes after the second try"
    bad.fails = False
    alerts.deliver(workspace, ways, NOW + timedelta(seconds=182))
    assert (len(bad.told), len(good.told)) == (1, 1)
    assert bad.told == good.told
    assert alerts.is_empty(workspace)
    assert alerts.deliver(workspace, ways, NOW + timedelta(days=1)) == []


def test_a_dead_server_costs_one_try_at_a_time(workspace: Workspace) -> None:
    bad, good = Way(fails=True), Way()
    ways = {"bad": bad, "good": good}
    for number in range(5):
        alerts.post(workspace, trouble(workspace, f"source:{number}", at=NOW + timedelta(seconds=number)), ways)
    alerts.deliver(workspace, ways, NOW + timedelta(minutes=1))
    assert bad.tries == 1
    assert [alert.key for alert in good.told] == [f"source:{number}" for number in range(5)], "in their order"
    bad.fails = False
    alerts.deliver(workspace, ways, NOW + timedelta(minutes=3))
    assert len(bad.told) == 5


def test_tries_get_rarer_and_end(workspace: Workspace) -> None:
    bad = Way(fails=True)
    alerts.post(workspace, trouble(workspace), {"bad": bad})
    now, last = NOW, []
    while not alerts.is_empty(workspace):
        last = alerts.deliver(workspace, {"bad": bad}, now) or last
        now += timedelta(minutes=10)
    assert last[0].given_up
    assert timedelta(days=7) < now - NOW < timedelta(days=7, hours=2)
    assert 24 * 7 <= bad.tries <= 24 * 7 + 10, "a minute, two, four ... then each hour"


def test_a_way_that_breaks_keeps_no_other_from_telling(workspace: Workspace) -> None:
    def broken(alert: Alert) -> None:
        raise RuntimeError("a defect")

    good = Way()
    ways = {"broken": broken, "good": good}
    alerts.post(workspace, trouble(workspace), ways)
    assert [one.error for one in alerts.deliver(workspace, ways, NOW)] == ["RuntimeError: a defect", None]
    assert len(good.told) == 1


def test_what_is_left_for_a_way_that_is_configured_no_more_is_dropped(workspace: Workspace) -> None:
    alerts.post(workspace, trouble(workspace), {"mail": Way()})
    assert alerts.deliver(workspace, {}, NOW) == []
    assert alerts.is_empty(workspace)


def test_a_spoiled_file_of_the_outbox_keeps_no_other_from_being_told(workspace: Workspace) -> None:
    good = Way()
    alerts.post(workspace, trouble(workspace), {"good": good})
    (workspace.alerts / "outbox" / "0.json").write_text('{"alert": {"id"')
    alerts.deliver(workspace, {"good": good}, NOW)
    assert len(good.told) == 1


def test_a_killed_delivery_tells_what_was_told_no_second_time(workspace: Workspace) -> None:
    """The first way tells, the process is killed within the second: another process goes on with that one."""
    alerts.post(workspace, trouble(workspace), {"good": 1, "deadly": 1})
    program = (
        "import os, signal, sys; from pathlib import Path; from pipeline import alerts; "
        "from pipeline.workspace import Workspace; "
        "ways = {'good': print, 'deadly': lambda alert: os.kill(os.getpid(), signal.SIGKILL)}; "
        "alerts.deliver(Workspace(Path(sys.argv[1])), ways)"
    )
    run = subprocess.run([sys.executable, "-c", program, workspace.root], check=False, capture_output=True)
    assert run.returncode == -9
    good, deadly = Way(), Way()
    alerts.deliver(workspace, {"good": good, "deadly": deadly}, NOW)
    assert (good.tries, deadly.tries) == (0, 1)


def test_a_trouble_is_told_once_and_so_is_its_end(workspace: Workspace) -> None:
    way = Way()
    ways = {"way": way}
    assert not alerts.recover(workspace, "freshness", ways), "nobody knows of it"
    assert alerts.report(workspace, trouble(workspace), ways)
    assert not alerts.report(workspace, trouble(workspace, at=NOW + timedelta(hours=1)), ways)
    assert alerts.report(workspace, trouble(workspace, "source:甲县"), ways), "another one"
    assert set(alerts.open_troubles(workspace)) == {"freshness", "source:甲县"}
    assert alerts.recover(workspace, "freshness", ways)
    assert not alerts.recover(workspace, "freshness", ways)
    assert set(alerts.open_troubles(workspace)) == {"source:甲县"}
    alerts.deliver(workspace, ways, NOW)
    assert sorted((alert.kind, alert.key) for alert in way.told) == [
        ("recovered", "freshness"),
        ("stale", "freshness"),
        ("stale", "source:甲县"),
    ]
    (end,) = (alert for alert in way.told if alert.kind == "recovered")
    assert "Nothing published for more than 36 hours" in end.subject
    assert NOW.isoformat() in end.text
    assert alerts.report(workspace, trouble(workspace, at=NOW + timedelta(days=1)), ways), "a new one"


def test_each_run_that_fails_is_told(workspace: Workspace) -> None:
    way = Way()
    for run_id in ("one", "two", "two"):
        alerts.report(workspace, trouble(workspace, "run", run_id), {"way": way}, again=True)
    alerts.deliver(workspace, {"way": way}, NOW)
    assert sorted(alert.run_id or "" for alert in way.told) == ["one", "two"]
    assert list(alerts.open_troubles(workspace)) == ["run"]


def test_what_is_long_is_cut(workspace: Workspace) -> None:
    alert = make_alert(workspace, "run_failed", "run", attempts="once", error="错" * 10_000)
    assert len(json.dumps(alert.to_json(), ensure_ascii=False)) < 5_000
    assert "\n" not in alert.subject
