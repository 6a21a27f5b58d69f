"""Incidents: one step stops collection of a scope for everybody; a second person ends it; nothing slips between."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import translation

from collections_app.domain.incidents import IncidentScope
from collections_app.models import AccountParty, Alert, ApprovedSentence, Contact, ContactPoint, Customer, Incident
from collections_app.selectors.permit_facts import PermitRequest
from collections_app.services import approvals, contacts, records
from collections_app.services.emergencies import incidents, sentences
from collections_app.services.emergencies.incidents import Scope
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.permits_bulk import permit_many
from collections_app.services.records import Actor
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
WHOLE_BANK = Scope(IncidentScope.ALL)
Start = Callable[..., Incident]


@pytest.fixture
def start(rules: None, now: datetime) -> Start:
    """Begin an incident, by a supervisor and for the whole bank unless told."""
    sentences.load(now=now)
    supervisor = factories.make_staff("supervisor")

    def begin(covers: Scope = WHOLE_BANK, **values: Any) -> Incident:
        plain: dict[str, Any] = {
            "reason": "disaster",
            "sentence_id": ApprovedSentence.objects.get(code="general", active=True).id,
            "actor": Actor.of(supervisor),
            "now": now,
        }
        return incidents.start(covers=covers, **plain | values)

    return begin


def answer(customer: Customer, purpose: str, at: datetime, **values: Any) -> str:
    """Ask for a permit of an SMS, and return the reason of its refusal or "allowed"."""
    point = ContactPoint.objects.get(customer=customer)
    with transaction.atomic():
        locked = records.lock(customer_id=customer.id, now=at)
        plain: dict[str, Any] = {"channel": "sms", "contact_point": point, "actor": records.SYSTEM}
        found = contacts.permit(customer=locked, purpose=purpose, now=at, **plain | values)
    return "allowed" if isinstance(found, contacts.Permit) else found.reason


def test_an_incident_stops_collection_and_lets_the_rest_go_on(start: Start, now: datetime) -> None:
    """Notices go on unless whoever begins it says so; statutory notices, receipts and codes always do."""
    purposes = ("collection", "due_notice", "statutory", "receipt", "otp", "correction")
    customer = factories.make_debtor()[0]
    start()
    assert answer(customer, "collection", now) == "incident"
    for purpose in purposes[1:]:
        assert answer(factories.make_debtor()[0], purpose, now) == "allowed", purpose
    start(notices_too=True)
    assert answer(customer, "due_notice", now) == "incident"
    for purpose in purposes[2:]:
        assert answer(factories.make_debtor()[0], purpose, now) == "allowed", purpose
    assert answer(customer, "service_notice", now, channel="voice", inbound=True) == "allowed"


def test_an_end_before_the_newest_permit_is_refused(start: Start, now: datetime) -> None:
    """Another host's clock is ahead: an incident begins after the permits given there, and cannot end before them."""
    assert answer(factories.make_debtor()[0], "collection", now + timedelta(seconds=25)) == "allowed"
    with pytest.raises(RefusedError) as refused:
        start(ends_at=now + timedelta(seconds=20))
    assert refused.value.code == "incident_ends_in_the_past"
    assert start(ends_at=now + timedelta(seconds=30)).started_at == now + timedelta(seconds=25)


@pytest.mark.parametrize(
    ("scope", "inside", "outside"),
    [
        ("branch", {"branch": "SH"}, {"branch": "BJ"}),
        ("region", {"branch": "SH"}, {"branch": "BJ"}),
        ("product", {"product": "loan"}, {"product": "card"}),
    ],
)
def test_only_its_scope_is_stopped(
    start: Start, now: datetime, scope: str, inside: dict[str, str], outside: dict[str, str]
) -> None:
    def debtor(branch: str = "BJ", product: str = "card") -> Customer:
        return factories.make_debtor(branch=factories.make_branch(branch), account={"product": product})[0]

    within, without = debtor(**inside), debtor(**outside)
    covers = {
        "branch": Scope(IncidentScope.BRANCH, branch_id=within.branch_id),
        "region": Scope(IncidentScope.REGION, region="SH"),
        "product": Scope(IncidentScope.PRODUCT, product="loan"),
    }
    start(covers[scope])
    assert answer(within, "collection", now) == "incident"
    assert answer(without, "collection", now) == "allowed"


def test_whoever_stands_for_an_account_in_scope_is_not_asked_for_it(start: Start, now: datetime) -> None:
    """A guarantor of another branch, for a debt of the branch that is stopped."""
    debtor, account = factories.make_debtor(branch=factories.make_branch("SH"))
    guarantor = factories.make_customer(branch=factories.make_branch("BJ"))
    AccountParty.objects.create(account=account, customer=guarantor, role="guarantor")
    assert answer(guarantor, "collection", now) == "allowed"
    start(Scope(IncidentScope.BRANCH, branch_id=debtor.branch_id))
    assert answer(guarantor, "collection", now + timedelta(days=1), account_ids=[account.id]) != "allowed"
    reasons = {row.reason for row in guarantor.refusals.all()}
    assert reasons == {"incident"}


def test_bulk_permits_know_of_it_in_as_many_queries(start: Start, now: datetime) -> None:
    """Five hundred answers cost what nine cost; for fewer, some of what they might rest on is not asked for."""
    start(Scope(IncidentScope.PRODUCT, product="card"))

    def cost(number: int) -> int:
        customers = [factories.make_debtor()[0] for _ in range(number)]
        points = {point.customer_id: point for point in ContactPoint.objects.filter(customer__in=customers)}
        with transaction.atomic():
            locked = records.lock_many(customer_ids=[row.id for row in customers], now=now)
            asked = [PermitRequest(row, "sms", "collection", points[row.id], records.SYSTEM) for row in locked.values()]
            before = len(connection.queries_log)
            connection.force_debug_cursor = True
            answers = permit_many(requests=asked, now=now)
            connection.force_debug_cursor = False
            assert {row.reason for row in answers if isinstance(row, contacts.Refusal)} == {"incident"}
            return len(connection.queries_log) - before

    assert cost(9) == cost(12)


def test_it_ends_only_by_a_second_person_and_its_report_is_kept(start: Start, now: datetime) -> None:
    """Whoever began it asks; nobody else's word is the same as none."""
    first, second = factories.make_staff("supervisor"), factories.make_staff("compliance")
    incident = start(actor=Actor.of(first))
    customer = factories.make_debtor()[0]
    answer(customer, "collection", now)
    asked = approvals.ask(
        kind="incident_end", subject=f"incident:{incident.id}", reason="供电已恢复", actor=Actor.of(first), now=now
    )
    with pytest.raises(RefusedError, match="own_work"):
        approvals.decide(approval_id=asked.id, verdict="approved", answer="", actor=Actor.of(first), now=now)
    assert answer(customer, "collection", now) == "incident"
    later = now + timedelta(hours=1)
    approvals.decide(approval_id=asked.id, verdict="approved", answer="", actor=Actor.of(second), now=later)
    incident.refresh_from_db()
    assert (incident.ended_by, incident.ended_at, incident.end_reason) == (second, later, "供电已恢复")
    assert (incident.report["refused_times"], incident.report["refused_records"]) == (2, 1)
    assert answer(customer, "collection", later) == "allowed"
    assert not Alert.objects.filter(kind="incident", resolved_at__isnull=True).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        Incident.objects.filter(id=incident.id).update(report={})


def test_it_ends_by_itself_at_the_hour_stated(start: Start, now: datetime) -> None:
    """Permits go by the hour, not by the sweep that writes it down."""
    customer = factories.make_debtor()[0]
    incident = start(ends_at=now + timedelta(hours=2))
    assert answer(customer, "collection", now + timedelta(hours=2, seconds=-1)) == "incident"
    assert answer(customer, "collection", now + timedelta(hours=2)) == "allowed"
    assert incidents.sweep(now=now + timedelta(hours=3)) == 1
    incident.refresh_from_db()
    assert incident.ended_at == now + timedelta(hours=2)
    assert incident.report["refused_times"] == 1


def test_only_some_may_begin_it_and_only_in_approved_words(start: Start, now: datetime) -> None:
    collector = factories.make_staff("collector")
    with pytest.raises(NotAllowedError):
        start(actor=Actor.of(collector))
    risk = ApprovedSentence.objects.get(code="risk")
    with pytest.raises(RefusedError, match="sentence_not_approved"):
        start(sentence_id=risk.id)
    with pytest.raises(RefusedError, match="incident_reason_unknown"):
        start(reason="because")
    with pytest.raises(RefusedError, match="incident_scope_unknown"):
        start(Scope(IncidentScope.BRANCH, branch_id=0))
    assert not Incident.objects.exists()


def test_the_same_form_sent_twice_begins_one(start: Start) -> None:
    """And a second person who presses at the same time is told that it is stopped already."""
    assert start(form_key="k" * 20) == start(form_key="k" * 20)
    with pytest.raises(RefusedError, match="incident_already"):
        start(form_key="l" * 20)


def test_words_are_used_only_when_a_second_person_has_approved_them(start: Start, now: datetime) -> None:
    writer, other = factories.make_staff("compliance"), factories.make_staff("consumer_protection")
    sentences.load(now=now)
    words = {"staff_zh": "停。", "staff_en": "Stop.", "customer_zh": "请放心。", "customer_en": "All is well."}
    asked = sentences.propose(code="general", **words, reason="更短", actor=Actor.of(writer), now=now)
    draft = ApprovedSentence.objects.get(code="general", version=2)
    with pytest.raises(RefusedError, match="sentence_not_approved"):
        start(sentence_id=draft.id)
    approvals.decide(approval_id=asked.id, verdict="approved", answer="", actor=Actor.of(other), now=now)
    with translation.override("zh-hans"):
        assert start(sentence_id=draft.id).sentence.to_staff == "停。"
    with pytest.raises(RefusedError, match="sentence_incomplete"):
        sentences.propose(
            code="general", **words | {"customer_en": " "}, reason="更短", actor=Actor.of(writer), now=now
        )


@pytest.mark.django_db(transaction=True)
def test_no_permit_is_on_its_way_when_it_has_begun(start: Start, now: datetime) -> None:
    """Starting waits for a permit being written, and counts from after it; the next one is refused."""
    customer = factories.make_debtor()[0]
    given, go_on, begun = threading.Event(), threading.Event(), threading.Event()
    late = now + timedelta(seconds=5)

    def ask() -> None:
        try:
            with transaction.atomic():
                assert answer(customer, "collection", late) == "allowed"
                given.set()
                go_on.wait(timeout=30)
        finally:
            connection.close()

    def begin() -> None:
        try:
            start()
            begun.set()
        finally:
            connection.close()

    threads = [threading.Thread(target=ask), threading.Thread(target=begin)]
    threads[0].start()
    assert given.wait(timeout=30)
    threads[1].start()
    assert not begun.wait(timeout=0.5)
    go_on.set()
    for thread in threads:
        thread.join(timeout=30)
    assert begun.is_set()
    assert Incident.objects.get().started_at == Contact.objects.get().at
    assert answer(factories.make_debtor()[0], "collection", late) == "incident"
