"""What the message centre says, as the record understands it: codes, receipts, parts of a long text, replies."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from collections_app.models import Alert, Event
from notifications.domain.outcomes import Outcome, Result
from notifications.models import Message, Receipt, Reply
from notifications.providers.smpp.parts import Text
from notifications.providers.smpp.provider import SmppProvider
from notifications.services import claiming, planning, provider_codes, sending, smpp_ears
from notifications.services.replies import receiving


def test_a_gateways_own_code_says_more_than_the_state(db: None) -> None:
    """Where somebody has said what it means; else the state is looked up."""
    provider_codes.load()
    fields = {"id": "1", "stat": "UNDELIV", "raw_err": "mbblack"}
    assert SmppProvider().parse_receipt(fields).error_class == "opted_out"
    unknown = SmppProvider().parse_receipt(fields | {"raw_err": "MK:0012"})
    assert (unknown.error_code, unknown.error_class) == ("UNDELIV", "once")


def test_what_the_centre_says_moves_the_message(make_due: Callable, run: Callable, settings: Any) -> None:
    """Taken though the worker had gone, delivered, rejected as opted out, and a reply: each where it belongs."""
    make_due()
    run()
    message = Message.objects.get()
    Message.objects.filter(pk=message.pk).update(provider="smpp")
    ears = smpp_ears.ears()
    name = message.provider_id
    ears.taken(name, str(message.attempt))
    ears.receipt({"id": name, "stat": "REJECTD"}, str(message.attempt))
    ears.receipt({"stat": "DELIVRD"}, "")
    assert list(Receipt.objects.filter(provider="smpp").values_list("report", flat=True)) == [
        "accepted", "failed", "unreadable",
    ]  # fmt: skip
    ears.reply("S-1", message.number, "谢谢")
    assert Reply.objects.get().intent == "acknowledged"


def test_a_long_text_is_delivered_when_all_its_parts_are(make_due: Callable, now: datetime) -> None:
    """In any order, repeated, told to one that remembers nothing; a part that fails or was refused fails the whole."""
    ears = smpp_ears.ears()
    provider_codes.load()
    for _ in range(3):
        make_due()
    planning.plan(on=now.date(), now=now)
    messages, claimed = Message.objects.order_by("pk"), claiming.claim(now=now, limit=3, worker="w")
    messages.update(provider="smpp")
    for letter, item in zip("ABC", claimed, strict=True):
        text = Text(2, {1: f"{letter}1"} if letter == "C" else {1: f"{letter}1", 2: f"{letter}2"})
        text.refused |= {2: "0x58"} if letter == "C" else {}
        ears.parts(item.outgoing.attempt, text)
        taken = Outcome(Result.ACCEPTED, provider_id=text.name, report="accepted")
        sending.record(answers=[(replace(item, provider="smpp"), taken)], worker="w", now=now)
    assert [(row.state, row.provider_id) for row in messages] == [
        ("accepted", "A1"), ("accepted", "B1"), ("undelivered", "C1"),
    ]  # fmt: skip
    for name, state in (("A2", "DELIVRD"), ("A2", "DELIVRD"), ("B1", "DELIVRD"), ("B2", "UNDELIV"), ("C1", "DELIVRD")):
        ears.receipt({"id": name, "stat": state}, "")
    assert list(messages.filter(again_of=None).values_list("state", "error_code")) == [
        ("accepted", ""), ("undelivered", "UNDELIV"), ("undelivered", "PARTIAL"),
    ]  # fmt: skip
    ears.receipt({"id": "A1", "stat": "DELIVRD"}, "")
    assert messages.get(provider_id="A1").state == "delivered"
    assert not Alert.objects.filter(kind="receipts_contradict").exists()


def test_one_part_that_arrived_proves_that_a_text_of_unknown_outcome_was_taken(
    make_due: Callable, now: datetime
) -> None:
    """The answer to its second part was lost: it is not sent again, and not delivered before the second has arrived."""
    make_due()
    planning.plan(on=now.date(), now=now)
    claimed = replace(claiming.claim(now=now, limit=1, worker="w")[0], provider="smpp")
    Message.objects.update(provider="smpp")
    sending.record(answers=[(claimed, Outcome(Result.UNKNOWN, error_code="timeout"))], worker="w", now=now)
    assert Message.objects.get().state == "unknown"
    ears = smpp_ears.ears()
    for part, state in (("1/2", "accepted"), ("2/2", "delivered")):
        receipt = {"id": f"A{part[0]}", "stat": "DELIVRD", "part": part, "whole": "A1"}
        ears.receipt(receipt, claimed.outgoing.attempt)
        assert Message.objects.get().state == state
    assert Message.objects.get().provider_id == "A1"


def test_a_reply_delivered_again_to_a_new_link_is_acted_on_once(
    make_due: Callable, run: Callable, now: datetime
) -> None:
    """The link died after storing it and before thanking for it. Within one bind, and later, the same words count."""
    make_due()
    run()
    number = Message.objects.get().number
    for minutes, name, count in ((0, "a-1", 1), (5, "b-1", 1), (6, "b-2", 1), (20, "c-1", 2), (20, "c-2", 3)):
        found = receiving.receive(
            provider="smpp", provider_id=name, number=number, body="已还500元", now=now + timedelta(minutes=minutes)
        )
        assert (len(found), Reply.objects.count()) == (1, count), name
    assert Event.objects.filter(kind="message.received").count() == 3
