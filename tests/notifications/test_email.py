"""E-mail: sent where texts are not wanted, and read when it comes back."""

import imaplib
import mailbox
import smtplib
from datetime import datetime
from email.message import EmailMessage as Mail
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from zeal import zeal_ignore

from collections_app.domain.purposes import closes
from collections_app.models import Account, ContactPoint, Customer, Hold, Rule
from notifications.domain.outcomes import Result
from notifications.domain.returned_mail import Bounce, Stop, read
from notifications.models import Message
from notifications.providers.base import Outgoing
from notifications.providers.email.mailbox import returned as returned_box
from notifications.providers.email.provider import EmailProvider
from notifications.services import bounces, planning, sending, unsubscribing
from tests import factories

ATTEMPT = "0f6f3f5e-3c35-4b5d-9d4b-0a1b2c3d4e5f"


def returned(
    attempt: str, status: str = "5.1.1", *, headers_only: bool = False, action: str = "failed",
    to: str = "chen@mail.example",
) -> bytes:  # fmt: skip
    """A report as mail servers send it (RFC 3464), with the head of the mail it is about."""
    original = f"Message-ID: <{attempt}@demobank.example>\r\nSubject: x\r\n\r\nbody\r\n"
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    return (
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nsorry\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--B\r\nContent-Type: {kind}\r\n\r\n{original}\r\n--B--\r\n"
    ).encode()


def test_a_returned_mail_names_our_attempt_and_why() -> None:
    """Whether the server sends the mail back or only its head, and whatever it has done with it."""
    ours = frozenset({"chen@mail.example"})
    for headers_only in (True, False):
        said = read(returned(ATTEMPT, headers_only=headers_only, to="Chen@Mail.example"))
        assert said == Bounce(ATTEMPT, "5.1.1", "failed", ours)
    assert said.for_good
    assert said.is_about("CHEN@mail.example ")
    assert not said.is_about("other@mail.example")
    # Given up after days of trying: over, though its number says that it might pass.
    late = read(returned(ATTEMPT, "4.4.7"))
    assert isinstance(late, Bounce)
    assert (late.for_good, late.may_pass, late.no_such_address) == (True, True, False)
    for action, status in (("delayed", "4.4.1"), ("relayed", "2.1.9"), ("delivered", "2.1.5")):
        told = read(returned(ATTEMPT, status, action=action))
        assert isinstance(told, Bounce)
        assert not told.for_good, action
    assert Bounce(ATTEMPT, "5.1.1").for_good
    assert Bounce(ATTEMPT, "5.1.1").is_about("whoever@mail.example")
    assert not Bounce(ATTEMPT, "5.2.2").no_such_address


def test_reports_of_other_shapes_are_read_as_far_as_they_go() -> None:
    """One that brings nothing back but answers ours, one of a server with fields of its own, one within another."""
    bare = returned("not-ours").replace(b"Subject: Undelivered", f"In-Reply-To: <{ATTEMPT}@demobank.example>".encode())
    assert read(bare) == Bounce(ATTEMPT, "5.1.1", "failed", frozenset({"chen@mail.example"}))
    exim = f"X-Failed-Recipients: a@mail.example\r\n\r\nMessage-ID: <{ATTEMPT}@demobank.example>\r\n"
    assert read(exim.encode()) == Bounce(ATTEMPT, "5.0.0", "failed", frozenset({"a@mail.example"}))
    assert read(b"X-Failed-Recipients: a@mail.example\r\n\r\nsorry") is None
    other = Mail()
    other["Subject"] = "Fwd: look what came back"
    other.set_content("see below")
    other.add_attachment(returned(ATTEMPT), maintype="application", subtype="octet-stream")
    assert read(other.as_bytes()) is None
    # The mail that a report on somebody else's mail brings back may itself be a report on ours.
    within = returned(ATTEMPT).replace(b'"B"', b'"C"').replace(b"--B", b"--C")
    theirs = b"Message-ID: <theirs@demobank.example>\r\nSubject: x\r\n\r\nbody\r\n"
    assert read(returned("theirs").replace(theirs, within)) is None
    assert read(b"Content-Type: multipart/report\r\n\r\nno parts at all") is None


def test_a_report_is_read_for_what_is_ours_and_failed() -> None:
    """A name in its own head is not ours; what failed counts before what was passed on; a domain has two spellings."""
    own = "Message-ID: <11111111-2222-4333-8444-555555555555@mx.example>\r\nX-Failed-Recipients: a@mail.example\r\n"
    for back in (f"\r\nMessage-ID: <{ATTEMPT}@demobank.example>\r\n", f"\r\nit was {ATTEMPT}\r\n"):
        said = read((own + back).encode())
        assert isinstance(said, Bounce)
        assert said.attempt == ATTEMPT
    assert read((own + "\r\nsorry").encode()) is None
    assert read(own.encode().rstrip()) is None
    first = b"Final-Recipient: rfc822; to@list.example\r\nAction: relayed\r\nStatus: 2.0.0\r\n\r\nFinal-Recipient"
    both = returned(ATTEMPT).replace(b"Final-Recipient", first, 1)
    assert read(both) == Bounce(ATTEMPT, "5.1.1", "failed", frozenset({"chen@mail.example"}))
    wide = read(returned(ATTEMPT, to="chen@xn--fiqs8s.example"))
    assert isinstance(wide, Bounce)
    assert wide.is_about("Chen@中国.example")
    assert not wide.is_about("chen@a..example")


def test_other_mail_says_nothing() -> None:
    """An out-of-office notice, or a report about somebody else's mail."""
    plain = Mail()
    plain["Subject"] = "Out of office"
    assert read(plain.as_bytes()) is None
    assert read(returned("not-ours")) is None
    stop = Mail()
    stop["Subject"] = f"unsubscribe {ATTEMPT}"
    assert read(stop.as_bytes()) == Stop(ATTEMPT)


@pytest.fixture
def written(bank: None, now: datetime, settings: Any) -> tuple[Customer, Account, Message]:
    """A customer who wants no texts, reminded by e-mail of a bill."""
    settings.MESSAGES_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    customer, account = factories.make_debtor(
        account={"core_overdue_fen": 0, "overdue_since": None, "due_on": factories.TODAY.replace(day=23),
                 "statement_on": factories.TODAY.replace(day=3)}
    )  # fmt: skip
    factories.make_mobile(customer, "chen@mail.example", kind="email")
    Hold.objects.create(customer=customer, kind="channel_stop", channel="sms", placed_at=now)
    planning.plan(on=now.date(), now=now)
    with zeal_ignore():
        sending.send_due(now=now, worker="test")
    return customer, account, Message.objects.get(kind="card_due")


def test_who_wants_no_texts_is_written_to(written: tuple[Customer, Account, Message]) -> None:
    """With the bank, the officer and the hotline at its end, nothing of the debt in the subject, and a way out."""
    _, account, message = written
    [sent] = mail.outbox
    assert (message.state, message.channel, message.provider, message.segments) == ("sent", "email", "email", 0)
    assert sent.to == ["chen@mail.example"]
    # Who reads it sees the bank; what cannot be delivered goes back to the mailbox that is read.
    assert (sent.message()["From"], sent.from_email) == ("notices@demobank.example", "returns@demobank.example")
    assert sent.subject == "示范银行服务通知"
    assert account.tail in sent.body
    assert sent.body.endswith("客户服务\n示范银行\n客服热线：955XX\n")
    assert sent.extra_headers["List-Unsubscribe"].endswith(f"unsubscribe%20{message.attempt}>")


def unreadable(raw: bytes) -> None:
    raise RecursionError("parts within parts")


def test_an_address_that_takes_no_mail_goes_bad(
    written: tuple[Customer, Account, Message], now: datetime, settings: Any, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Read from the mailbox the bank names; read again, it changes nothing."""
    _, _, message = written
    box = mailbox.Maildir(str(tmp_path / "box"))
    box.add(returned(str(message.attempt)))
    settings.MESSAGES_EMAIL_RETURNED = f"maildir://{tmp_path}/box"
    monkeypatch.setattr(bounces, "read", unreadable)
    assert bounces.read_all(now=now) == 0, "what nobody can read keeps nothing back, and is taken out"
    monkeypatch.undo()
    box.add(returned(str(message.attempt)))
    assert bounces.read_all(now=now) == 1
    assert bounces.read_all(now=now) == 0
    message.refresh_from_db()
    assert (message.state, message.error_code) == ("undelivered", "5.1.1")
    assert ContactPoint.objects.get(kind="email").quality == "bad"
    assert not bounces.take(raw=returned(str(message.attempt)), now=now)


def test_an_address_goes_bad_only_by_what_is_said_of_it(
    written: tuple[Customer, Account, Message], now: datetime, settings: Any, tmp_path: Path
) -> None:
    """Not by a delay, nor because what it was forwarded to does not exist; a mailbox that is not there says nothing."""
    _, _, message = written
    settings.MESSAGES_EMAIL_RETURNED = f"maildir://{tmp_path}/nowhere"
    assert bounces.read_all(now=now) == 0
    assert not bounces.take(raw=returned(str(message.attempt), "4.4.1", action="delayed"), now=now)
    assert not bounces.take(raw=returned(ATTEMPT), now=now), "nobody's mail"
    assert bounces.take(raw=returned(str(message.attempt), to="elsewhere@mail.example"), now=now)
    message.refresh_from_db()
    assert (message.state, ContactPoint.objects.get(kind="email").quality) == ("undelivered", "verified")


class Imap:
    """An IMAP server that has two mails and hands out one of them."""

    def __init__(self) -> None:
        self.dealt: list[str] = []

    def select(self, box: str) -> tuple[str, list[Any]]:
        return ("OK", [b"2"]) if box == "returns" else ("NO", [b"no such mailbox"])

    def search(self, charset: None, words: str) -> tuple[str, list[Any]]:
        return "OK", [b"1 2"]

    def fetch(self, number: str, what: str) -> tuple[str, list[Any]]:
        return ("OK", [(b"1 (RFC822 {4}", b"mail"), b")"]) if number == "2" else ("NO", [b"try later"])

    def store(self, number: str, how: str, flags: str) -> None:
        self.dealt.append(number)

    def login(self, user: str, password: str) -> None: ...
    def expunge(self) -> None: ...
    def logout(self) -> None: ...


def test_what_an_imap_server_does_not_hand_out_is_not_taken_for_read(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays in its box, and so does all of a box that cannot be opened."""
    server = Imap()
    monkeypatch.setattr(imaplib, "IMAP4_SSL", lambda *place, **how: server)
    settings.MESSAGES_EMAIL_RETURNED = "imaps://u:p@mail.example/returns"
    with returned_box() as mails:
        assert list(mails) == [b"mail"]
    assert server.dealt == ["2"]
    settings.MESSAGES_EMAIL_RETURNED = "imaps://u:p@mail.example/elsewhere"
    with pytest.raises(imaplib.IMAP4.error, match="NO"), returned_box():
        pass


def closed() -> list[tuple[str, str]]:
    rows = Hold.objects.filter(kind="channel_stop", channel="email", released_at__isnull=True)
    return sorted(rows.values_list("channel", "message_class"))


def test_who_wants_no_more_mails_gets_none_of_that_class(
    written: tuple[Customer, Account, Message], now: datetime
) -> None:
    """By a mail or by a click, once; the pack says whether it is the class or every class that can be refused."""
    _, _, message = written
    stop = Mail()
    stop["Subject"] = f"Unsubscribe {message.attempt}"
    assert bounces.take(raw=stop.as_bytes(), now=now)
    assert closed() == [("email", "service")]
    assert not unsubscribing.stop(attempt=message.attempt, now=now)
    Rule.objects.filter(code="POL-STOP-MAIL").update(parameters={"closes": "channel"})
    assert unsubscribing.stop(attempt=message.attempt, now=now)
    assert [each for _, each in closed()] == ["collection", "marketing", "service"]
    for purpose in ("statutory", "security", "otp", "correction", "limitation", "receipt"):
        assert not any(closes(each, purpose) for _, each in closed()), purpose


def test_only_a_click_closes_and_only_what_offers_an_end(
    written: tuple[Customer, Account, Message], client: Client, now: datetime
) -> None:
    """Scanners read the address; mail programs post to it without a cookie. Everybody reads the same answer."""
    _, _, message = written
    address = f"/r/mail/{message.attempt}/"
    assert f"{address}>" in mail.outbox[0].extra_headers["List-Unsubscribe"]
    assert mail.outbox[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert client.get(address).status_code == client.head(address).status_code == 200
    assert closed() == []
    strict = Client(enforce_csrf_checks=True)
    stranger = strict.post(f"/r/mail/{ATTEMPT}/", {"List-Unsubscribe": "One-Click"})
    assert closed() == []
    Message.objects.filter(pk=message.pk).update(purpose="statutory")
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert closed() == []
    Message.objects.filter(pk=message.pk).update(purpose="due_notice")
    done = strict.post(address, {"List-Unsubscribe": "One-Click"})
    assert closed() == [("email", "service")]
    mains = [answer.content.partition(b"<main")[2].partition(b"</main>")[0] for answer in (done, stranger)]
    assert mains[0] == mains[1] != b""


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}), Result.PERMANENT),
        (smtplib.SMTPRecipientsRefused({"x": (451, b"later")}), Result.TRANSIENT),
        (smtplib.SMTPSenderRefused(553, b"no", "us"), Result.STOPPED),
        (smtplib.SMTPServerDisconnected("gone"), Result.UNKNOWN),
        (TimeoutError(), Result.UNKNOWN),
    ],
)
def test_what_a_mail_server_says_decides_what_follows(
    error: Exception, result: Result, now: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection lost after the mail was handed over is unknown, never a second mail."""
    settings.MESSAGES_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    def fail(self: object, messages: object) -> int:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
    outgoing = Outgoing(ATTEMPT, "x@mail.example", "text", "", subject="s")
    assert EmailProvider().send(outgoing, now=now).result is result


def test_what_no_mail_can_carry_is_surely_not_sent(now: datetime, settings: Any) -> None:
    """Two addresses in one, letters no server takes, a line break in the subject: refused, not left unknown."""
    settings.MESSAGES_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    given = {"a@x.example,b@y.example": "s", "陈@mail.example": "s", "x@y.example\nBcc: z@z.example": "s", "@": "s",
             "x@mail.example": "示范银行\nBcc: z@z.example"}  # fmt: skip
    for to, subject in given.items():
        outcome = EmailProvider().send(Outgoing(ATTEMPT, to, "text", "", subject=subject), now=now)
        assert (to, outcome.result) == (to, Result.PERMANENT)
    assert mail.outbox == []
    long = "示范银行" * 60
    for to in ("12345.@docomo.example", "chen@邮件.中国"):
        outcome = EmailProvider().send(Outgoing(ATTEMPT, to, "text", "", subject=long), now=now)
        assert outcome.result is Result.ACCEPTED
    sent = mail.outbox[-1].message()
    assert max(len(line) for line in sent.as_bytes().splitlines()) < 998
    assert sent["X-Auto-Response-Suppress"] == "All"
