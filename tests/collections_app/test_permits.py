"""Permits on real rows: reserved, refused, counted, settled."""

# Long because one story of reservations, from permit to settlement.

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import translation

from collections_app.models import (
    AccountParty,
    Alert,
    Arrangement,
    Branch,
    Contact,
    ContactPoint,
    Conversation,
    Customer,
    Entry,
    Hold,
    ImportedDay,
    IntakeBatch,
    PermitRefusal,
    Promise,
    Rule,
    Staff,
)
from collections_app.selectors import data_age
from collections_app.services import contact_points, contacts, refusal_texts
from collections_app.services.errors import RefusedError
from collections_app.services.records import SYSTEM, Actor
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.usefixtures("rules")
Ask = Callable[..., contacts.Permit | contacts.Refusal]


@pytest.fixture
def ask(debtor: Debtor, collector: Staff, now: datetime) -> Ask:
    """Ask for a permit to call the debtor, unless a test says otherwise."""

    def asking(**values: Any) -> contacts.Permit | contacts.Refusal:
        plain = {
            "customer": debtor.customer,
            "channel": "voice",
            "purpose": "collection",
            "contact_point": mobile_of(debtor.customer),
            "actor": Actor.of(collector),
            "now": now,
        }
        return contacts.permit(**(plain | values))

    return asking


def mobile_of(customer: Customer) -> ContactPoint:
    return ContactPoint.objects.filter(customer=customer, relation="self").order_by("id")[0]


def reason(answer: contacts.Permit | contacts.Refusal) -> str:
    return "" if isinstance(answer, contacts.Permit) else answer.reason


def made(debtor: Debtor, at: datetime, **values: Any) -> Contact:
    plain: dict[str, Any] = {
        "customer": debtor.customer,
        "contact_point": mobile_of(debtor.customer),
        "channel": "sms",
        "purpose": "due_notice",
        "state": "made",
        "department": "system",
        "at": at,
    }
    return Contact.objects.create(**(plain | values))


def test_a_permit_reserves_a_contact_that_explains_itself(ask: Ask, debtor: Debtor, now: datetime) -> None:
    """The reservation names its accounts and ends by itself; the rules it passed are kept with it."""
    answer = ask(hold_seconds=60)
    assert isinstance(answer, contacts.Permit)
    contact = Contact.objects.get()
    assert (contact.state, contact.accounts, contact.expires_at) == (
        "reserved",
        [debtor.account.id],
        now + timedelta(seconds=60),
    )
    assert {"CN-H1", "CN-F1", "CN-F2"} <= {row.get("rule", {}).get("code") for row in contact.decision["considered"]}
    assert contact.decision["data_as_of"] == "2026-11-19"


def test_a_refusal_is_recorded_with_rule_inputs_and_end(ask: Ask) -> None:
    """At night: until eight in the morning, by the industry's rule."""
    answer = ask(now=datetime(2026, 11, 20, 14, 0, tzinfo=UTC))
    assert isinstance(answer, contacts.Refusal)
    row = PermitRefusal.objects.get()
    assert (row.reason, row.until) == ("quiet_hours", datetime(2026, 11, 21, 0, 0, tzinfo=UTC))
    assert row.decision["rule"] == {"pack": "CN", "version": 1, "code": "CN-H1", "basis": "industry", "verified": False}
    assert row.decision["params"]["clock"] == "22:00:00"
    assert not Contact.objects.exists()


def test_a_preview_answers_the_same_and_writes_nothing(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """With a number, and for the customer as a whole."""
    point = debtor.customer.contact_points.get()
    asked = {"customer": debtor.customer, "channel": "voice", "purpose": "collection", "actor": Actor.of(collector)}
    assert contacts.preview(**asked, contact_point=point, now=now).allowed
    assert contacts.preview(**asked, contact_point=None, now=now).allowed
    assert contacts.preview(**asked, contact_point=point, now=now.replace(hour=22)).code == "quiet_hours"
    assert not Contact.objects.exists()
    assert not PermitRefusal.objects.exists()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "cap_reached"),
        ({"state": "unknown"}, "cap_reached"),
        ({"state": "reserved", "expires_at": None}, "cap_reached"),
        ({"state": "void"}, ""),
        ({"state": "failed"}, ""),
        ({"purpose": "receipt"}, ""),
        ({"inbound": True}, ""),
        ({"decision": {"asked_for_in_call": True}}, ""),
        ({"at": datetime(2026, 11, 19, 15, 59, tzinfo=UTC)}, ""),
    ],
)
def test_the_cap_counts_what_may_have_reached_the_customer(
    ask: Ask, debtor: Debtor, now: datetime, values: dict[str, Any], expected: str
) -> None:
    """Made, unknown and reserved count; void and failed before leaving do not, nor does yesterday."""
    made(debtor, **({"at": now - timedelta(hours=2)} | values))
    assert reason(ask(channel="sms")) == expected


@pytest.mark.django_db(transaction=True)
def test_a_reservation_past_its_end_is_what_the_sweep_will_make_of_it(ask: Ask, debtor: Debtor, now: datetime) -> None:
    """A late sweep misleads nobody: a colleague's call counts no more, a machine's and a message still do."""
    colleague = factories.make_staff("collector")
    gone = {"state": "reserved", "at": now - timedelta(hours=1), "expires_at": now - timedelta(minutes=50)}
    for number in range(3):
        made(debtor, **gone | {"channel": "voice", "staff": colleague, "at": now - timedelta(hours=1, minutes=number)})
    assert reason(ask()) == ""
    made(debtor, **gone)
    made(debtor, **gone | {"channel": "voice", "at": now - timedelta(hours=2)})
    assert reason(ask(channel="sms", contact_point=mobile_of(debtor.customer))) == "cap_reached"
    assert contacts.void_expired(now=now) == 5
    assert sorted(Contact.objects.exclude(state="reserved").values_list("channel", "state")) == [
        ("sms", "unknown"),
        ("voice", "unknown"),
        ("voice", "void"),
        ("voice", "void"),
        ("voice", "void"),
    ]


def test_what_stands_on_the_record_stops_collection_by_itself(ask: Ask, debtor: Debtor, now: datetime) -> None:
    """A promise, an agreement, a payment on its way and a placement need no hold beside them."""
    owned = {"customer": debtor.customer, "account": debtor.account}
    promise = Promise.objects.create(
        **owned, department="service", taken_at=now, last_day=date(2026, 11, 22), total_fen=100
    )
    answer = ask()
    assert isinstance(answer, contacts.Refusal)
    assert (answer.reason, answer.until) == ("promise_pending", datetime(2026, 11, 22, 16, tzinfo=UTC))
    later = datetime(2026, 11, 23, 2, tzinfo=UTC)
    debtor.account.data_as_of = date(2026, 11, 22)
    debtor.account.save()
    waiting = ask(now=later)
    assert isinstance(waiting, contacts.Refusal)
    assert (waiting.reason, waiting.until) == ("promise_pending", None)
    debtor.account.data_as_of = date(2026, 11, 19)
    debtor.account.save()
    promise.delete()
    plan = Arrangement.objects.create(**owned, source="negotiation", source_reference="1", agreed_at=now)
    assert reason(ask()) == "agreement_active"
    plan.delete()
    entry = Entry.objects.create(
        **owned,
        kind="payment",
        state="in_flight",
        amount_fen=5,
        channel="page",
        reference="R1",
        occurred_at=now,
        recorded_at=now,
    )
    answer = ask()
    assert isinstance(answer, contacts.Refusal)
    assert (answer.reason, answer.params["hold"]) == ("hold", "payment_pending")
    entry.delete()
    debtor.account.placement = "placed"
    debtor.account.save()
    assert reason(ask()) == "hold"


def test_a_hold_counts_until_it_is_released_or_ends(ask: Ask, debtor: Debtor, now: datetime) -> None:
    """The longest of two decides; what has ended does not count."""
    held = {"customer": debtor.customer, "kind": "hardship", "placed_at": now - timedelta(days=1)}
    Hold.objects.create(**held, ends_at=now)
    assert reason(ask()) == ""
    Contact.objects.update(state="void")
    Hold.objects.create(**held, ends_at=now + timedelta(days=1))
    Hold.objects.create(**held, ends_at=now + timedelta(days=3))
    answer = ask()
    assert isinstance(answer, contacts.Refusal)
    assert (answer.reason, answer.until) == ("hold", now + timedelta(days=3))


def test_what_holds_an_account_holds_its_guarantor_too(debtor: Debtor, ask: Ask, now: datetime) -> None:
    """The guarantor may be called about the account, until an agreement on it is in force."""
    guarantor = factories.make_customer()
    AccountParty.objects.create(account=debtor.account, customer=guarantor, role="guarantor")
    asked = {"customer": guarantor, "contact_point": mobile_of(guarantor)}
    answer = ask(**asked)
    assert isinstance(answer, contacts.Permit), answer
    assert answer.contact.accounts == [debtor.account.id]
    contacts.settle(contact_id=answer.contact.id, state="void", now=now)
    Hold.objects.create(customer=debtor.customer, kind="agreement_active", account=debtor.account, placed_at=now)
    assert reason(ask(**asked)) == "agreement_active"


def test_a_stale_file_refuses_collection_and_lets_receipts_pass(ask: Ask, debtor: Debtor) -> None:
    """The record's accounts are of the day before yesterday."""
    debtor.account.data_as_of = date(2026, 11, 18)
    debtor.account.save()
    answer = ask()
    assert isinstance(answer, contacts.Refusal)
    assert (answer.reason, answer.params["oldest"]) == ("data_stale", "2026-11-19")
    assert reason(ask(channel="sms", purpose="receipt", actor=SYSTEM)) == ""


def test_a_number_that_is_bad_for_one_is_silent_for_all(ask: Ask, debtor: Debtor) -> None:
    """Out of service is out of service on every record; whose it is, a record that verified it knows better."""
    mine = debtor.customer.contact_points.get()
    other = factories.make_mobile(factories.make_customer(), number=mine.value, quality="bad")
    assert reason(ask()) == "number_bad"
    ContactPoint.objects.filter(id=other.id).update(quality="not_his")
    assert reason(ask()) == ""
    Contact.objects.update(state="void")
    ContactPoint.objects.filter(id=mine.id).update(quality="likely")
    assert reason(ask()) == "number_bad"


def test_a_bad_number_hold_elsewhere_silences_it_here(ask: Ask, debtor: Debtor, now: datetime) -> None:
    """The hold on another record's row of the same number."""
    other = factories.make_mobile(factories.make_customer(), number=debtor.customer.contact_points.get().value)
    hold = Hold.objects.create(customer=other.customer, kind="number_bad", contact_point=other, placed_at=now)
    assert reason(ask(channel="sms", purpose="receipt")) == "number_bad"
    hold.released_at, hold.release_reason = now, "verified"
    hold.save()
    assert reason(ask(channel="sms", purpose="receipt")) == ""


def test_a_colleague_on_the_line_keeps_everybody_else_away(
    ask: Ask, debtor: Debtor, agent: Staff, collector: Staff, now: datetime
) -> None:
    """What the customer asked for in that call passes for who is on it, and does not use up the budget."""
    call = made(debtor, now - timedelta(minutes=9), channel="voice", inbound=True, staff=agent)
    Conversation.objects.create(
        customer=debtor.customer, contact=call, staff=agent, department="service", inbound=True, started_at=call.at
    )
    assert reason(ask()) == "on_the_line"
    asked = {"channel": "sms", "purpose": "service_notice", "asked_for_in_call": True}
    assert reason(ask(**asked)) == "on_the_line"
    answer = ask(**asked, actor=Actor.of(agent), now=now + timedelta(hours=13))
    assert isinstance(answer, contacts.Permit), answer
    assert answer.contact.decision["asked_for_in_call"] is True
    Conversation.objects.update(ended_at=now, outcome="self_refuse", party="self")
    contacts.settle(contact_id=answer.contact.id, state="made", now=now)
    assert reason(ask(channel="sms")) == ""


def test_third_parties_are_asked_only_when_the_customer_is_out_of_reach(
    ask: Ask, debtor: Debtor, now: datetime
) -> None:
    """Three calls in a row that reached nobody; a talk in between begins the count anew."""
    friend = factories.make_mobile(debtor.customer, relation="relative")
    own = debtor.customer.contact_points.get(relation="self")
    asked = {"contact_point": friend, "purpose": "third_party"}
    assert reason(ask(**asked)) == "third_party"
    for days in (1, 2, 3):
        made(debtor, now - timedelta(days=days), channel="voice", contact_point=own)
    made(debtor, now - timedelta(days=4), channel="voice", contact_point=own, effective=True)
    assert reason(ask(**asked)) == ""
    Contact.objects.filter(state="reserved").update(state="void")
    Contact.objects.filter(at=now - timedelta(days=2)).update(effective=True)
    assert reason(ask(**asked)) == "third_party"


def test_rules_that_cannot_be_read_refuse_and_call_staff(
    ask: Ask, debtor: Debtor, django_capture_on_commit_callbacks: Any
) -> None:
    """Nobody is contacted under half the rules; the alert is raised once."""
    Rule.objects.filter(code="CN-H1", pack__code="CN").update(parameters={"from": "late"})
    with django_capture_on_commit_callbacks(execute=True):
        assert reason(ask()) == "rules_missing"
    with django_capture_on_commit_callbacks(execute=True):
        assert reason(ask()) == "rules_missing"
    alert = Alert.objects.get()
    assert (alert.kind, alert.branch_id) == ("rules_missing", debtor.customer.branch_id)


def test_an_unknown_time_zone_fails_closed(ask: Ask, debtor: Debtor) -> None:
    """Nobody can tell whether it is night there."""
    debtor.customer.time_zone = "Mars/Olympus"
    debtor.customer.save()
    assert reason(ask()) == "zone_unknown"


def test_the_neutral_pack_needs_a_calendar_for_visits(ask: Ask, debtor: Debtor, now: datetime) -> None:
    """Without a published calendar no visit; with one, on working days."""
    Branch.objects.update(rule_pack="neutral")
    home = factories.make_mobile(debtor.customer, kind="address_home")
    visit = {"channel": "visit", "contact_point": home}
    assert reason(ask(**visit)) == "calendar_unknown"
    ImportedDay.objects.create(country="CN", on=date(2026, 10, 1), works=False, source="test")
    assert reason(ask(**visit)) == ""


def test_the_year_that_ends_goes_on_west_of_greenwich(ask: Ask, debtor: Debtor) -> None:
    """In New York it is New Year's Eve still when the new year has begun in UTC; both calendars are published."""
    Branch.objects.update(rule_pack="neutral")
    debtor.customer.time_zone, debtor.customer.country = "America/New_York", "US"
    debtor.customer.save()
    for year in (2026, 2027):
        ImportedDay.objects.create(country="US", on=date(year, 1, 1), works=False, source="test")
    home = factories.make_mobile(debtor.customer, kind="address_home")
    eve = datetime(2026, 12, 31, 19, 30, tzinfo=ZoneInfo("America/New_York"))
    assert reason(ask(channel="visit", contact_point=home, now=eve)) != "calendar_unknown"


def test_accounts_and_numbers_of_others_are_a_mistake_of_the_caller(ask: Ask) -> None:
    """They are refused loudly, not by a reason a customer might see."""
    stranger, account = factories.make_debtor()
    with pytest.raises(ValueError, match="accounts"):
        ask(account_ids=[account.id])
    with pytest.raises(ValueError, match="contact points"):
        ask(contact_point=stranger.contact_points.get())


def test_settling_twice_alike_changes_nothing_and_differently_is_refused(ask: Ask, now: datetime) -> None:
    """What is known is kept."""
    answer = ask()
    assert isinstance(answer, contacts.Permit)
    for _ in range(2):
        contacts.settle(contact_id=answer.contact.id, state="made", now=now, effective=True)
    contact = Contact.objects.get()
    assert (contact.state, contact.effective) == ("made", True)
    with pytest.raises(RefusedError, match="contact_already_settled"):
        contacts.settle(contact_id=contact.id, state="void", now=now)
    with pytest.raises(RefusedError, match="no_such_contact"):
        contacts.settle(contact_id=0, state="void", now=now)


@pytest.mark.django_db(transaction=True)
def test_a_reservation_with_a_conversation_is_never_swept(
    ask: Ask, debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """A long call outlives its reservation."""
    answer = ask()
    assert isinstance(answer, contacts.Permit)
    Conversation.objects.create(
        customer=debtor.customer, contact=answer.contact, staff=collector, department="collections", started_at=now
    )
    assert contacts.void_expired(now=now + timedelta(hours=1)) == 0


def test_the_banner_goes_by_the_newest_file(debtor: Debtor, now: datetime) -> None:
    """No file, then an old one, then one of yesterday; a record's own day is asked for alike."""
    assert data_age.banner(now=now).as_of is None
    for as_of, fresh in ((date(2026, 11, 18), False), (date(2026, 11, 19), True)):
        IntakeBatch.objects.create(file_name="f", sha256="0", as_of=as_of, state="done", started_at=now)
        assert (data_age.banner(now=now).fresh, data_age.freshest_as_of()) == (fresh, as_of)
    assert data_age.is_fresh(debtor.customer, now=now).fresh


@pytest.mark.django_db(transaction=True)
def test_the_command_loads_reference_data_once(capsys: pytest.CaptureFixture[str]) -> None:
    """The second run finds nothing new."""
    call_command("load_reference_data")
    call_command("load_reference_data")
    said = (
        "new: 0 codes, 0 rule packs, 0 promise rules, 0 calendar days, 0 sentences for emergencies, 0 queues, "
        "0 approved answers, 0 rules of clocks, 0 lists of words for notes, 0 authorities, 0 offers"
    )
    assert capsys.readouterr().out.splitlines()[-1] == said


def test_who_refused_once_is_asked_for_no_record_and_by_no_number_again(
    ask: Ask, debtor: Debtor, supervisor: Staff, now: datetime
) -> None:
    """The refusal is about the number, wherever it is kept, and about the person's other numbers on the record."""
    friend = factories.make_mobile(debtor.customer, relation="spouse", holder_name="李四")
    second = factories.make_mobile(debtor.customer, relation="spouse", holder_name="李四")
    stranger, _ = factories.make_debtor()
    elsewhere = factories.make_mobile(stranger, friend.value, relation="spouse")
    own = factories.make_mobile(factories.make_debtor()[0], friend.value)
    asked = {"purpose": "third_party"}
    contact_points.close_person_within(
        customer=debtor.customer, contact_point=friend, actor=Actor.of(supervisor), now=now
    )
    for point in (friend, second, elsewhere):
        point.refresh_from_db()
        answer = ask(**asked, customer=point.customer, contact_point=point)
        assert reason(answer) in {"opted_out", "third_refused"}
        assert "third_refused" in {str(each.reason) for each in answer.decision.refusals}
    assert reason(ask(customer=own.customer, contact_point=own)) == ""
    with pytest.raises(RefusedError, match="third_refusal_stands"):
        contact_points.judge_within(
            customer=debtor.customer,
            contact_point=friend,
            quality="",
            permission="ok",
            actor=Actor.of(supervisor),
            now=now,
        )


def test_a_hold_for_the_representative_lets_them_be_called(
    ask: Ask, debtor: Debtor, supervisor: Staff, now: datetime
) -> None:
    """The customer's own number is refused, and the sentence says who may be called."""
    Hold.objects.create(customer=debtor.customer, kind="represented", placed_by=supervisor, placed_at=now)
    lawyer = factories.make_mobile(debtor.customer, relation="agent")
    answer = ask()
    assert reason(answer) == "via_only"
    with translation.override("en"):
        assert refusal_texts.refusal_text(answer.decision).endswith("only with Agent.")
    assert reason(ask(contact_point=lawyer)) == ""
