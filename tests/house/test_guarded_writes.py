"""Every service that writes refuses a role that may not, and an author who has not seen what happened since.

The tables below name every function that asks ``records.check_may`` or ``records.check_seen``; a new one that stands
in neither fails here until it does.
"""

# Long because every service that writes stands in one table.

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import File
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from pytest_django import DjangoDbBlocker

from collections_app.domain.calls import Closing
from collections_app.domain.complaint_intake import Intake
from collections_app.domain.events import EVENT_KINDS, WRITE_DEPENDS_ON
from collections_app.domain.incidents import IncidentScope
from collections_app.domain.people import Standing
from collections_app.domain.promises import Part
from collections_app.domain.recordings import Found
from collections_app.models import (
    AccessLink,
    AccessSession,
    Approval,
    Arrangement,
    ArrangementOffer,
    Branch,
    Complaint,
    ComplaintDocument,
    ContactPoint,
    Customer,
    EvidencePack,
    HandOff,
    HandOffPaper,
    Hold,
    MachineClient,
    PaymentClaim,
    Placement,
    PowerOfAttorney,
    Recusal,
    RelatedPerson,
)
from collections_app.models import Promise as PromiseRow
from collections_app.services import (
    access,
    alerts,
    answers,
    approvals,
    arrangement_offers,
    assignment_rules,
    authorities,
    backtests,
    calendars,
    calls,
    claims,
    codes,
    contact_points,
    exports,
    handoffs,
    holds,
    leaving,
    legal_steps,
    note_words,
    notes,
    organisation,
    people,
    plan_endings,
    plan_proposals,
    promise_proposals,
    promise_rules,
    promises,
    recordings,
    records,
    role_policies,
    rules,
    schedule,
    sign_in,
    visits,
    waivers,
    walls,
)
from collections_app.services import corrections as fact_corrections
from collections_app.services.clocks import law, recording, suspending
from collections_app.services.complaints import documents, letters, powers, recusals, steps
from collections_app.services.complaints import intake as complaint_intake
from collections_app.services.emergencies import incidents, red_button, sentences
from collections_app.services.errors import NotAllowedError, StaleWriteError
from collections_app.services.evidence import packs
from collections_app.services.handing import papers
from collections_app.services.intake import runs
from collections_app.services.lines import lease, transfer
from collections_app.services.machines import clients, placements
from collections_app.services.ownership import applying, assigning, covers, placing, previewing
from collections_app.services.worklists import giving, queues
from mediation.domain.mandates import Figures
from mediation.models import (
    AgreementDraft,
    DateRule,
    Disclosure,
    LawPassage,
    Mediation,
    MediationOrganisation,
    Mediator,
    Obligation,
    Place,
    Room,
    Session,
    SessionSpacing,
    Travel,
)
from mediation.services import (
    acceptance,
    availability,
    batches,
    closing,
    conferences,
    court_packs,
    court_rules,
    courts,
    dates,
    drafts,
    extensions,
    fact_sheets,
    mandates,
    mediations,
    mediators,
    obligations,
    organisations,
    outcomes,
    overrides,
    passages,
    places,
    positions,
    routes,
    seals,
    sessions,
    signing,
    table,
    wages,
)
from mediation.services import calls as mediation_calls
from mediation.services import notes as mediation_notes
from mediation.services.people import disclosures, experts, panels, standing
from mediation.services.people import papers as mediation_papers
from notifications.providers.twilio_voice.provider import TwilioVoiceProvider
from notifications.services import app_devices, asked, confirmations, corrections, undecided
from notifications.services.letters import post
from notifications.services.targeting import experiments, objections
from repayment.models import ArrangementApplication
from repayment.services import arrangements, identifying, payments, settlement
from repayment.services import promises as own_promises
from repayment.services.arrangements import Answers
from tests import factories
from tests.conftest import NOW
from tests.shared import kept_for_module, undone

pytestmark = pytest.mark.django_db

BASE_DIR = Path(__file__).resolve().parents[2]
ROOMS = ("collections_app", "notifications", "repayment", "mediation")
Scene = SimpleNamespace
Act = Callable[[Scene, records.Actor, int | None], object]


@pytest.fixture
def no_n_plus_one() -> None:
    """The scene is laid row by row."""


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with kept_for_module(django_db_blocker, lambda: _made(NOW)) as rows:
        yield rows


@pytest.fixture
def scene(made: Scene, db: None, now: datetime) -> Scene:
    return copy.deepcopy(made)


def _made(now: datetime) -> Scene:
    """One record with a row of everything that is written to."""
    customer, account = factories.make_debtor()
    collector, negotiator = factories.make_staff("collector"), factories.make_staff("negotiator")
    common: dict[str, Any] = {"customer": customer, "account": account}
    promise = PromiseRow.objects.create(
        **common, taken_by=collector, department="collections", taken_at=now, last_day=now.date(), total_fen=100
    )
    hold = Hold.objects.create(customer=customer, kind="hardship", placed_by=collector, placed_at=now)
    handoff = HandOff.objects.create(
        customer=customer, kind="complaint", to_department="service", from_department="collections", opened_at=now,
        due_at=now,
    )  # fmt: skip
    claim = PaymentClaim.objects.create(
        **common, amount_fen=100, channel="app", paid_on=now.date(), recorded_at=now, recorded_by=collector
    )
    approval = Approval.objects.create(
        kind="hold_release", subject=f"hold:{hold.id}", customer=customer, asked_by=collector,
        asked_department="collections", asked_at=now, expires_at=now + timedelta(days=1), reason="x",
    )  # fmt: skip
    talks = Mediation.objects.create(
        **common, kind="negotiation", route="telephone", route_reason="amount", amount_fen=100, state="scheduled",
        proposed_by=collector, department="collections", proposed_at=now,
    )  # fmt: skip
    session = Session.objects.create(
        mediation=talks, customer=customer, representative=negotiator, mode="telephone", scheduled_at=now,
        during=DateTimeTZRange(now, now + timedelta(hours=1)),
    )  # fmt: skip
    link = AccessLink.objects.create(
        customer=customer, purpose="repayment", token_hash="t", code_hash="c", created_at=now, expires_at=now
    )
    way_in = AccessSession.objects.create(
        customer=customer, link=link, secret_hash="s", opened_at=now, last_used_at=now, expires_at=now
    )
    agency = MachineClient.objects.create(client_id="a", name="a", kind="agency", created_at=now)
    visit = factories.make_visit(customer, collector, at=now + timedelta(hours=3))
    placement = Placement.objects.create(client=agency, account=account, customer=customer, placed_at=now)
    return SimpleNamespace(
        **vars(_mediated(customer, negotiator, now)), **vars(_draft_rows(session, talks, common, negotiator, now)),
        placement=placement, visit=visit, now=now, customer=customer, account=account, collector=collector,
        negotiator=negotiator,
        promise=promise, hold=hold, handoff=handoff, claim=claim, approval=approval, talks=talks, session=session,
        way_in=way_in, point=customer.contact_points.get(kind="mobile"), actor=None,
        given=Intake("hotline", "pricing", "ordinary", "x", "x", now), conversation=_call(customer, collector, now),
        **vars(_complaint_rows(customer, handoff, collector, negotiator, now)), person=_person(customer, now),
        parts=[Part(now.date() + timedelta(days=1), 100_000)],
    )  # fmt: skip


def _person(customer: Customer, now: datetime) -> RelatedPerson:
    return RelatedPerson.objects.create(
        customer=customer, name="x", relation="unknown", provenance="on_file", recorded_at=now
    )


def _draft_rows(session: Session, talks: Mediation, common: dict[str, Any], author: Any, now: datetime) -> Scene:
    """A draft that waits for signatures, with an obligation of the bank."""
    draft = AgreementDraft.objects.create(
        mediation=talks, session=session, **common, version=1, total_fen=100, grace_days=0, interest_accrues=False,
        fees_accrue=False, no_new_cards=False, facts="x", pay_to="x", drafted_by=author, drafted_at=now, sha256="x",
        size=1, stored_as="x",
    )  # fmt: skip
    obligation = Obligation.objects.create(
        draft=draft, customer=common["customer"], party="bank", kind="refund", amount_fen=1, due_on=now.date()
    )
    return SimpleNamespace(draft=draft, obligation=obligation)


def _mediated(customer: Customer, negotiator: Any, now: datetime) -> Scene:
    """A mediation by an organisation, with a session the day after and a disclosure."""
    organisation = MediationOrganisation.objects.create(
        code="M", name_zh="x", name_en="x", kind="industry", registration_no="1", lawfully_established=True,
        fee_free=True,
    )  # fmt: skip
    mediator = Mediator.objects.create(
        staff=factories.make_staff("mediator"), organisation=organisation, languages=["zh"]
    )
    talks = Mediation.objects.create(
        customer=customer, account=factories.make_account(customer), kind="mediation", route="telephone",
        route_reason="small", amount_fen=100, state="scheduled", proposed_by=negotiator, department="collections",
        proposed_at=now,
    )  # fmt: skip
    hours = DateTimeTZRange(now + timedelta(days=1), now + timedelta(days=1, hours=1))
    session = Session.objects.create(
        mediation=talks, customer=customer, representative=negotiator, mediator=mediator, mode="telephone",
        scheduled_at=now, during=hours,
    )  # fmt: skip
    disclosure = Disclosure.objects.create(
        mediation=talks, customer=customer, mediator=mediator, interest=True, text="x", at=now
    )
    return SimpleNamespace(mediated=session, disclosure=disclosure)


def _complaint_rows(customer: Customer, handoff: HandOff, collector: Any, negotiator: Any, now: datetime) -> Scene:
    """A complaint with a letter, a representative, somebody recused, and an evidence pack."""
    complaint = Complaint.objects.create(
        customer=customer, handoff=handoff, cause="pricing", level="ordinary", text="x", demand="x", received_at=now,
        due_at=now + timedelta(days=15), taken_at=now,
    )  # fmt: skip
    letter = ComplaintDocument.objects.create(
        complaint=complaint, customer=customer, kind="answer", name="x", text="x", content_type="x", size=1,
        sha256="x", stored_as="x", added_at=now,
    )  # fmt: skip
    checked = HandOff.objects.create(
        customer=customer, kind="representative", to_department="legal", from_department="service", opened_at=now,
        due_at=now,
    )  # fmt: skip
    power = PowerOfAttorney.objects.create(
        customer=customer, complaint=complaint, handoff=checked, name="x", scope="x", recorded_at=now
    )
    recusal = Recusal.objects.create(customer=customer, complaint=complaint, staff=negotiator, since=now)
    pack = EvidencePack.objects.create(
        customer=customer, asked_by=collector, asked_at=now, reason="x", language="zh-hans"
    )
    paper = HandOffPaper.objects.create(
        customer=customer, handoff=checked, name="x", content_type="x", size=1, sha256="x", stored_as="x", added_at=now
    )
    return SimpleNamespace(complaint=complaint, letter=letter, power=power, recusal=recusal, pack=pack, paper=paper)


def _call(customer: Customer, staff: Any, now: datetime) -> Any:
    return calls.start(
        customer_id=customer.id, contact_point_id=None, actor=records.Actor.of(staff), seen_version=None, now=now,
        inbound=True,
    )  # fmt: skip


def _plan(s: Scene) -> Arrangement:
    """A plan in force that a colleague agreed."""
    return Arrangement.objects.create(
        customer=s.customer, account=s.account, source="negotiation", source_reference="x", agreed_at=s.now,
        agreed_by=s.negotiator,
    )  # fmt: skip


def _device(s: Scene) -> ContactPoint:
    return factories.make_mobile(s.customer, "dev-4f1c9a", kind="app_push")


def _application(s: Scene, seen: int | None, *, state: str = "shown") -> ArrangementApplication:
    """An application whose terms the customer has had the time to read, as they stood at a version."""
    arrangement_offers.load()
    return ArrangementApplication.objects.create(
        customer=s.customer, account=s.account, offer=ArrangementOffer.objects.get(code="card_personal"),
        link=s.way_in.link, state=state, terms={}, version_seen=seen or 1, answers="{}",
        shown_at=s.now - timedelta(minutes=1), opened_at=s.now - timedelta(minutes=1),
    )  # fmt: skip


# Those that carry the version their author saw, by the write they name in the table of conflicts.
SEEN: Mapping[str, tuple[str, Act]] = {
    "promises.take": ("promise.take", lambda s, by, seen: promises.take(
        customer_id=s.customer.id, account_id=s.account.id, parts=s.parts, actor=by, seen_version=seen, now=s.now)),
    "promises.redate": ("promise.redate", lambda s, by, seen: promises.redate(
        promise_id=s.promise.id, parts=s.parts, actor=by, seen_version=seen, now=s.now)),
    "promises.withdraw": ("promise.withdraw", lambda s, by, seen: promises.withdraw(
        promise_id=s.promise.id, reason="x", actor=by, seen_version=seen, now=s.now)),
    "corrections.call": ("call.correct", lambda s, by, seen: fact_corrections.call(
        conversation_id=s.conversation.id, closing=Closing(party="nobody", outcome="busy"), reason="x", actor=by,
        seen_version=seen, now=s.now)),
    "corrections.promise": ("promise.correct", lambda s, by, seen: fact_corrections.promise(
        promise_id=s.promise.id, parts=[], reason="x", actor=by, seen_version=seen, now=s.now)),
    "corrections.hold": ("hold.correct", lambda s, by, seen: fact_corrections.hold(
        hold_id=s.hold.id, kind="", reason="x", actor=by, seen_version=seen, now=s.now)),
    "recordings.state": ("recording.state", lambda s, by, seen: recordings.state(
        conversation_id=s.conversation.id, found=Found("R-1", "ab" * 32), actor=by, seen_version=seen, now=s.now)),
    "waivers.grant_or_ask": ("waiver.ask", lambda s, by, seen: waivers.grant_or_ask(
        customer_id=s.customer.id, account_id=s.account.id, terms=waivers.Terms({"late_fee": 1}), reason="x", actor=by,
        seen_version=seen, now=s.now)),
    "plan_proposals.agree_or_ask": ("plan.agree", lambda s, by, seen: plan_proposals.agree_or_ask(
        customer_id=s.customer.id, account_id=s.account.id, terms=plan_proposals.Terms([]), reason="x", actor=by,
        seen_version=seen, now=s.now)),
    "plan_endings.annul": ("plan.annul", lambda s, by, seen: plan_endings.annul(
        plan_id=_plan(s).pk, reason="x", actor=by, seen_version=seen, now=s.now)),
    "plan_endings.put_schedule_back": ("plan.annul", lambda s, by, seen: plan_endings.put_schedule_back(
        plan_id=_plan(s).pk, reason="x", actor=by, seen_version=seen, now=s.now)),
    "arrangements.apply": ("plan.apply", lambda s, by, seen: arrangements.apply(
        session=s.way_in, account_id=s.account.id, offer_code="x", number=3, answers=Answers(1, 0), seen_version=seen,
        now=s.now)),
    "arrangements._consent": ("plan.apply", lambda s, by, seen: arrangements.consent(
        session=s.way_in, application_id=_application(s, seen).pk, text="x", now=s.now)),
    "arrangements.sign": ("plan.apply", lambda s, by, seen: arrangements.sign(
        session=s.way_in, application_id=_application(s, seen, state="consented").pk, typed="0", address=None,
        now=s.now)),
    "promises.give": ("promise.give", lambda s, by, seen: own_promises.give(
        session=s.way_in, account_id=s.account.id, part=Part(s.now.date(), 100), seen_version=seen or 0, now=s.now)),
    "promises.move": ("promise.move", lambda s, by, seen: own_promises.move(
        session=s.way_in, account_id=s.account.id, days=[s.now.date()], seen_version=seen or 0, now=s.now)),
    "promise_proposals.take_or_ask": ("promise.take", lambda s, by, seen: promise_proposals.take_or_ask(
        customer_id=s.customer.id, account_id=s.account.id, parts=s.parts, reason="x", actor=by, seen_version=seen,
        now=s.now)),
    "corrections.send": ("told.correct", lambda s, by, seen: corrections.send(
        customer_id=s.customer.id, account_id=s.account.id, actor=by, seen_version=seen, now=s.now)),
    "asked.send": ("message.send", lambda s, by, seen: asked.send(
        customer_id=s.customer.id, kind_code="security_advice", account_id=None, typed="", actor=by, seen_version=seen,
        now=s.now)),
    "confirmations.confirm_promise": ("promise.redate", lambda s, by, seen: confirmations.confirm_promise(
        promise_id=s.promise.id, actor=by, seen_version=seen, now=s.now)),
    "assigning.assign": ("owner.assign", lambda s, by, seen: assigning.assign(
        customer_id=s.customer.id, account_ids=[s.account.id], to_staff_id=None, pool="", reason="x", actor=by,
        seen_version=seen, now=s.now)),
    "placements.tell": ("account.tell", lambda s, by, seen: placements.tell(
        account_id=s.account.id, channel="letter", told_at=s.now, reference="x", actor=by, seen_version=seen,
        now=s.now)),
    "placements.place": ("account.place", lambda s, by, seen: placements.place(
        account_no=s.account.account_no, client=MachineClient(), actor=by, seen_version=seen, now=s.now)),
    "placements.recall": ("account.recall", lambda s, by, seen: placements.recall(
        placement_id=s.placement.id, actor=by, seen_version=seen, now=s.now)),
    "legal_steps.record": ("legal.record", lambda s, by, seen: legal_steps.record(
        customer_id=s.customer.id, account_id=s.account.id, actor=by, seen_version=seen, now=s.now,
        step=legal_steps.Step("filed", s.now.date(), "x", "x", "x"))),
    "visits.plan": ("visit.plan", lambda s, by, seen: visits.plan(
        customer_id=s.customer.id, going=visits.Going(0, 0, 0, s.now, s.now), reason="x", actor=by, seen_version=seen,
        now=s.now)),
    "visits._begin": ("visit.begin", lambda s, by, seen: visits.begin(
        visit_id=s.visit.pk, actor=by, seen_version=seen, now=s.now)),
    "holds.place": ("hold.place", lambda s, by, seen: holds.place(
        customer_id=s.customer.id, kind="hardship", actor=by, seen_version=seen, now=s.now)),
    "holds.release": ("hold.release", lambda s, by, seen: holds.release(
        hold_id=s.hold.id, reason="x", actor=by, seen_version=seen, now=s.now)),
    "handoffs.open_": ("handoff.open", lambda s, by, seen: handoffs.open_(
        customer_id=s.customer.id, kind="complaint", actor=by, seen_version=seen, now=s.now)),
    "handoffs.move": ("handoff.move", lambda s, by, seen: handoffs.move(
        handoff_id=s.handoff.id, state="accepted", actor=by, seen_version=seen, now=s.now)),
    "intake.take": ("complaint.take", lambda s, by, seen: complaint_intake.take(
        customer_id=s.customer.id, given=s.given, actor=by, seen_version=seen, now=s.now)),
    "steps.move": ("complaint.handle", lambda s, by, seen: steps.move(
        complaint_id=s.complaint.id, step="investigate", actor=by, seen_version=seen, now=s.now)),
    "documents.deliver": ("complaint.handle", lambda s, by, seen: documents.deliver(
        document_id=s.letter.id, way="hand", actor=by, seen_version=seen, now=s.now)),
    "letters.came_back": ("complaint.handle", lambda s, by, seen: letters.came_back(
        document_id=s.letter.id, why="unknown", returned_on=s.now.date(), actor=by, seen_version=seen, now=s.now)),
    "powers.check": ("power.check", lambda s, by, seen: powers.check(
        power_id=s.power.id, result="refused", reason="x", actor=by, seen_version=seen, now=s.now)),
    "recusals.end": ("recusal.end", lambda s, by, seen: recusals.end(
        recusal_id=s.recusal.id, reason="x", actor=by, seen_version=seen, now=s.now)),
    "packs.ask": ("evidence.pack", lambda s, by, seen: packs.ask(
        customer_id=s.customer.id, reason="x", actor=by, seen_version=seen, now=s.now)),
    "claims.record": ("claim.record", lambda s, by, seen: claims.record(
        customer_id=s.customer.id, account_id=s.account.id, amount_fen=100, channel="app", paid_on=s.now.date(),
        actor=by, seen_version=seen, now=s.now)),
    "claims.resolve": ("claim.record", lambda s, by, seen: claims.resolve(
        claim_id=s.claim.id, result="found", actor=by, seen_version=seen, now=s.now)),
    "access.end_way_in": ("access.end", lambda s, by, seen: access.end_way_in(
        customer_id=s.customer.id, reason="x", actor=by, seen_version=seen, now=s.now)),
    "notes.add": ("note.add", lambda s, by, seen: notes.add(
        customer_id=s.customer.id, text="x", actor=by, seen_version=seen, now=s.now)),
    "contact_points.judge": ("contact.correct", lambda s, by, seen: contact_points.judge(
        contact_point_id=s.point.id, quality="bad", actor=by, seen_version=seen, now=s.now)),
    "contact_points.add": ("contact.correct", lambda s, by, seen: contact_points.add(
        customer_id=s.customer.id, kind="mobile", value="13911112222", provenance="customer_given", actor=by,
        seen_version=seen, now=s.now)),
    "app_devices.revoke": ("device.revoke", lambda s, by, seen: app_devices.revoke(
        point_id=_device(s).pk, reason="x", actor=by, seen_version=seen, now=s.now)),
    "people.record": ("person.record", lambda s, by, seen: people.record(
        customer_id=s.customer.id, name="x", relation="unknown", standing=Standing("none", "", None, None),
        provenance="on_file", actor=by, seen_version=seen, now=s.now)),
    "people.end": ("person.record", lambda s, by, seen: people.end(
        person_id=s.person.id, reason="x", actor=by, seen_version=seen, now=s.now)),
    "people.record_estate": ("estate.record", lambda s, by, seen: people.record_estate(
        customer_id=s.customer.id, values={}, actor=by, seen_version=seen, now=s.now)),
    "recording._open": ("clock.record", lambda s, by, seen: recording.interrupt(
        customer_id=s.customer.id, account_id=s.account.id, kind="suit", on=s.now.date(), evidence="x", actor=by,
        seen_version=seen, now=s.now)),
    "suspending._open": ("clock.suspend", lambda s, by, seen: suspending.suspend(
        customer_id=s.customer.id, account_id=s.account.id, kind="other", since=s.now.date(), evidence="x", actor=by,
        seen_version=seen, now=s.now)),
    "answers.read_out": ("answer.read", lambda s, by, seen: answers.read_out(
        answer_id=0, customer_id=s.customer.id, account_id=None, actor=by, seen_version=seen, now=s.now)),
    "calls._start": ("call.make", lambda s, by, seen: calls.start(
        customer_id=s.customer.id, contact_point_id=s.point.id, actor=by, seen_version=seen, now=s.now)),
    "transfer.ask": ("call.ask", lambda s, by, seen: transfer.ask(
        conversation_id=s.conversation.id, reason="x", actor=by, seen_version=seen, now=s.now)),
    "transfer.take_over": ("call.take_over", lambda s, by, seen: transfer.take_over(
        conversation_id=s.conversation.id, reason="x", actor=by, seen_version=seen, now=s.now)),
    "approvals.ask": ("approval.ask", lambda s, by, seen: approvals.ask(
        kind="hold_release", subject="hold:0", reason="x", customer_id=s.customer.id, actor=by, seen_version=seen,
        now=s.now)),
    "approvals.decide": ("approval.decide", lambda s, by, seen: approvals.decide(
        approval_id=s.approval.id, verdict="approved", answer="x", actor=by, seen_version=seen, now=s.now)),
    "payments._create": ("payment.start", lambda s, by, seen: payments.start(
        session=s.way_in, account_id=s.account.id, amount_fen=100, purpose="overdue", idempotency_key="k" * 20,
        seen_version=seen or 0, now=s.now)),
    "mediations.propose": ("mediation.propose", lambda s, by, seen: mediations.propose(
        customer_id=s.customer.id, account_id=s.account.id, kind="mediation", position="", actor=by,
        seen_version=seen, now=s.now)),
    "mediations.answer": ("mediation.answer", lambda s, by, seen: mediations.answer(
        mediation_id=s.talks.id, consents=True, actor=by, seen_version=seen, now=s.now)),
    "mediations.withdraw": ("mediation.end", lambda s, by, seen: mediations.withdraw(
        mediation_id=s.talks.id, actor=by, seen_version=seen, now=s.now)),
    "sessions.begin": ("mediation.answer", lambda s, by, seen: sessions.begin(
        session_id=s.session.id, actor=by, seen_version=seen, now=s.now)),
    "sessions.miss": ("mediation.end", lambda s, by, seen: sessions.miss(
        session_id=s.session.id, actor=by, seen_version=seen, now=s.now)),
    "sessions.cancel": ("mediation.end", lambda s, by, seen: sessions.cancel(
        session_id=s.session.id, actor=by, seen_version=seen, now=s.now)),
    "overrides.change": ("mediation.answer", lambda s, by, seen: overrides.change(
        mediation_id=s.talks.id, route="video", track="simple", reason="x", actor=by, seen_version=seen, now=s.now)),
    "extensions.ask": ("mediation.answer", lambda s, by, seen: extensions.ask(
        mediation_id=s.talks.id, until=s.now.date(), actor=by, seen_version=seen, now=s.now)),
    "extensions.answer": ("mediation.answer", lambda s, by, seen: extensions.answer(
        mediation_id=s.talks.id, agrees=True, how="phone", actor=by, seen_version=seen, now=s.now)),
    "acceptance.accept": ("mediation.answer", lambda s, by, seen: acceptance.accept(
        session_id=s.session.id, actor=by, seen_version=seen, now=s.now)),
    "positions.file": ("mediation.file", lambda s, by, seen: positions.file(
        mediation_id=s.talks.id, text="x", files=[], actor=by, seen_version=seen, now=s.now)),
    "mandates.propose": ("mediation.mandate", lambda s, by, seen: mandates.propose(
        mediation_id=s.talks.id, representative_id=s.negotiator.id, figures=Figures(1, 1, 1, 1), reason="x", actor=by,
        seen_version=seen, now=s.now)),
    "closing.close": ("mediation.end", lambda s, by, seen: closing.close(
        mediation_id=s.talks.id, ending="withdrawn", actor=by, seen_version=seen, now=s.now)),
    "panels.assign": ("mediation.answer", lambda s, by, seen: panels.assign(
        session_id=s.mediated.id, role="legal", expert_id=None, reason="x", actor=by, seen_version=seen, now=s.now)),
    "disclosures.declare": ("mediation.answer", lambda s, by, seen: disclosures.declare(
        session_id=s.session.id, interest=False, text="", actor=by, seen_version=seen, now=s.now)),
    "disclosures._waived": ("mediation.answer", lambda s, by, seen: disclosures.waive_for_bank(
        disclosure_id=s.disclosure.pk, actor=by, seen_version=seen, now=s.now)),
    "standing.choose_for_bank": ("mediation.answer", lambda s, by, seen: standing.choose_for_bank(
        mediation_id=s.mediated.mediation_id, mediator_id=0, actor=by, seen_version=seen, now=s.now)),
    "standing.refuse_for_bank": ("mediation.answer", lambda s, by, seen: standing.refuse_for_bank(
        mediation_id=s.mediated.mediation_id, reason="", actor=by, seen_version=seen, now=s.now)),
    "standing.choose_for_customer": ("mediation.answer", lambda s, by, seen: standing.choose_for_customer(
        mediation_id=s.mediated.mediation_id, customer_id=s.customer.id, mediator_id=0, seen_version=seen, now=s.now)),
    "standing.refuse_for_customer": ("mediation.answer", lambda s, by, seen: standing.refuse_for_customer(
        mediation_id=s.mediated.mediation_id, customer_id=s.customer.id, reason="", seen_version=seen, now=s.now)),
    "standing.stand_down": ("mediation.answer", lambda s, by, seen: standing.stand_down(
        session_id=s.mediated.id, reason="x", actor=by, seen_version=seen, now=s.now)),
    "outcomes.record": ("mediation.end", lambda s, by, seen: outcomes.record(
        session_id=s.session.id, ending="withdrawn", terms=None, actor=by, seen_version=seen, now=s.now)),
    "dates.offer_later": ("mediation.answer", lambda s, by, seen: dates.offer_later(
        customer_id=s.customer.id, mediation_id=s.talks.id, seen_version=seen, now=s.now)),
    "dates.move": ("mediation.answer", lambda s, by, seen: dates.move(
        customer_id=s.customer.id, mediation_id=s.talks.id, session_id=s.session.id, seen_version=seen, now=s.now)),
    "dates.decline": ("mediation.answer", lambda s, by, seen: dates.decline(
        customer_id=s.customer.id, mediation_id=s.talks.id, seen_version=seen, now=s.now)),
    "conferences._begin": ("mediation.answer", lambda s, by, seen: conferences._begin(
        session_id=s.session.id, kind="representative", provider=TwilioVoiceProvider(), actor=by, seen_version=seen,
        now=s.now)),
    "drafts.draft": ("mediation.draft", lambda s, by, seen: drafts.draft(
        session_id=s.session.id, wording=drafts.Wording(lines=[], grace_days=0, facts="x", pay_to="x"), actor=by,
        seen_version=seen, now=s.now)),
    "obligations.record_done": ("obligation.record", lambda s, by, seen: obligations.record_done(
        obligation_id=s.obligation.id, evidence="x", actor=by, seen_version=seen, now=s.now)),
    "courts.record": ("court.record", lambda s, by, seen: courts.record(
        mediation_id=s.talks.id, step=courts.Step("filed", s.now.date(), "x", "x", "x"), actor=by, seen_version=seen,
        now=s.now)),
    "court_packs._make": ("court.pack", lambda s, by, seen: court_packs.make(
        mediation_id=s.talks.id, kind="filing", reason="x", actor=by, seen_version=seen, now=s.now)),
    "calls._dial": ("mediation.answer", lambda s, by, seen: mediation_calls.dial(
        session_id=s.session.id, actor=by, seen_version=seen, now=s.now)),
}  # fmt: skip

# Those that belong to no record, or carry no version: what they are given does not matter, the role does.
OTHERS: Mapping[str, Act] = {
    "objections.set_personalised": lambda s, by, _: objections.set_personalised(
        customer_id=s.customer.id, wanted=False, actor=by, now=s.now),
    "experiments.write": lambda s, by, _: experiments.write(
        name="x", kind="card_due", wordings=[""], hours=[], algorithm="linucb", exploration=0, actor=by, now=s.now),
    "experiments.stop": lambda s, by, _: experiments.stop(experiment_id=0, actor=by, now=s.now),
    "clients.save": lambda s, by, _: clients.save(row=MachineClient(), branches=[], actor=by, now=s.now),
    "clients.make_secret": lambda s, by, _: clients.make_secret(client_pk=0, actor=by, now=s.now),
    "clients.revoke": lambda s, by, _: clients.revoke(client_pk=0, actor=by, now=s.now),
    "walls.declare": lambda s, by, _: walls.declare(
        staff_id=0, customer_no="x", relation="own", note="", actor=by, now=s.now),
    "walls.end": lambda s, by, _: walls.end(tie_id=0, actor=by, now=s.now),
    "previewing._preview": lambda s, by, _: previewing.preview(
        selection=previewing.Selection(), goal="nobody", to_staff_ids=[], pool="", reason="x", actor=by, now=s.now),
    "placing._check": lambda s, by, _: placing.preview_recall(
        choice=placing.Choice(), reason="x", actor=by, now=s.now),
    "applying._locked": lambda s, by, _: applying.apply(plan_id=0, actor=by, now=s.now),
    "covers.arrange": lambda s, by, _: covers.arrange(
        away_id=0, cover_id=0, first_on=s.now.date(), last_on=s.now.date(), reason="", actor=by, now=s.now),
    "covers.end": lambda s, by, _: covers.end(cover_id=0, actor=by, now=s.now),
    "assignment_rules.save": lambda s, by, _: assignment_rules.save(rule=None, actor=by),
    "lease.locked": lambda s, by, _: lease.resume(conversation_id=s.conversation.id, actor=by, now=s.now),
    "visits._check_one_of": lambda s, by, _: visits.call_off(visit_id=s.visit.pk, reason="x", actor=by, now=s.now),
    "exports.begin": lambda s, by, _: exports.begin(
        kind="worklist", file_format="csv", reason="x", selection={}, actor=by, now=s.now),
    "documents.open_document": lambda s, by, _: documents.open_document(
        document_id=s.letter.id, actor=by, now=s.now),
    "papers.open_paper": lambda s, by, _: papers.open_paper(paper_id=s.paper.pk, actor=by, now=s.now),
    "packs.open_pack": lambda s, by, _: packs.open_pack(pack_id=s.pack.id, actor=by, now=s.now),
    "red_button.press": lambda s, by, _: red_button.press(
        customer_id=s.customer.id, danger="self", actor=by, now=s.now),
    "giving.release": lambda s, by, _: giving.release(customer_id=s.customer.id, actor=by, now=s.now),
    "giving.next_case": lambda s, by, _: giving.next_case(actor=by, view=None, now=s.now),
    "queues.save": lambda s, by, _: queues.save(
        name="x", conditions={}, order="priority", actor=by, now=s.now, shared=True),
    "queues.change": lambda s, by, _: queues.change(row=None, actor=by),
    "incidents.start": lambda s, by, _: incidents.start(
        covers=incidents.Scope(IncidentScope.ALL), reason="disaster", sentence_id=0, actor=by, now=s.now),
    "sentences.propose": lambda s, by, _: sentences.propose(
        code="general", staff_zh="x", staff_en="x", customer_zh="x", customer_en="x", reason="x", actor=by, now=s.now),
    "rules.draft": lambda s, by, _: rules.draft(pack_id=0, actor=by, now=s.now),
    "rules.change": lambda s, by, _: rules.change(rule_id=0, parameters={}, actor=by),
    "rules.add": lambda s, by, _: rules.add(
        pack_id=0, code="X", kind="cap", channels=[], parameters={}, basis="law", source="x", verified=False, actor=by),
    "rules.leave_out": lambda s, by, _: rules.leave_out(rule_id=0, actor=by),
    "rules.check_may_ask": lambda s, by, _: rules.check_may_ask(pack_id=0, actor=by, now=s.now),
    "backtests.start": lambda s, by, _: backtests.start(pack_id=0, actor=by, now=s.now),
    "answers.propose": lambda s, by, _: answers.propose(
        code="x", words={}, statuses=[], valid_from=s.now.date(), valid_to=None, reason="x", actor=by, now=s.now),
    "law.save": lambda s, by, _: law.save(rule=None, actor=by),
    "promise_rules.save": lambda s, by, _: promise_rules.save(rule=None, actor=by),
    "arrangement_offers.save": lambda s, by, _: arrangement_offers.save(offer=ArrangementOffer(), actor=by),
    "authorities.save": lambda s, by, _: authorities.save(row=None, actor=by),
    "note_words.save": lambda s, by, _: note_words.save(row=None, actor=by),
    "calendars.load": lambda s, by, _: calendars.load(content=b"", source="x", actor=by, now=s.now),
    "codes.save": lambda s, by, _: codes.save(row=None, data={}, seen_version=0, actor=by, now=s.now),
    "role_policies.save": lambda s, by, _: role_policies.save(policy=None, actor=by),
    "schedule.set_enabled": lambda s, by, _: schedule.set_enabled(task_id=0, enabled=False, actor=by),
    "sign_in.unlock": lambda s, by, _: sign_in.unlock(username="x", actor=by),
    "sign_in.unlock_address": lambda s, by, _: sign_in.unlock_address(address="127.0.0.1", actor=by),
    "sign_in.remove_second_factor": lambda s, by, _: sign_in.remove_second_factor(staff_id=0, actor=by),
    "leaving.leave": lambda s, by, _: leaving.leave(staff_id=s.collector.id, actor=by, now=s.now),
    "organisation.save_unit": lambda s, by, _: organisation.save_unit(row=Branch(), actor=by),
    "organisation.set_live": lambda s, by, _: organisation.set_live(branch_id=0, live=False, actor=by),
    "organisation.save_staff": lambda s, by, _: organisation.save_staff(row=s.collector, actor=by, now=s.now),
    "undecided.decide": lambda s, by, _: undecided.decide(
        message_id=0, resend=True, reason="x", actor=by, now=s.now),
    "post.tell": lambda s, by, _: post.tell(
        letter_id=0, told=post.Told("posted", s.now.date()), actor=by, now=s.now),
    "alerts.resolve": lambda s, by, _: alerts.resolve(alert_id=0, actor=by, now=s.now),
    "settlement.explain": lambda s, by, _: settlement.explain(
        difference_id=0, explanation="x", actor=by, now=s.now),
    "identifying.identify": lambda s, by, _: identifying.identify(payment_id=0, reason="x", actor=by, now=s.now),
    "runs.register": lambda s, by, _: runs.register(file_name="x", as_of=date(2026, 11, 1), actor=by, now=s.now),
    "runs.receive": lambda s, by, _: runs.receive(
        file=File(BytesIO(b"x"), name="x"), as_of=date(2026, 11, 1), actor=by, now=s.now),
    "sessions.check_conducts": lambda s, by, _: sessions.check_conducts(session=s.session, actor=by),
    "notes.add (mediation)": lambda s, by, _: mediation_notes.add(
        session_id=s.session.id, text="x", actor=by, now=s.now),
    "batches.refer": lambda s, by, _: batches.refer(mediation_ids=[], organisation_id=0, actor=by, now=s.now),
    "seats.check_mediator": lambda s, by, _: fact_sheets.draw(session_id=s.session.id, actor=by, now=s.now),
    "seats.check_representative": lambda s, by, _: fact_sheets.mark_for_bank(
        session_id=s.session.id, sheet_id=0, verdicts={}, comments={}, actor=by, now=s.now),
    "passages.save": lambda s, by, _: passages.save(row=LawPassage(), actor=by),
    "mediators.register": lambda s, by, _: mediators.register(
        staff_id=0, organisation_id=0, languages=[], trained_for=[], actor=by),
    "mediators.change": lambda s, by, _: mediators.change(
        mediator_id=0, organisation_id=0, profile=experts.Profile([]), active=True, actor=by),
    "experts.register": lambda s, by, _: experts.register(
        staff_id=0, speciality="legal", organisation_id=None, profile=experts.Profile([]), actor=by),
    "experts.change": lambda s, by, _: experts.change(
        expert_id=0, speciality="legal", organisation_id=None, profile=experts.Profile([]), active=True, actor=by),
    "papers.add_training": lambda s, by, _: mediation_papers.add_training(
        staff_id=0, course="card", passed_on=None, valid_until=None, actor=by),
    "papers.end_training": lambda s, by, _: mediation_papers.end_training(
        training_id=0, last_day=s.now.date(), actor=by),
    "papers.add_qualification": lambda s, by, _: mediation_papers.add_qualification(
        staff_id=0, kind="lawyer", number="1", valid_from=s.now.date(), valid_to=None, actor=by),
    "papers.end_qualification": lambda s, by, _: mediation_papers.end_qualification(
        qualification_id=0, last_day=s.now.date(), actor=by),
    "panels.answer": lambda s, by, _: panels.answer(seat_id=0, accepts=True, actor=by, now=s.now),
    "panels.check_manages": lambda s, by, _: panels.check_manages(session=s.mediated, actor=by),
    "disclosures._check_speaks": lambda s, by, _: disclosures._check_speaks(s.mediated.mediation, by),
    "organisations._write": lambda s, by, _: organisations.save(row=MediationOrganisation(), actor=by),
    "routes.save": lambda s, by, _: routes.save(rule=None, actor=by),
    "places.save_place": lambda s, by, _: places.save_place(row=Place(), actor=by),
    "places.save_room": lambda s, by, _: places.save_room(row=Room(), actor=by),
    "places.save_travel": lambda s, by, _: places.save_travel(row=Travel(), actor=by),
    "places.save_spacing": lambda s, by, _: places.save_spacing(row=SessionSpacing(), actor=by),
    "places.save_date_rule": lambda s, by, _: places.save_date_rule(row=DateRule(), actor=by),
    "seals.save": lambda s, by, _: seals.save(row=None, actor=by),
    "wages.save": lambda s, by, _: wages.save(row=None, actor=by),
    "court_packs._open_pack": lambda s, by, _: court_packs.open_pack(pack_id=0, actor=by, now=s.now),
    "signing._prove_staff": lambda s, by, _: signing._prove_staff(
        draft_id=s.draft.id, signatory="bank", hand=signing.Hand("x"), proof="password", actor=by, now=s.now),
    "table.check": lambda s, by, _: table.check(draft=s.draft, actor=by),
    "court_rules.save": lambda s, by, _: court_rules.save(row=None, actor=by),
    "availability.set_weekly": lambda s, by, _: availability.set_weekly(staff_id=0, hours=[], actor=by),
    "availability.add_absence": lambda s, by, _: availability.add_absence(
        staff_id=0, starts_at=s.now, ends_at=s.now, actor=by),
    "availability.remove_absence": lambda s, by, _: availability.remove_absence(absence_id=0, actor=by),
}  # fmt: skip
# The permission of these is asked by what calls them: ask and decide stand in the table.
WITHIN = {"approvals.ask_within", "approvals._check_decider"}
CUSTOMERS_OWN = {
    "payments._create", "promises.give", "promises.move", "arrangements.apply", "arrangements._consent",
    "arrangements.sign", "dates.offer_later", "dates.move", "dates.decline",
    "standing.choose_for_customer", "standing.refuse_for_customer",
}  # fmt: skip


def guarded(guard: str) -> Iterator[str]:
    """Yield ``module.function`` of every service that asks this guard."""
    for room in ROOMS:
        for path in sorted((BASE_DIR / room / "services").rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef) and any(
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and call.func.attr == guard
                    and isinstance(call.func.value, ast.Name)
                    and call.func.value.id == "records"
                    for call in ast.walk(node)
                ):
                    name = f"{path.stem}.{node.name}"
                    yield f"{name} (mediation)" if (room, name) == ("mediation", "notes.add") else name


def test_every_guarded_service_stands_in_a_table() -> None:
    """A new write is tried by the tests below from its first day."""
    assert set(guarded("check_seen")) == set(SEEN)
    assert set(guarded("check_may")) - WITHIN == (set(SEEN) | set(OTHERS)) - CUSTOMERS_OWN - {
        "approvals.ask", "approvals.decide", "calls._dial", "visits._begin", "conferences._begin",
        "drafts.draft", "outcomes.record",
        "sessions.begin", "sessions.miss", "sessions.cancel", "acceptance.accept", "panels.assign",
        "disclosures.declare", "disclosures._waived",
    }  # fmt: skip


def answer(scene: Scene, act: Act, by: records.Actor, seen: int | None) -> object:
    """Return what a write was refused with, or its result where it was not; nothing of it stays."""
    with undone():
        try:
            return act(copy.deepcopy(scene), by, seen)
        except (StaleWriteError, NotAllowedError) as refused:
            return refused


def test_a_write_is_refused_when_what_it_depends_on_has_changed(scene: Scene, now: datetime) -> None:
    """Whatever the write, the author is told what has happened since they looked."""
    people = {role: factories.make_staff(role) for role in ("placement_manager", "supervisor")}
    for name, (write, act) in SEEN.items():
        if not WRITE_DEPENDS_ON[write]:
            continue
        kind = next(each for each in EVENT_KINDS.values() if each.topic in WRITE_DEPENDS_ON[write] and each.bumps)
        by = people["placement_manager" if write.startswith("account.") else "supervisor"]
        with undone():
            with transaction.atomic():
                customer = records.lock(customer_id=scene.customer.id, now=now)
                seen = customer.version
                records.append(customer=customer, kind=kind.code, actor=records.SYSTEM, now=now)
            actor = records.Actor.of(scene.negotiator if "mediation" in write else by)
            refused = answer(scene, act, actor, seen)
        assert isinstance(refused, StaleWriteError), (name, refused)
        assert [event.kind for event in refused.changes] == [kind.code], name


def test_a_role_that_may_not_is_refused(scene: Scene) -> None:
    """A trainer reads the board, and writes nothing."""
    trainer = records.Actor.of(factories.make_staff("trainer", scope="institution"))
    for name in sorted((SEEN.keys() | OTHERS.keys()) - CUSTOMERS_OWN):
        act = SEEN[name][1] if name in SEEN else OTHERS[name]
        refused = answer(scene, act, trainer, None)
        assert isinstance(refused, NotAllowedError), (name, refused)
