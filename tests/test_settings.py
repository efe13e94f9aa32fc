"""Settings: what a data folder says, over the defaults; what cannot be meant is told, all at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.settings import Mail, open_workspace, read_settings
from pipeline.workspace import JobError, Workspace


def settings(root: Path, text: str) -> Workspace:
    (root / "settings.yml").write_text(text, encoding="utf-8")
    return Workspace(root)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    found = read_settings(Workspace(tmp_path))
    assert (found.nightly.cron, found.nightly.timezone) == ("0 2 * * *", "Asia/Shanghai")
    assert found.builds.keep >= 1
    assert (found.alerts.stale_hours, found.alerts.webhook, found.alerts.mail) == (36, None, None)


def test_a_file_says_only_what_differs(tmp_path: Path) -> None:
    found = read_settings(
        settings(
            tmp_path,
            "builds: {keep: 2}\n"
            "alerts:\n  webhook: {url: 'https://hooks.example.org/a'}\n"
            "  mail: {host: mail.example.org, sender: a@example.org, recipients: [b@example.org]}\n",
        )
    )
    defaults = read_settings(Workspace(tmp_path / "none"))
    assert found.builds.keep == 2
    assert found.builds.keep_monthly == defaults.builds.keep_monthly
    assert found.gate == defaults.gate
    assert found.alerts.webhook == "https://hooks.example.org/a"
    assert found.alerts.mail == Mail("mail.example.org", "a@example.org", ("b@example.org",))


def test_the_environment_names_an_engine_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings(Workspace(tmp_path)).engine == "processes"
    workspace = settings(tmp_path, "engine: dask://10.0.0.1:8786")
    assert read_settings(workspace).engine == "dask://10.0.0.1:8786"
    monkeypatch.setenv("GONGKAI_ENGINE", "dask")
    assert read_settings(workspace).engine == "dask"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("builds: {keep: 0}\nnightly: {hours: soon}", ["builds.keep: 0", "nightly.hours: 'soon'"]),
        ("engine: dask://somewhere", ["engine: 'dask://somewhere'"]),
        ("storage: /mnt/reports", ["storage: '/mnt/reports'"]),
        ("build: {keep: 3}", ["'build' was unexpected"]),
        ("builds: [", ["cannot be read"]),
        ("- builds", ["is not of type 'object'"]),
        ("alerts: {mail: {host: a.example.org}}", ["'sender' is a dependency of 'host'"]),
        ("alerts: {mail: {host: a, sender: a@b, recipients: [a@b], user: u}}", ["'password_variable' is a dependency"]),
        ("alerts: {webhook: {url: hooks.example.org}}", ["alerts.webhook.url"]),
        (
            "nightly: {cron: 61 2 * * *, timezone: Mars/Base}",
            ["nightly.cron: '61 2 * * *' is not a 'cron schedule'", "nightly.timezone: 'Mars/Base'"],
        ),
        ("nightly: {cron: 0 0 30 2 *, timezone: Asia}", ["nightly.cron: '0 0 30 2 *'", "nightly.timezone: 'Asia'"]),
        ("builds: {keep: 2}\ngate: {}\nbuilds: {keep: 3}", ["line 3, builds stands in line 1 already"]),
    ],
)
def test_what_cannot_be_meant_is_told(tmp_path: Path, text: str, told: list[str]) -> None:
    with pytest.raises(JobError, match=r"settings\.yml") as error:
        read_settings(settings(tmp_path, text))
    for words in told:
        assert re.search(re.escape(words), str(error.value))


def test_a_file_in_another_encoding_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "settings.yml").write_bytes("# 保留\nbuilds: {keep: 2}".encode("gbk"))
    with pytest.raises(JobError, match=r"settings\.yml cannot be read: it is not UTF-8. Save it as UTF-8."):
        read_settings(Workspace(tmp_path))
    (tmp_path / "settings.yml").write_bytes("# 保留\nbuilds: {keep: 2}".encode("utf-8-sig"))
    assert read_settings(Workspace(tmp_path)).builds.keep == 2


def test_all_that_is_wrong_is_told_beside_a_wrong_storage(tmp_path: Path) -> None:
    settings(tmp_path, "storage: /mnt/reports\nbuilds: {keep: 0}")
    with pytest.raises(JobError, match=r"(?s)builds\.keep.*storage: '/mnt/reports'"):
        open_workspace(tmp_path)


def test_a_storage_that_cannot_be_read_is_no_folder_instead(tmp_path: Path) -> None:
    settings(tmp_path, "storage: s3://reports\nstorage: s3://others")
    with pytest.raises(JobError, match="line 2, storage stands in line 1 already"):
        open_workspace(tmp_path)
