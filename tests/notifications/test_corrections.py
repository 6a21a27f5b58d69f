"""Putting right what was told: proposed with text and cost, sent once, past every cap, and only the truth ends it."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from collections_app.domain.told.sayings import Saying
from collections_app.models import Account, Branch, Contact, Customer, Told, ToldFlag
from collections_app.services import payments, records, sequencer
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from collections_app.services.records import Actor
from collections_app.services.told import flags, pages, spoken
from notifications.domain.kinds import KINDS, TELL_THE_TRUTH
from notifications.domain.outcomes import Report
from notifications.domain.rendering import variables_in
from notifications.models import Message, SandboxInbox, Tariff, Template
from notifications.services import claiming, corrections, following, receipts, sending
from tests import factories
from tests.remembered import remembered

Debtor = tuple[Customer, Account]


@pytest.fixture
@remembered
def misled(bank: None, now: datetime) -> Debtor:
    """A debtor who was told in writing that 5 yuan are overdue; 3,913 are."""
    customer, account = factories.make_debtor()
    tell(customer, account, 500, now - timedelta(minutes=5))
    customer.refresh_from_db()
    return customer, account


@pytest.fixture
def agent(db: None) -> Actor:
    return Actor.of(factories.make_staff("service_agent"))


def tell(customer: Customer, account: Account, fen: int, at: datetime, medium: str = "written") -> None:
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=at)
        spoken.remember_within(
            customer=locked,
            sayings=[Saying(account.pk, "overdue", fen)],
            medium=medium,
            staff=None,
            contact=None,
            now=at,
        )
        flags.settle_within([locked], now=at)


def send(debtor: Debtor, actor: Actor, now: datetime, seen: int | None = None) -> Message:
    return corrections.send(customer_id=debtor[0].pk, account_id=debtor[1].pk, actor=actor, seen_version=seen, now=now)


def state_of(customer: Customer) -> str:
    customer.refresh_from_db()
    return customer.told_state


def test_the_correction_is_proposed_with_its_text_and_cost(misled: Debtor, now: datetime) -> None:
    """Both words side by side, in the customer's language, signed and counted as the tariff charges it."""
    Tariff.objects.create(provider="sandbox", country="CN", per_thousand_fen=4_500)
    (proposal,) = corrections.proposals(customer=misled[0], now=now)
    assert (proposal.kind, proposal.told[0].fen, proposal.true[0].fen) == ("told_correction", 500, 391_300)
    assert "更正：截至11月20日，您尾号" in proposal.text
    assert "逾期金额3913.00元" in proposal.text
    assert (proposal.parts, proposal.cost_fen) == (1, 5)
    Tariff.objects.all().delete()
    assert corrections.proposals(customer=misled[0], now=now)[0].cost_fen is None, "no tariff is not no cost"


def test_it_goes_out_once_past_every_cap_and_ends_the_flag(misled: Debtor, agent: Actor, now: datetime) -> None:
    """Ten texts today use up every limit; the truth goes out all the same and is not counted."""
    customer, _ = misled
    point = customer.contact_points.get()
    Contact.objects.bulk_create(
        Contact(customer=customer, contact_point=point, channel="sms", purpose="collection", state="made",
                department="system", at=now - timedelta(minutes=minutes))
        for minutes in range(1, 11)
    )  # fmt: skip
    message = send(misled, agent, now)
    with pytest.raises(RefusedError, match="message_already_queued"):
        send(misled, agent, now)
    sending.send_due(now=now, worker="test")
    message.refresh_from_db()
    assert message.state == "delivered", message.reason
    assert "更正" in SandboxInbox.objects.get().body
    assert state_of(customer) == "agrees"
    assert ToldFlag.objects.get().ended_by.contact_id == message.contact_id
    with pytest.raises(RefusedError, match="nothing_to_put_right"):
        send(misled, agent, now)


def test_quiet_hours_hold_it_back(misled: Debtor, now: datetime) -> None:
    """No cap blocks the truth, but nobody is woken for it."""
    Branch.objects.update(told_corrections="send")
    night = now.replace(hour=23)
    assert corrections.send_by_itself(customer_id=misled[0].pk, account_id=misled[1].pk, now=night)
    sending.send_due(now=night, worker="test")
    message = Message.objects.get()
    assert (message.state, message.reason) == ("deferred", "quiet_hours")


def test_a_correction_that_never_arrived_opens_the_flag_again(misled: Debtor, agent: Actor, now: datetime) -> None:
    """The provider took it, the handset did not: the customer knows the wrong word only, also the day after."""
    customer, _ = misled
    first = send(misled, agent, now)
    claimed = claiming.claim(now=now, limit=10, worker="test")
    accepted = sending.Outcome(sending.Result.ACCEPTED, provider_id="X1", report="accepted")
    sending.record(answers=[(claimed[0], accepted)], worker="test", now=now)
    assert state_of(customer) == "agrees"
    later = now + timedelta(days=1)
    receipts.receive(
        provider_code=first.provider, report=Report("X1", "undelivered", "30003"), attempt=str(first.attempt),
        now=later,
    )  # fmt: skip
    assert state_of(customer) == "told_wrong"
    assert ToldFlag.objects.get().ended_at is None
    again = send(misled, agent, later)
    assert again.reference == first.reference.removesuffix(":1") + ":2"


def test_the_amount_moves_while_the_correction_is_on_its_way(misled: Debtor, agent: Actor, now: datetime) -> None:
    """What was true when it was written is wrong when it arrives: the flag stays, and may be put right again."""
    customer, account = misled
    send(misled, agent, now)
    claimed = claiming.claim(now=now, limit=10, worker="test")
    payments.record_received(
        account_id=account.pk, amount_fen=100_000, channel="app", reference="P1", occurred_at=now, now=now
    )
    accepted = sending.Outcome(sending.Result.ACCEPTED, provider_id="X1", report="accepted")
    sending.record(answers=[(claimed[0], accepted)], worker="test", now=now)
    assert state_of(customer) == "told_wrong"
    (proposal,) = corrections.proposals(customer=customer, now=now)
    assert (proposal.told[0].fen, proposal.true[0].fen) == (391_300, 291_300)
    assert send(misled, agent, now + timedelta(minutes=1)).state == "due"


def test_whoever_saw_the_truth_meanwhile_is_not_written_to(misled: Debtor, agent: Actor, now: datetime) -> None:
    """The premise is gone: the queued correction is cancelled at its last look."""
    customer, account = misled
    message = send(misled, agent, now)
    pages.remember_page(customer=customer, sayings=[Saying(account.pk, "overdue", 391_300)], version=1, now=now)
    sending.send_due(now=now, worker="test")
    message.refresh_from_db()
    assert (message.state, message.reason) == ("cancelled", "told_the_truth")


def test_what_was_told_by_mouth_is_confirmed_and_not_corrected(misled: Debtor, agent: Actor, now: datetime) -> None:
    """The wrong word was put right in a call: what is missing is the written one."""
    customer, account = misled
    tell(customer, account, 391_300, now, medium="spoken")
    assert state_of(customer) == "orally_only"
    assert send(misled, agent, now).kind == "told_confirmation"
    sending.send_due(now=now, worker="test")
    assert "确认：" in SandboxInbox.objects.get().body
    assert state_of(customer) == "agrees"


def test_it_takes_the_permission_and_the_version_that_was_seen(misled: Debtor, agent: Actor, now: datetime) -> None:
    """An auditor sends nothing; nor does who has not seen the payment that came since."""
    customer, account = misled
    with pytest.raises(NotAllowedError):
        send(misled, Actor.of(factories.make_staff("auditor")), now)
    seen = customer.version
    payments.record_received(
        account_id=account.pk, amount_fen=100, channel="app", reference="P1", occurred_at=now, now=now
    )
    with pytest.raises(StaleWriteError):
        send(misled, agent, now, seen=seen)


def test_a_branch_may_let_corrections_go_out_by_themselves(misled: Debtor, now: datetime) -> None:
    """Once, however often the events are read; elsewhere they wait for a colleague."""
    sequencer.sequence(now=now)
    following.follow(now=now)
    assert not Message.objects.exists()
    Branch.objects.update(told_corrections="send")
    tell(misled[0], factories.make_account(misled[0], product="loan"), 7, now)
    sequencer.sequence(now=now)
    following.follow(now=now)
    following.follow(now=now)
    assert Message.objects.get().kind == "told_correction"


def test_the_receipt_of_a_payment_that_settles_all_tells_the_truth(misled: Debtor, now: datetime) -> None:
    """“Nothing is overdue” is an amount too."""
    customer, account = misled
    payments.record_received(
        account_id=account.pk, amount_fen=391_300, channel="app", reference="P1", occurred_at=now, now=now
    )
    assert state_of(customer) == "told_wrong"
    sequencer.sequence(now=now)
    following.follow(now=now)
    sending.send_due(now=now, worker="test")
    assert Told.objects.filter(amount_name="overdue", amount_fen=0, medium="written").exists()
    assert state_of(customer) == "agrees"


def test_the_page_shows_the_pair_and_sends_once(misled: Debtor, client: Client) -> None:
    """Told and true side by side, the text, one button; pressed twice it sends once. The record says it too."""
    client.force_login(factories.make_staff("collector"))
    address = f"/notifications/confirm/{misled[0].customer_no}/"
    page = client.get(address).content.decode()
    assert "5.00" in page
    assert "3,913.00" in page
    assert "更正：" in page
    form = {"account": misled[1].pk, "seen_version": misled[0].version}
    assert client.post(address, form).status_code == 302
    assert client.post(address, form).status_code == 409
    assert Message.objects.count() == 1
    record = client.get(reverse("desk:record", args=[misled[0].customer_no])).content.decode()
    assert "告知有误" in record


def test_every_amount_a_text_may_name_is_remembered(bank: None) -> None:
    """A new kind of message with an amount that tells nothing fails here."""
    money = {"inst", "pi", "bill", "minp", "od", "pamt", "rest"}
    for template in Template.objects.filter(active=True):
        named = set(variables_in(template.body)) & money
        remembered = {variable for variable, _ in KINDS[template.kind].amounts}
        assert named <= remembered, template
    assert {kind for kind in TELL_THE_TRUTH if not KINDS[kind].amounts} == set()


def test_who_has_no_number_is_put_right_by_another_channel(misled: Debtor, agent: Actor, now: datetime) -> None:
    """The page says which; whoever nothing reaches is not queued for."""
    customer, _ = misled
    point = customer.contact_points.get()
    customer.contact_points.update(quality="bad")
    assert corrections.obstacle(customer=customer, now=now) == "no_contact_point"
    with pytest.raises(RefusedError, match="no_contact_point"):
        send(misled, agent, now)
    factories.make_mobile(customer, "chen@mail.example", kind="email")
    (proposal,) = corrections.proposals(customer=customer, now=now)
    assert (proposal.text[:2], proposal.parts, proposal.cost_fen) == ("更正", 0, None)
    message = send(misled, agent, now)
    sending.send_due(now=now, worker="test")
    message.refresh_from_db()
    assert (message.channel, message.state) == ("email", "sent"), message.reason
    assert message.contact_point != point
    assert state_of(customer) != "told_wrong"
