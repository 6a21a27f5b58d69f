"""Own field visits: planned, approved by who does not go, made by two under one permit, told with their outcome."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from collections_app.domain import visits as rules
from collections_app.domain.calls import Closing
from collections_app.domain.promises import Part
from collections_app.domain.visits import TOLD_WITHIN
from collections_app.models import Alert, Approval, Contact, Customer, Event, HandOff, Hold, Staff, Told, Visit
from collections_app.selectors import codes
from collections_app.selectors.permit_facts import PermitRequest, load
from collections_app.services import approvals, contacts, corrections, holds, visit_endings, visits, walls
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import SYSTEM, Actor
from desk.selectors.filling import Known
from desk.selectors.visits import colleagues
from desk.views import corrected
from tests import factories
from tests.oversight.audits import audit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
FACTS = ["name_id_tail", "birth_date"]


class Crew:
    """Two who go, one who approves, and where to."""

    def __init__(self) -> None:
        self.customer, self.account = factories.make_debtor()
        self.first, self.second = factories.make_staff("collector"), factories.make_staff("collector")
        self.boss = factories.make_staff("supervisor")
        where = f"朝阳区示范路 {self.customer.customer_no} 号"
        self.home = factories.make_mobile(self.customer, where, kind="address_home")

    def plan(self, now: datetime, *, second: Staff | None = None, after: timedelta = timedelta(hours=5)) -> Visit:
        going = visits.Going(
            self.home.pk, self.first.pk, (second or self.second).pk, now + after, now + after + timedelta(hours=1)
        )
        return visits.plan(
            customer_id=self.customer.pk, going=going, reason="多次无人接听", actor=Actor.of(self.first),
            seen_version=None, now=now,
        )  # fmt: skip

    def begun(self, now: datetime) -> tuple[Visit, datetime]:
        """A visit that two have set out for, and the hour."""
        visit = self.plan(now)
        self.decide("approved", now)
        hour = visit.starts_at - timedelta(minutes=10)
        return visits.begin(visit_id=visit.pk, actor=Actor.of(self.first), seen_version=None, now=hour), hour

    def decide(self, verdict: str, now: datetime, *, by: Staff | None = None) -> None:
        approval = Approval.objects.get(kind="visit", state="pending")
        approvals.decide(
            approval_id=approval.pk, verdict=verdict, answer="同意", actor=Actor.of(by or self.boss), now=now
        )

    def close(self, visit: Visit, now: datetime, outcome: str, party: str = "self", **values: Any) -> Visit:
        facts = values.pop("facts", FACTS)
        closing = Closing(party=party, outcome=outcome, **values)
        return visits.close(visit_id=visit.pk, closing=closing, facts=facts, actor=Actor.of(self.second), now=now)


@pytest.fixture
def crew() -> Crew:
    return Crew()


def test_hours_and_outcomes_of_a_visit(now: datetime) -> None:
    """Ahead and not too far, in order and not too long; what only a telephone says is none of a visit."""
    hour = timedelta(hours=1)
    given = {
        "visit_in_the_past": (now, now + hour),
        "visit_too_far": (now + timedelta(days=31), now + timedelta(days=31, hours=1)),
        "visit_hours_wrong": (now + hour, now + hour),
        "": (now + hour, now + 5 * hour),
    }
    for code, (starts, ends) in given.items():
        assert rules.fault_of_hours(starts_at=starts, ends_at=ends, now=now) == code
    assert rules.fault_of_hours(starts_at=now + hour, ends_at=now + 6 * hour, now=now) == "visit_hours_wrong"
    for at, may in ((-31, False), (-30, True), (60, True), (61, False)):
        begins = rules.may_begin(starts_at=now, ends_at=now + hour, now=now + timedelta(minutes=at))
        assert begins is may, at
    offered = {row.code for row in rules.outcomes_of_visits(codes.seen().outcomes.values())}
    assert {"no_answer", "self_promise", "third_unknown", "deceased_said", "self_stop"} <= offered
    assert not offered & {"busy", "empty", "voicemail", "guarantor_stop"}


def test_a_visit_from_plan_to_promise(crew: Crew, now: datetime) -> None:
    """Approved by who does not go; while two are out nobody else contacts the customer."""
    visit, hour = crew.begun(now)
    assert (visit.state, visit.contact and visit.contact.state) == ("begun", "reserved")
    blocked = contacts.preview(
        customer=crew.customer, channel="voice", purpose="collection", actor=Actor.of(crew.boss), now=hour,
        contact_point=crew.customer.contact_points.get(kind="mobile"),
    )  # fmt: skip
    assert not blocked.allowed
    # Hours later nobody has said what came of it: it is not taken for one that never happened.
    assert contacts.void_expired(now=hour + timedelta(days=1)) == 0
    day = (hour + timedelta(days=2)).date()
    part = Part(day, crew.account.overdue_fen)
    done = crew.close(visit, hour + timedelta(minutes=40), "self_promise", promise_parts=[part], text="当面承诺")
    contact = Contact.objects.get()
    assert (done.state, contact.channel, contact.state, contact.effective) == ("done", "visit", "made", True)
    assert crew.customer.promises.get().parts.get().amount_fen == crew.account.overdue_fen
    assert Told.objects.filter(customer=crew.customer, medium="spoken", contact=contact).exists()
    kinds = [kind for kind in Event.objects.order_by("id").values_list("kind", flat=True) if kind.startswith("visit.")]
    assert kinds == ["visit.planned", "visit.begun", "visit.closed"]
    with pytest.raises(RefusedError, match="visit_not_open"):
        crew.close(visit, hour + timedelta(hours=1), "no_answer", "nobody")


def test_nobody_goes_alone_or_approves_their_own(crew: Crew, now: datetime) -> None:
    """Two different people who may go; neither of them, nor who asked, approves; the database knows it too."""
    with pytest.raises(RefusedError, match="visit_needs_two"):
        crew.plan(now, second=crew.first)
    for other in (factories.make_staff("service_agent"), factories.make_staff("collector", is_active=False)):
        with pytest.raises(RefusedError, match="colleague_may_not_visit"):
            crew.plan(now, second=other)
    Customer.objects.filter(pk=crew.customer.pk).update(recused_staff=[crew.second.pk])
    with pytest.raises(RefusedError, match="colleague_may_not_visit"):
        crew.plan(now)
    Customer.objects.filter(pk=crew.customer.pk).update(recused_staff=[])
    visit = crew.plan(now, second=crew.boss)
    with pytest.raises(RefusedError, match="own_work"):
        crew.decide("approved", now)
    crew.decide("approved", now, by=factories.make_staff("supervisor"))
    with pytest.raises(RefusedError, match="visit_open_already"):
        crew.plan(now)
    stranger = factories.make_staff("collector")
    with pytest.raises(NotAllowedError):
        visits.begin(visit_id=visit.pk, actor=Actor.of(stranger), seen_version=None, now=visit.starts_at)
    for name, wrong in (
        ("visit_by_two", {"second": crew.first}),
        ("visit_hours_in_order", {"ends_at": visit.starts_at}),
        ("visit_begun_under_a_permit", {"state": "begun"}),
        ("visit_done_with_its_result", {"state": "done"}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Visit.objects.filter(pk=visit.pk).update(**wrong)


def test_no_visit_where_or_when_none_may_be_made(crew: Crew, now: datetime) -> None:
    """At night, to a telephone number, under a hold; one that is planned ends when its customer may not be visited."""
    with pytest.raises(RefusedError, match="quiet_hours"):
        crew.plan(now, after=timedelta(hours=13))
    mobile = crew.customer.contact_points.get(kind="mobile")
    crew.home, home = mobile, crew.home
    with pytest.raises(RefusedError, match="no_such_address"):
        crew.plan(now)
    crew.home = home
    visit = crew.plan(now)
    crew.decide("approved", now)
    for early in (now, visit.ends_at + timedelta(minutes=1)):
        with pytest.raises(RefusedError, match="visit_not_its_hour"):
            visits.begin(visit_id=visit.pk, actor=Actor.of(crew.first), seen_version=None, now=early)
    hold = holds.place(
        customer_id=crew.customer.pk, kind="hardship", actor=Actor.of(crew.boss), seen_version=None, now=now
    )
    with pytest.raises(RefusedError, match="hold"):
        visits.begin(visit_id=visit.pk, actor=Actor.of(crew.first), seen_version=None, now=visit.starts_at)
    visits.call_off(visit_id=visit.pk, reason="客户已申请困难", actor=Actor.of(crew.first), now=visit.starts_at)
    with pytest.raises(RefusedError, match="hold"):
        crew.plan(now)
    holds.release(hold_id=hold.pk, reason="已核实", actor=Actor.of(crew.boss), seen_version=None, now=now)
    waiting = crew.plan(now)
    crew.decide("rejected", now)
    waiting.refresh_from_db()
    assert (waiting.state, Visit.objects.filter(closed_at=None).count()) == ("refused", 0)


def test_a_request_ends_with_the_hour_of_its_visit(crew: Crew, now: datetime) -> None:
    """Nobody approves what can not be made any more."""
    visit = crew.plan(now)
    assert approvals.sweep(now=visit.starts_at) == 1
    visit.refresh_from_db()
    assert (visit.state, Approval.objects.get().state) == ("refused", "overtaken")


def test_what_is_found_at_the_door_is_done_at_once(crew: Crew, now: datetime) -> None:
    """Of a wrong address, of a stop, of a debtor who was not confirmed; words that do not belong are refused."""
    visit, hour = crew.begun(now)
    for outcome, party, facts, code in (
        ("busy", "nobody", [], "outcome_not_of_visits"),
        ("self_refuse", "third", FACTS, "party_and_outcome_differ"),
        ("self_promise", "self", FACTS[:1], "not_verified"),
        ("self_refuse", "self", FACTS, "overdue_reason_missing"),
    ):
        with pytest.raises(RefusedError, match=code):
            crew.close(visit, hour, outcome, party, facts=facts)
    crew.close(visit, hour, "self_stop")
    stop = Hold.objects.get(kind="channel_stop")
    assert stop.channel == "visit"
    other = Crew()
    visit, hour = other.begun(now)
    other.close(visit, hour, "third_unknown", "third", facts=[])
    other.home.refresh_from_db()
    assert other.home.quality == "not_his"
    third = Crew()
    visit, hour = third.begun(now)
    third.close(visit, hour, "self_risk")
    assert HandOff.objects.filter(customer=third.customer, kind="risk_alert").exists()


def test_a_visit_that_turned_back_counts_for_nothing(crew: Crew, now: datetime) -> None:
    """Nobody was met: the contact did not happen, and the customer may be contacted again."""
    visit, hour = crew.begun(now)
    visits.call_off(visit_id=visit.pk, reason="道路封闭", actor=Actor.of(crew.second), now=hour)
    assert Contact.objects.get().state == "void"
    crew.plan(now)


def test_a_visit_that_overruns_goes_on_counting_until_it_is_told(crew: Crew, now: datetime) -> None:
    """Two are still at the door: no call is permitted beside it, and it counts toward the caps."""
    visit, _hour = crew.begun(now)
    assert visit.contact is not None
    late = visit.ends_at + timedelta(hours=1)
    assert visit.contact.expires_at is not None
    assert visit.contact.expires_at < late
    blocked = contacts.preview(
        customer=crew.customer, channel="voice", purpose="collection", actor=Actor.of(crew.boss), now=late,
        contact_point=crew.customer.contact_points.get(kind="mobile"),
    )  # fmt: skip
    assert "pending" in {str(finding.reason) for finding in blocked.refusals}
    request = PermitRequest(crew.customer, "voice", "collection", None, Actor.of(crew.boss))
    fact = load([request], now=late)[0].contacts[0]
    assert (str(fact.state), fact.counted) == ("reserved", True)


def test_a_visit_called_off_takes_its_request_along(crew: Crew, now: datetime) -> None:
    """Who asked takes it back; called off by another, it is overtaken; nobody is left to approve it."""
    for by, state in ((crew.first, "withdrawn"), (crew.second, "overtaken")):
        visit = crew.plan(now)
        visits.call_off(visit_id=visit.pk, reason="客户已还款", actor=Actor.of(by), now=now)
        visit.refresh_from_db()
        approval = Approval.objects.latest("id")
        assert (visit.state, approval.state) == ("called_off", state)
    Approval.objects.filter(pk=approval.pk).update(state="pending", decided_at=None)
    with pytest.raises(RefusedError, match="visit_not_open"):
        crew.decide("approved", now)
    assert approvals.sweep(now=now) == 1


def test_a_visit_nobody_set_out_for_ends_and_one_nobody_tells_of_is_asked_for(crew: Crew, now: datetime) -> None:
    """The system calls the first off when its hours are over; for the second its branch has one alert until it is told.

    Whoever was to go sets out up to the last minute.
    """
    visit = crew.plan(now)
    crew.decide("approved", now)
    assert visit_endings.sweep(now=visit.ends_at) == 0
    assert visit_endings.sweep(now=visit.ends_at + timedelta(minutes=1)) == 1
    visit.refresh_from_db()
    event = Event.objects.get(kind="visit.called_off")
    assert (visit.state, event.actor, event.payload["why"]) == ("called_off", None, "hour_over")
    visit, _hour = crew.begun(now)
    late = visit.ends_at + timedelta(hours=24)
    visit_endings.sweep(now=late - timedelta(minutes=1))
    assert not Alert.objects.exists()
    for _ in range(2):
        assert visit_endings.sweep(now=late) == 0
    alert = Alert.objects.get(kind="visit_untold")
    assert (alert.branch, alert.detail, alert.resolved_at) == (crew.customer.branch, {"visits": 1}, None)
    crew.close(visit, late, "no_answer", "nobody")
    visit_endings.sweep(now=late)
    alert.refresh_from_db()
    assert alert.resolved_at == late


def test_what_came_of_a_visit_is_corrected_as_a_calls_end_is(crew: Crew, now: datetime, client: Client) -> None:
    """Its line in the history leads to the form, which has no outcome of a telephone; its words are known at forms."""
    visit, hour = crew.begun(now)
    crew.close(visit, hour, "self_risk", text="情绪激动")
    visit.refresh_from_db()
    event = Event.objects.get(kind="visit.closed")
    assert visit.conversation is not None
    assert Known(crew.customer, crew.second, hour).words == "情绪激动"
    address = corrected.address_of(event, customer=crew.customer, staff=crew.boss)
    client.force_login(crew.boss)
    page = client.get(address).content.decode()
    assert 'value="self_refuse"' in page
    assert 'value="voicemail"' not in page
    given: dict[str, Any] = {
        "conversation_id": visit.conversation.pk, "reason": "选错结果", "actor": Actor.of(crew.boss),
        "seen_version": None, "now": hour,
    }  # fmt: skip
    with pytest.raises(RefusedError, match="outcome_not_of_visits"):
        corrections.call(closing=Closing(party="nobody", outcome="busy"), **given)
    corrections.call(closing=Closing(party="nobody", outcome="no_answer"), **given)
    assert corrected.of_events(customer=crew.customer, events=[event]) == {event.id}
    visit.conversation.refresh_from_db()
    assert visit.conversation.outcome == "no_answer"


def test_nobody_is_offered_who_is_kept_away_from_the_record(crew: Crew, now: datetime) -> None:
    """Whom a tie walls from it is refused as a companion, and so not in the list."""
    unit = crew.customer.branch
    near, tied = (factories.make_staff("collector", branch=unit) for _ in range(2))
    assert {near, tied} <= set(colleagues(crew.first, crew.customer))
    walls.declare(
        staff_id=tied.pk, customer_no=crew.customer.customer_no, relation="relative", note="本人申报", actor=SYSTEM,
        now=now,
    )  # fmt: skip
    crew.customer.refresh_from_db()
    assert crew.customer.walled
    offered = colleagues(crew.first, crew.customer)
    assert near in offered
    assert tied not in offered
    with pytest.raises(RefusedError, match="colleague_may_not_visit"):
        crew.plan(now, second=tied)


def test_a_visit_under_way_breaks_no_guarantee_and_one_that_nobody_tells_of_does(now: datetime) -> None:
    """Its contact stays reserved until they tell, a day at most; a text asked for meanwhile is nobody's line."""
    crew = Crew()
    visit, hour = crew.begun(now)
    assert audit("G4", visit.ends_at + timedelta(hours=2)).violations == []
    assert audit("G4", visit.ends_at + TOLD_WITHIN + timedelta(hours=1)).violations != []
    told = crew.close(visit, visit.ends_at, "no_answer", party="nobody")
    assert told.conversation is not None
    Contact.objects.create(
        customer=crew.customer, channel="sms", purpose="collection", department="service", state="made",
        at=hour + timedelta(minutes=20), staff=factories.make_staff("service_agent"),
    )  # fmt: skip
    said = " ".join(item.what for item in audit("G4", visit.ends_at + timedelta(hours=2)).violations)
    assert "on the line" not in said
