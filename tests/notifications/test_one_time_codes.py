"""One-time codes: their own lane, on the phone and nowhere else."""

import re
import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from zeal import zeal_ignore

from collections_app.domain.access import CodeFor, CodePurpose
from collections_app.models import (
    AccessAttempt,
    AccessLink,
    AccessSession,
    Branch,
    ContactPoint,
    Customer,
    HandOff,
    OneTimeCode,
)
from collections_app.services import access, records, signing_codes
from collections_app.services import one_time_codes as minting
from collections_app.services.access import AccessRefusedError
from collections_app.services.errors import RefusedError
from notifications.domain.outcomes import Outcome, Result
from notifications.models import Message, SandboxInbox, SenderState, Template
from notifications.providers.base import CannotTellError, Search
from notifications.providers.sandbox.provider import SandboxProvider
from notifications.providers.twilio.sandbox_server import SandboxServer
from notifications.services import carriers, one_time_codes, picking, reconciling, sending
from repayment.services import proof
from tests import factories

RIGHT = {"id_tail": "0011"}


@pytest.fixture
def token(bank: None, now: datetime) -> str:
    """A live link of a customer whose branch wants a code too."""
    customer, _ = factories.make_debtor()
    Branch.objects.update(page_code=True)
    with transaction.atomic():
        return access.mint_within(customer=records.lock(customer_id=customer.pk, now=now), now=now).token


def _session(link: AccessLink, now: datetime) -> AccessSession:
    """Return the session of who came in by a link."""
    return AccessSession.objects.create(
        customer=link.customer, link=link, secret_hash="0" * 64, opened_at=now, last_used_at=now,
        expires_at=now + timedelta(hours=1),
    )  # fmt: skip


def _ask(token: str, now: datetime) -> None:
    assert proof.prove(token=token, facts=RIGHT, address=None, now=now) is None


def _code(now: datetime) -> str:
    with zeal_ignore():
        sending.send_due(now=now, worker="codes", codes_only=True)
    found = re.search(r"验证码(\d{6})", SandboxInbox.objects.order_by("-id")[0].body)
    assert found
    return found[1]


def test_a_code_opens_the_page_once(token: str, now: datetime) -> None:
    """At night too; the facts alone open nothing, and a used code opens nothing more."""
    night = now.replace(hour=23, minute=30)
    _ask(token, night)
    assert not AccessSession.objects.exists()
    code = _code(night)
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert access.enter_code(token=token, typed=full_width, address=None, now=night).secret
    with pytest.raises(AccessRefusedError):
        access.enter_code(token=token, typed=code, address=None, now=night)


def test_a_code_that_lacks_a_text_is_refused_for_that_at_once(token: str, now: datetime) -> None:
    """It is of use for less than the time after which a text is looked for again; it does not come too late."""
    _ask(token, now)
    Template.objects.filter(kind="one_time_code").update(active=False)
    sending.send_due(now=now, worker="codes", codes_only=True)
    assert (Message.objects.get().state, Message.objects.get().reason) == ("refused", "no_template")


@pytest.mark.parametrize("signs", [False, True])
def test_a_code_waits_for_no_thousands(token: str, now: datetime, monkeypatch: pytest.MonkeyPatch, signs: bool) -> None:
    """The provider's turns are taken for minutes: a code goes at once, whoever sends it and whatever it is for, and the
    others after it."""
    free = now + timedelta(minutes=5)
    SenderState.objects.create(provider="sandbox", since=now, per_second=1, free_at=free)
    monkeypatch.setattr(sending, "sleep", lambda seconds: pytest.fail("a code has waited"))
    if signs:
        link, use = AccessLink.objects.get(), CodeFor(CodePurpose.ARRANGEMENT, "a" * 64)
        with transaction.atomic():
            asked = signing_codes.ask_within(
                customer=records.lock(customer_id=link.customer_id, now=now),
                session=_session(link, now), use=use, now=now,
            )  # fmt: skip
        one_time_codes.send(code_id=asked.pk, now=now)
    else:
        _ask(token, now)
    sending.send_due(now=now, worker="any")
    assert "验证码" in SandboxInbox.objects.get().body
    assert SenderState.objects.get().free_at == free + timedelta(seconds=1)


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_one_code_send_one(token: str, now: datetime) -> None:
    """The lane of codes and the lane of all else look at the same instant: one text, whose code opens."""
    _ask(token, now)
    start, faults = threading.Barrier(2), []

    def work(codes_only: bool) -> None:
        try:
            start.wait(timeout=20)
            sending.send_due(now=now, worker=f"codes:{codes_only}", codes_only=codes_only)
        except BaseException as error:  # noqa: BLE001  a thread's failure is the test's
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(codes_only,)) for codes_only in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    message = Message.objects.get(kind="one_time_code")
    assert (message.state, message.attempts, SandboxInbox.objects.count()) == ("delivered", 1, 1)
    found = re.search(r"验证码(\d{6})", SandboxInbox.objects.get().body)
    assert found
    assert access.enter_code(token=token, typed=found[1], address=None, now=now).secret


def test_a_code_is_kept_nowhere_but_on_the_phone(token: str, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    """Not in the message, its hash, the code's own row or the log."""
    _ask(token, now)
    code = _code(now)
    message = Message.objects.get(kind="one_time_code")
    assert code not in message.body
    assert "••••••" in message.body
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM notifications_message m, collections_app_onetimecode c"
            " WHERE strpos(m::text, %s) > 0 OR strpos(c::text, %s) > 0",
            [code, code],
        )
        assert cursor.fetchone() == (0,)
    assert code not in caplog.text


def test_a_code_ends_after_five_minutes_five_tries_or_a_newer_one(token: str, now: datetime) -> None:
    """And somebody who holds only the link learns nothing by trying."""
    _ask(token, now)
    first = _code(now)
    later = now + timedelta(minutes=1)
    _ask(token, later)
    second = _code(later)
    with pytest.raises(AccessRefusedError):
        access.enter_code(token=token, typed=first if first != second else "x", address=None, now=later)
    for _ in range(4):
        with pytest.raises(AccessRefusedError), zeal_ignore():
            access.enter_code(token=token, typed="000000x", address=None, now=later)
    with pytest.raises(AccessRefusedError):
        access.enter_code(token=token, typed=second, address=None, now=later)
    _ask(token, later)
    third = _code(later)
    with pytest.raises(AccessRefusedError):
        access.enter_code(token=token, typed=third, address=None, now=later + timedelta(minutes=5))


def test_codes_go_by_their_own_lane_and_pass_a_queue_of_receipts(token: str, now: datetime) -> None:
    """One that was not sent within its five minutes is not sent at all."""
    _ask(token, now)
    assert OneTimeCode.objects.get().code_hash == ""
    with zeal_ignore():
        sending.send_due(now=now + timedelta(minutes=5), worker="codes", codes_only=True)
    message = Message.objects.get()
    assert (message.state, message.reason) == ("cancelled", "expired")
    assert not SandboxInbox.objects.exists()


def _backlog(now: datetime, number: int) -> None:
    """Fill the queue with reminders that were due an hour ago, by one statement."""
    customer, account = factories.make_debtor()
    hour = timedelta(hours=1)
    Message.objects.create(
        customer=customer, account=account, kind="card_due", purpose="due_notice", about_on=now.date(), state="due",
        planned_at=now - hour, due_at=now - hour, expires_at=now + hour, provider="sandbox", lane=customer.branch_id,
    )  # fmt: skip
    columns = [field.column for field in Message._meta.concrete_fields if field.column != "id"]
    new = {"attempt": "gen_random_uuid()", "reference": "'backlog:' || n"}
    values = ", ".join(new.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Message._meta.db_table} ({', '.join(columns)}) SELECT {values}"  # noqa: S608  names of columns
            f" FROM {Message._meta.db_table}, generate_series(2, %s) AS n",
            [number],
        )


def test_a_code_is_the_first_to_go_before_ten_thousand_reminders(token: str, now: datetime) -> None:
    """Every lane takes it before any of them, by one look each: how many wait makes no difference to it."""
    _backlog(now, 10_000)
    _ask(token, now)
    code = Message.objects.get(kind="one_time_code")
    carrying = carriers.load(now=now)
    for codes, priority, number in ((True, False, 1), (False, True, 1), (False, False, 500)):
        with transaction.atomic():
            picked = picking.pick_within(
                carriers=carrying, now=now, limit=500, codes_only=codes, priority_only=priority
            )
        assert (picked[0], len(picked)) == ((code.pk, code.customer_id), number)
    assert _code(now)
    code.refresh_from_db()
    assert (code.state, Message.objects.exclude(pk=code.pk).exclude(state="due").count()) == ("delivered", 0)


def test_two_codes_whose_answers_were_lost_are_found_at_twilio_by_their_words(
    token: str, twilio: SandboxServer, now: datetime
) -> None:
    """Their texts are the same but for the code, which is kept nowhere; each is adopted once, and one code is right."""
    Branch.objects.update(sms_provider="twilio", rule_pack="neutral")
    Customer.objects.update(language="en", time_zone="Asia/Tokyo")
    ContactPoint.objects.update(value="+819000001000", country="JP")
    twilio.book.behaviour.hang_after_taking = 2
    for seconds in (0, 40):
        _ask(token, now + timedelta(seconds=seconds))
        with zeal_ignore():
            sending.send_due(now=now + timedelta(seconds=seconds), worker="codes", codes_only=True)
    assert set(Message.objects.values_list("state", flat=True)) == {"unknown"}
    with zeal_ignore():
        reconciling.reconcile(now=now + timedelta(minutes=2))
    first, second = Message.objects.order_by("pk")
    assert (first.state, second.state) == ("accepted", "accepted")
    assert {first.provider_id, second.provider_id} == set(twilio.book.messages)
    assert "••••••" in first.body
    assert OneTimeCode.objects.filter(ended_at__isnull=True).count() == 1


@pytest.mark.parametrize("asked", [True, False])
def test_a_code_of_unknown_fate_is_never_sent_again_nor_left_to_a_person(
    token: str, now: datetime, monkeypatch: pytest.MonkeyPatch, asked: bool
) -> None:
    """Absent at the provider, or where nobody can be asked: once its minutes are over it is done with."""
    calls: list[str] = []
    monkeypatch.setattr(
        SandboxProvider, "send", lambda self, outgoing, *, now: calls.append("sent") or Outcome(Result.UNKNOWN)
    )

    def find(self: SandboxProvider, search: Search) -> None:
        if not asked:
            raise CannotTellError("away")

    monkeypatch.setattr(SandboxProvider, "find", find)
    _ask(token, now)
    with zeal_ignore():
        sending.send_due(now=now, worker="codes", codes_only=True)
        for minutes in (11, 31, 32):
            reconciling.reconcile(now=now + timedelta(minutes=minutes))
            sending.send_due(now=now + timedelta(minutes=minutes), worker="codes", codes_only=True)
    message = Message.objects.get()
    assert (message.reason, calls) == ("expired", ["sent"])
    assert not HandOff.objects.exists()


def test_in_the_browser_the_code_is_asked_for_after_the_facts(token: str, now: datetime) -> None:
    """And a wrong one is answered with the same calm words as a wrong fact."""
    client = Client()
    client.post(f"/r/{token}/")
    asked = client.post("/r/proof/", RIGHT)
    assert asked.headers["Location"] == "/r/proof/code/"
    code = _code(now)
    assert client.post("/r/proof/code/", {"typed": "12"}).status_code == 403
    assert client.post("/r/proof/code/", {"typed": code}).headers["Location"] == "/r/account/"
    assert Customer.objects.get().events.filter(kind="access.opened").count() == 1


def test_a_code_that_ended_is_not_sent(token: str, now: datetime) -> None:
    """Nor asked for without end; who clicks twice has asked once."""
    for minute in range(5):
        with zeal_ignore():
            _ask(token, now + timedelta(minutes=minute))
            _ask(token, now + timedelta(minutes=minute, seconds=29))
    assert OneTimeCode.objects.count() == Message.objects.count() == 5
    with pytest.raises(RefusedError, match="too_many_codes"):
        _ask(token, now + timedelta(minutes=6))
    ended = OneTimeCode.objects.order_by("id")[0]
    with pytest.raises(RefusedError, match="no_such_code"):
        one_time_codes.send(code_id=ended.pk, now=now)


def test_a_code_does_what_it_was_asked_for_and_nothing_else(token: str, now: datetime) -> None:
    """One of a paper opens no page and signs no other paper; one of the page signs nothing. The text says which."""
    link = AccessLink.objects.get()
    here = _session(link, now)
    mine, other = CodeFor(CodePurpose.ARRANGEMENT, "a" * 64), CodeFor(CodePurpose.ARRANGEMENT, "b" * 64)
    foreign = CodeFor(CodePurpose.AGREEMENT, "a" * 64)
    with transaction.atomic():
        customer = records.lock(customer_id=link.customer_id, now=now)
        asked = signing_codes.ask_within(customer=customer, session=here, use=mine, now=now)
    one_time_codes.send(code_id=asked.pk, now=now)
    code = _code(now)
    assert "签署" in SandboxInbox.objects.get().body
    assert "还款服务页面" not in SandboxInbox.objects.get().body
    with pytest.raises(AccessRefusedError):
        access.enter_code(token=token, typed=code, address=None, now=now)

    def sign(use: CodeFor, typed: str) -> OneTimeCode | None:
        with transaction.atomic():
            return signing_codes.use_within(
                customer=customer, session=here, use=use, typed=typed, address=None, now=now
            )

    assert [sign(use, code) for use in (other, foreign)] == [None, None]
    assert sign(mine, code) == asked
    assert sign(mine, code) is None
    later = now + timedelta(minutes=1)
    _ask(token, later)
    assert sign(mine, _code(later)) is None
    with pytest.raises(InternalError), transaction.atomic():
        OneTimeCode.objects.filter(pk=asked.pk).update(paper_sha256="b" * 64)
    for wrong in ({"purpose": "agreement"}, {"paper_sha256": "a" * 64}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OneTimeCode.objects.create(customer=customer, link=link, asked_at=now, ended_at=now, **wrong)


def test_who_types_wrong_codes_all_day_signs_nothing_more(token: str, now: datetime) -> None:
    """Ten in a day, as at the way in: no code is right any more and none is sent, until a colleague ends the way in."""
    link = AccessLink.objects.get()
    here, use = _session(link, now), CodeFor(CodePurpose.AGREEMENT, "a" * 64)
    AccessAttempt.objects.bulk_create(AccessAttempt(link=link, reason="wrong_code", at=now) for _ in range(10))
    with transaction.atomic(), pytest.raises(RefusedError, match="too_many_wrong_codes"):
        signing_codes.ask_within(customer=link.customer, session=here, use=use, now=now)
    code = OneTimeCode.objects.create(
        customer=link.customer, link=link, purpose=use.purpose, paper_sha256=use.sha256, asked_at=now
    )
    typed = minting.mint_many_within(code_ids=[code.pk], now=now)[code.pk]
    with transaction.atomic():
        assert (
            signing_codes.use_within(customer=link.customer, session=here, use=use, typed=typed, address=None, now=now)
            is None
        )
    assert AccessAttempt.objects.latest("id").reason == "customer_limit"
