"""Alerts arrive at real servers, by each way, and what keeps them from it is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.alerts import Alert, Undelivered, make_alert
from pipeline.alerts.mail import send_mail
from pipeline.alerts.webhook import post_webhook
from pipeline.settings import Mail
from pipeline.workspace import Workspace
from tests.alerts.servers import Hook, Post, hook, make_certificate, post_office
from tests.conftest import gongkai

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@pytest.fixture
def alert(tmp_path: Path) -> Alert:
    return make_alert(
        Workspace(tmp_path),
        "source_failing",
        "source:甲县",
        source="甲县",
        nights=3,
        since="2026-11-18",
        error="412 禁止",
    )


@pytest.fixture
def web() -> Iterator[Hook]:
    with hook() as running:
        yield running


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def mail(post: Post, **traits: object) -> Mail:
    known = Mail("localhost", "Gongkai <gongkai@example.org>", ("zhang@example.org", "li@example.org"))
    return replace(known, port=post.port, security=post.security, **traits)


def test_the_webhook_gets_each_field(web: Hook, alert: Alert, tmp_path: Path) -> None:
    post_webhook(web.url, "json", alert)
    ((media_type, body),) = web.posted
    said = json.loads(body)
    assert media_type == "application/json; charset=utf-8"
    assert Alert.from_json(said) == alert
    assert set(said) == {
        *("id", "kind", "key", "subject", "text", "build_id", "run_id", "data", "host", "at"),
    }
    assert (said["kind"], said["data"]) == ("source_failing", str(tmp_path.resolve()))
    assert "甲县" in said["subject"]
    assert "412 禁止" in said["text"]


@pytest.mark.parametrize(
    ("form", "path"),
    [
        ("slack", ["text"]),
        ("feishu", ["content", "text"]),
        ("dingtalk", ["text", "content"]),
        ("wecom", ["text", "content"]),
    ],
)
def test_bots_get_their_text(web: Hook, alert: Alert, form: str, path: list[str]) -> None:
    web.answer = b'{"errcode": 0, "code": 0, "StatusCode": 0}'
    post_webhook(web.url, form, alert)
    said = json.loads(web.posted[0][1])
    for name in path:
        said = said[name]
    assert said == f"{alert.subject}\n{alert.text}"


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ("dingtalk", b'{"errcode": 310000, "errmsg": "keywords not in content"}'),
        ("wecom", b'{"errcode": 93000, "errmsg": "invalid webhook url"}'),
        ("feishu", b'{"code": 19024, "msg": "Key Words Not Found"}'),
    ],
)
def test_a_bot_that_refuses_with_status_200_has_refused(web: Hook, alert: Alert, form: str, answer: bytes) -> None:
    web.answer = answer
    with pytest.raises(Undelivered, match="refuses the message"):
        post_webhook(web.url, form, alert)
    post_webhook(web.url, "json", alert)  # whose answer is nobody's to judge


@pytest.mark.parametrize(("status", "headers"), [(500, {}), (404, {}), (302, {"Location": "/elsewhere"})])
def test_a_webhook_that_does_not_take_it(web: Hook, alert: Alert, status: int, headers: dict[str, str]) -> None:
    web.status, web.headers = status, headers
    with pytest.raises(Undelivered, match=f"answers {status}") as error:
        post_webhook(web.url, "json", alert)
    assert "secret" not in str(error.value)


def test_a_webhook_that_is_not_there(alert: Alert) -> None:
    with hook() as gone:
        pass
    with pytest.raises(Undelivered, match=r"127\.0\.0\.1 cannot be reached: .*refused") as error:
        post_webhook(gone.url, "json", alert)
    assert "secret" not in str(error.value)


def test_mail_arrives_in_chinese(alert: Alert) -> None:
    with post_office() as post:
        send_mail(mail(post), alert)
        (taken,) = post.mails
    assert taken["Subject"] == alert.subject
    assert "甲县" in taken["Subject"]
    assert taken["From"].addresses[0].addr_spec == "gongkai@example.org"
    assert [address.addr_spec for address in taken["To"].addresses] == ["zhang@example.org", "li@example.org"]
    assert taken["Date"].datetime.isoformat() == alert.at
    assert taken["Auto-Submitted"] == "auto-generated"
    assert taken.get_content().replace("\r\n", "\n").strip() == alert.text
    assert post.recipients == [["zhang@example.org", "li@example.org"]]
    assert post.encrypted == [False]


@needs_openssl
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_with_a_login_goes_encrypted(
    alert: Alert, certificate: tuple[Path, Path], security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    monkeypatch.setenv("GONGKAI_MAIL", "a secret")
    with post_office(certificate, security=security, login=("gongkai", "a secret")) as post:
        send_mail(mail(post, user="gongkai", password_variable="GONGKAI_MAIL"), alert)
    assert post.encrypted == [True]


@needs_openssl
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_gets_no_mail(
    alert: Alert, certificate: tuple[Path, Path], security: str
) -> None:
    with post_office(certificate, security=security) as post, pytest.raises(Undelivered, match=r"(?i)certificate"):
        send_mail(mail(post), alert)
    assert post.mails == []


def test_mail_that_ought_to_be_encrypted_never_goes_plain(alert: Alert) -> None:
    with post_office() as post, pytest.raises(Undelivered, match="STARTTLS"):
        send_mail(replace(mail(post), security="starttls"), alert)
    assert post.mails == []


def test_a_wrong_password_is_told_and_not_the_password(alert: Alert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_MAIL", "wrong-secret")
    with post_office(login=("gongkai", "right")) as post, pytest.raises(Undelivered, match="535") as error:
        send_mail(mail(post, user="gongkai", password_variable="GONGKAI_MAIL"), alert)
    assert "wrong-secret" not in str(error.value)
    monkeypatch.delenv("GONGKAI_MAIL")
    with pytest.raises(Undelivered, match=r"variable GONGKAI_MAIL.*is not set"):
        send_mail(mail(post, user="gongkai", password_variable="GONGKAI_MAIL"), alert)


def test_recipients_that_are_refused(alert: Alert) -> None:
    with post_office(refuses=frozenset({"li@example.org"})) as post:
        send_mail(mail(post), alert)  # one of two got it: again would be twice for that one
        assert post.recipients == [["zhang@example.org"]]
    with (
        post_office(refuses=frozenset({"li@example.org", "zhang@example.org"})) as post,
        pytest.raises(Undelivered, match=r"li@example\.org: 550"),
    ):
        send_mail(mail(post), alert)


def test_a_trial_says_what_came_of_each_way(web: Hook, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    nobody = gongkai(workspace, "alert", "--test")
    assert (nobody.returncode, "names neither a webhook nor mail" in nobody.stderr) == (1, True)
    assert gongkai(workspace, "alert").returncode == 0
    with post_office() as post:
        addresses = f"sender: a@example.org, recipients: [b@example.org], security: none, port: {post.port}"
        workspace.settings.write_text(
            f"alerts:\n  webhook: {{url: '{web.url}'}}\n  mail: {{host: localhost, {addresses}}}\n", encoding="utf-8"
        )
        good = gongkai(workspace, "alert", "--test")
        assert (good.returncode, good.stdout.split()) == (0, ["webhook", "sent", "mail", "sent"])
        assert json.loads(web.posted[0][1])["kind"] == post.mails[0]["X-Gongkai-Kind"] == "test"
        web.status = 500
        bad = gongkai(workspace, "alert", "--test")
    assert bad.returncode == 1
    assert "answers 500" in bad.stdout.splitlines()[0]
    assert bad.stdout.splitlines()[1].split() == ["mail", "sent"], "one way's failure is no other's"
    assert len(post.mails) == 2
    assert not workspace.dagster.exists(), "a trial leaves nothing"
