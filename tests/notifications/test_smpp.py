"""The bank's own gateway: a real bind over loopback to a small message centre, through the real library."""

# Long because each of these tests needs the bind and the message centre that are made here.

import asyncio
import gc
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from aiosmpplib import SmppCommandStatus
from django.db import connection

from notifications.domain.outcomes import Outcome, Result
from notifications.models import Message
from notifications.providers.base import CannotTellError, Outgoing, Search
from notifications.providers.sandbox.provider import SandboxProvider
from notifications.providers.smpp import link as links
from notifications.providers.smpp.provider import SmppProvider
from notifications.services import provider_codes
from tests import factories
from tests.notifications import smsc

# The library leaves the socket of a bind that is over to the garbage collector, which is called while these words hold.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
ATTEMPT = "11111111-2222-4333-8444-55555555555{}"
TEMPLATE_TAG = 0x1401
WINDOW = 5
CHINESE = "您尾号1234的账单将于11月21日到期，请按时还款。"


class Heard:
    """What the link gave to be stored, and whether storing works."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.parts: list[tuple[str, dict[int, str], dict[int, str]]] = []
        self.receipts: list[tuple[dict[str, str], str]] = []
        self.replies: list[tuple[str, str, str]] = []
        self.broken = False

    def receipt(self, fields: dict[str, str], attempt: str) -> None:
        if self.broken:
            raise ConnectionError("the database is away")
        self.receipts.append((fields, attempt))

    def ears(self) -> links.Ears:
        return links.Ears(
            taken=lambda name, attempt: self.taken.append((name, attempt)),
            parts=lambda attempt, text: self.parts.append((attempt, text.taken, text.refused)),
            receipt=self.receipt,
            reply=lambda name, number, text: self.replies.append((name, number, text)),
        )


@pytest.fixture
def centre() -> Iterator[smsc.Centre]:
    """Run a message centre."""
    with smsc.running() as found:
        yield found


@pytest.fixture
def heard(centre: smsc.Centre, settings: Any) -> Iterator[Heard]:
    """Bind a link to it, and configure workers to hand over there."""
    heard = Heard()
    gc.freeze()  # what the link drops is looked for at the end, and not among all that other tests have left
    loop, ready = asyncio.new_event_loop(), threading.Event()
    ports: list[int] = []

    def begin(port: int) -> None:
        ports.append(port)
        ready.set()

    async def serve() -> None:
        found = links.Link(
            links.Centre(
                "127.0.0.1",
                centre.port,
                "onecase",
                "secret",
                "BANK",
                enquire_seconds=0.2,
                rebind_milliseconds=100,
                template_tag=TEMPLATE_TAG,
                window=WINDOW,
            ),
            heard.ears(),
        )
        await found.serve(host="127.0.0.1", port=0, ready=begin)

    task = loop.create_task(serve())
    thread = threading.Thread(target=smsc.run_loop, args=(loop, task))
    thread.start()
    ready.wait(10)
    settings.SMPP_LINK = f"127.0.0.1:{ports[0]}"
    _until(lambda: centre.binds == 1)
    time.sleep(0.05)  # the answer to the bind is on its way
    yield heard
    loop.call_soon_threadsafe(task.cancel)
    thread.join()
    gc.collect()


def _until(true: Callable[[], object], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def _send(body: str, number: int = 1) -> Any:
    outgoing = Outgoing(ATTEMPT.format(number), "+8613900000000", body, "示范银行")
    return SmppProvider().send(outgoing, now=factories.START)


def test_the_centre_is_told_until_when_it_may_hand_over(centre: smsc.Centre, heard: Heard) -> None:
    """Every part of a text, so that what its queue holds never rings in quiet hours; none where none is set."""
    until = factories.START + timedelta(hours=11, minutes=59)
    outgoing = Outgoing(ATTEMPT.format(1), "+8613900000000", CHINESE * 6, "示范银行", valid_until=until)
    assert SmppProvider().send(outgoing, now=factories.START).result is Result.ACCEPTED
    late = Outgoing(ATTEMPT.format(2), "+8613900000000", "late", "示范银行", valid_until=factories.START)
    assert SmppProvider().send(late, now=factories.START).result is Result.ACCEPTED
    assert _send("hello", 3).result is Result.ACCEPTED
    hours, second = timedelta(hours=11, minutes=59), timedelta(seconds=1)
    assert [taken.validity_period for _, _, taken in centre.parts] == [hours] * 3 + [second, None]


def test_a_text_that_the_gateway_approved_goes_by_its_own_id(centre: smsc.Centre, heard: Heard) -> None:
    """With every part, as the optional parameter that was agreed; without an id there is none."""
    outgoing = Outgoing(ATTEMPT.format(1), "+919900000000", CHINESE * 6, "", provider_template="1007160000000000001")
    assert SmppProvider().send(outgoing, now=factories.START).result is Result.ACCEPTED
    assert _send("hello", 2).result is Result.ACCEPTED
    named = TEMPLATE_TAG.to_bytes(2, "big") + b"\x00\x13" + b"1007160000000000001"
    assert [named in pdu for _, pdu, _ in centre.parts] == [True] * 3 + [False]


def test_texts_go_out_in_their_alphabet_and_long_ones_in_parts(centre: smsc.Centre, heard: Heard) -> None:
    """GSM-7 as one, Chinese as UCS-2, and long ones each part with the header that puts them together."""
    assert [_send("hello", 1).result, _send(CHINESE, 2).result] == [Result.ACCEPTED] * 2
    assert [taken.short_message for _, _, taken in centre.parts] == ["hello", CHINESE]
    assert [taken.encoding for _, _, taken in centre.parts][1] == "ucs2"
    assert centre.parts[0][2].destination.number == "8613900000000"
    centre.parts.clear()
    assert _send(CHINESE * 6, 3).result is Result.ACCEPTED
    assert len(centre.parts) == 3
    for place, (esm_class, pdu, _) in enumerate(centre.parts, start=1):
        assert esm_class & 0x40
        at = pdu.index(b"\x05\x00\x03")
        assert (pdu[at + 4], pdu[at + 5]) == (3, place)
    _until(lambda: centre.enquiries)


def test_every_part_of_a_long_text_is_answered_for(db: None, centre: smsc.Centre, heard: Heard) -> None:
    """Refused after the first was taken, it is no whole text; all refused, nothing left; receipts name a part."""
    provider_codes.load()
    taken, refused = SmppCommandStatus.ESME_ROK, SmppCommandStatus.ESME_RSUBMITFAIL
    centre.statuses += [taken, refused, taken]
    assert (_send(CHINESE * 6, 1).result, len(centre.parts)) == (Result.ACCEPTED, 2)
    [(attempt, parts, others)] = heard.parts
    assert (attempt, sorted(parts), others) == (ATTEMPT.format(1), [1, 3], {2: "0x45"})
    centre.statuses += [refused] * 3
    assert _send(CHINESE * 6, 2).result is Result.TRANSIENT
    assert len(heard.parts) == 1
    whole = _send(CHINESE * 6, 3).provider_id
    _, names, _ = heard.parts[-1]
    for number in (3, 1):
        centre.say(text=f"id:{names[number]} stat:DELIVRD err:000", receipt=True, number=number)
    _until(lambda: len(heard.receipts) == 2)
    assert [(fields["part"], fields["whole"], attempt) for fields, attempt in heard.receipts] == [
        ("3/3", whole, ATTEMPT.format(3)), ("1/3", whole, ATTEMPT.format(3)),
    ]  # fmt: skip


def test_more_callers_than_the_window_takes_wait_for_a_place(
    centre: smsc.Centre, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty at once, five of them with the centre: all are taken. Whoever gets no place in time was with nobody."""
    centre.seconds = 0.02
    with ThreadPoolExecutor(40) as callers:
        told = list(callers.map(lambda number: _send("hello", 10 + number).result, range(40)))
    assert (set(told), len(centre.parts), centre.most_unanswered) == ({Result.ACCEPTED}, 40, WINDOW)
    monkeypatch.setattr(links.wire, "PLACE_WITHIN_SECONDS", 0.05)
    centre.seconds = 0.5
    with ThreadPoolExecutor(6) as callers:
        outcomes = list(callers.map(lambda number: _send("hello", 50 + number), range(6)))
    assert Counter(outcome.result for outcome in outcomes) == {Result.ACCEPTED: 5, Result.WITHHELD: 1}
    assert len(centre.parts) == 45


@pytest.mark.parametrize(
    ("status", "result"),
    [("ESME_RTHROTTLED", "transient"), ("ESME_RINVDSTADR", "permanent"), ("ESME_RINVPASWD", "stopped")],
)
def test_refusals_are_read_from_the_table(
    db: None, centre: smsc.Centre, heard: Heard, status: str, result: str
) -> None:
    """By the status the centre gives."""
    provider_codes.load()
    centre.statuses.append(SmppCommandStatus[status])
    assert _send("hello").result == result


def test_a_centre_that_takes_and_falls_silent_leaves_the_outcome_unknown(
    centre: smsc.Centre, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have sent it. The link binds again by itself, and what was lost is not sent by it again."""
    monkeypatch.setattr(links.wire, "ANSWERED_WITHIN_SECONDS", 0.5)
    centre.drop_after_taking = True
    assert (_send("hello", 1).result, len(centre.parts)) == (Result.UNKNOWN, 1)
    centre.drop_after_taking = False
    _until(lambda: centre.binds == 2)
    _until(lambda: _send("hello", 3).result is Result.ACCEPTED)
    assert len(centre.parts) == 2


def test_a_receipt_is_acknowledged_only_after_it_is_stored(centre: smsc.Centre, heard: Heard) -> None:
    """When storing fails the centre is not thanked, and delivers it again to the next bind."""
    name = _send("hello").provider_id
    receipt = f"id:{name} sub:001 dlvrd:001 submit date:2611181000 done date:2611181001 stat:DELIVRD err:000 text:hello"
    heard.broken = True
    centre.say(text=receipt, receipt=True, number=7)
    _until(lambda: centre.binds == 2)
    assert centre.acknowledged == []
    heard.broken = False
    time.sleep(0.05)
    centre.say(text=receipt, receipt=True, number=8)
    _until(lambda: centre.acknowledged == [8])
    [(fields, attempt)] = heard.receipts
    assert (fields["id"], fields["stat"], attempt) == (name, "DELIVRD", ATTEMPT.format(1))


def test_a_receipt_with_letters_for_a_number_is_taken_in(centre: smsc.Centre, heard: Heard) -> None:
    """Gateways of the mainland write codes such as MK:0012; the bind stays up, and its code reaches the record."""
    name = _send("hello").provider_id
    dates = "submit date:20261118 done date:unknown"
    centre.say(
        text=f"id:{name} sub:001 dlvrd:000 {dates} stat:UNDELIV err:MBBLACK text:err:000", receipt=True, number=7
    )
    _until(lambda: centre.acknowledged == [7])
    [(fields, attempt)] = heard.receipts
    assert (fields["id"], fields["stat"], fields["raw_err"]) == (name, "UNDELIV", "MBBLACK")
    assert attempt == ATTEMPT.format(1)
    centre.say(text=f"sub:x err:?? stat: id:{name}", receipt=True, number=8)
    centre.say(text="nothing of any kind", receipt=True, number=9)
    _until(lambda: centre.acknowledged == [7, 8, 9])
    assert centre.binds == 1


@pytest.mark.django_db(transaction=True)
def test_the_link_as_a_process_of_its_own_comes_back_after_a_kill(
    centre: smsc.Centre, settings: Any, make_due: Callable, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bound, a text taken over, its receipt stored; killed without warning, bound again by whoever starts it again."""
    taken = Outcome(Result.ACCEPTED, provider_id="0000000A", report="accepted")
    monkeypatch.setattr(SandboxProvider, "send", lambda self, outgoing, *, now: taken)
    make_due()
    run()
    message = Message.objects.get()
    Message.objects.filter(pk=message.pk).update(provider="smpp")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.SMPP_LINK = f"127.0.0.1:{probe.getsockname()[1]}"
    for start in (1, 2):
        process = _link(centre, settings)
        try:
            _until(lambda: centre.binds == start, seconds=40)  # noqa: B023
            _until(lambda: _send("hello", start).result is Result.ACCEPTED, seconds=10)  # noqa: B023
            if start == 2:
                centre.say(text=f"id:{message.provider_id} stat:DELIVRD err:0A1", receipt=True, number=21)
                _until(lambda: centre.acknowledged == [21], seconds=10)
        finally:
            process.kill()
            process.wait(10)
    message.refresh_from_db()
    assert message.state == "delivered"
    assert [taken.short_message for _, _, taken in centre.parts] == ["hello"] * 2


def _link(centre: smsc.Centre, settings: Any) -> "subprocess.Popen[bytes]":
    """Start manage.py smpp_link against the centre and this test's database."""
    found = connection.settings_dict
    address = f"postgres://{found['USER']}:{found['PASSWORD']}@/{found['NAME']}?host={quote(found['HOST'], safe='')}"
    if found["PORT"]:
        address += f"&port={found['PORT']}"
    given = {
        "DATABASE_URL": address, "SMPP_CENTRE": f"127.0.0.1:{centre.port}", "SMPP_SYSTEM_ID": "onecase",
        "SMPP_PASSWORD": "secret", "SMPP_SENDER": "BANK", "SMPP_LINK": settings.SMPP_LINK,
        "ONECASE_SECRET_KEY": settings.SECRET_KEY, "ONECASE_MODE": "test",
    }  # fmt: skip
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "smpp_link", "--skip-checks"]
    return subprocess.Popen(command, env=os.environ | given, cwd=settings.BASE_DIR)  # noqa: S603  our own command


def test_what_a_customer_answers_comes_in(centre: smsc.Centre, heard: Heard) -> None:
    """With the number in full, stored before it is acknowledged."""
    _send("hello")
    centre.say(text="退订", receipt=False, number=9)
    _until(lambda: centre.acknowledged == [9])
    [(_, number, text)] = heard.replies
    assert (number, text) == ("+8613900000000", "退订")


def test_long_answers_of_two_customers_are_not_mixed(centre: smsc.Centre, heard: Heard) -> None:
    """Though they use one reference: each is put together in its order, by either header; an odd one is read."""
    one, two, three = "8613900000001", "8613900000002", "13900000003"
    order = [(one, 0, 2), (two, 0, 1), (one, 0, 1), (two, 0, 2), (three, 8, 1), (three, 8, 2)]
    for number, (source, kind, part) in enumerate(order, start=1):
        header = bytes([6, 8, 4, 1, 7, 2, part] if kind else [5, 0, 3, 7, 2, part])
        words = f"{source[-1]}:{'一二'[part - 1]}".encode("utf-16-be")
        centre.put(smsc.delivery(words, number=number, source=source, header=header, coding=8))
    # Ports, and a text in the alphabet of the mainland's gateways.
    ports = b"\x06\x05\x04\x0b\x84\x0b\x84"
    centre.put(smsc.delivery("退订".encode("gb18030"), number=7, header=ports, coding=15, ton=1))
    _until(lambda: len(centre.acknowledged) == 7)
    whole = {"+8613900000001": "1:一1:二", "+8613900000002": "2:一2:二", "+8613900000003": "3:一3:二"}
    assert {number: text for _, number, text in heard.replies} == whole | {"+8613900000000": "退订"}
    assert (centre.binds, len(heard.replies)) == (1, 4)


def test_receipts_of_unusual_forms_are_receipts(centre: smsc.Centre, heard: Heard) -> None:
    """By a field alone, without words, under way, with octets that are no letters; what looks like one is none."""
    name = _send("hello").provider_id
    given = {0x001E: name.encode() + b"\0", 0x0423: b"\x03\x00\xff", 0x0427: b"\x02"}
    centre.put(smsc.delivery(b"", number=1, fields=b"".join(smsc.field(*each) for each in given.items())))
    centre.put(smsc.delivery(f"id:{name} stat:ENROUTE".encode(), number=2, esm_class=0b100000))
    payload = smsc.field(0x0424, f"id:{name} stat:UNDELIV err:027".encode())
    centre.put(smsc.delivery(b"", number=3, fields=payload, esm_class=0b100))
    centre.put(smsc.delivery(f"id:{name} stat:UNDELIV".encode(), number=4))
    centre.put(smsc.delivery(b"", number=5))
    _until(lambda: len(centre.acknowledged) == 5)
    told = [(fields["id"], fields["stat"], fields.get("raw_err", ""), attempt) for fields, attempt in heard.receipts]
    states = [("DELIVRD", ""), ("ENROUTE", ""), ("UNDELIV", "027")]
    assert told == [(name, state, code, ATTEMPT.format(1)) for state, code in states]
    assert ([text for *_, text in heard.replies], centre.binds) == ([f"id:{name} stat:UNDELIV", ""], 1)


def test_an_answer_delivered_again_after_another_bind_has_its_first_name(centre: smsc.Centre, heard: Heard) -> None:
    """The centre never heard that it was stored; within one bind the same words are a second answer."""
    for number in (5, 6):
        centre.say(text="我明天还500元", receipt=False, number=number)
    _until(lambda: len(heard.replies) == 2)
    centre.loop.call_soon_threadsafe(centre.writers[-1].close)
    _until(lambda: centre.binds == 2, seconds=10)
    time.sleep(0.05)  # the answer to the bind is on its way
    for number, words in ((1, "我明天还500元"), (2, "已还"), (3, "我明天还500元")):
        centre.say(text=words, receipt=False, number=number)
    _until(lambda: len(heard.replies) == 5)
    first, second, again, other, anew = (name for name, _, _ in heard.replies)
    assert (again, len({first, second, other, anew})) == (second, 4), "the same words once more are said anew"


def test_without_a_link_nothing_is_sent_and_nobody_can_be_asked(settings: Any) -> None:
    """No process, no address, and somebody who is no worker of ours."""
    settings.SMPP_LINK = "127.0.0.1:9"
    assert _send("hello").result is Result.TRANSIENT
    settings.SMPP_LINK = ""
    assert _send("hello").result is Result.STOPPED
    with pytest.raises(CannotTellError):
        SmppProvider().find(Search(to="+86", body_sha256="", since=factories.START, until=factories.START))
    with pytest.raises(ValueError, match="no worker"):
        links.wire.submission(b'{"secret": "x", "attempt": "a", "to": "b", "body": "c"}')
