"""How far the bank's representative may go: approved by a second person, read by two, checked at the signature."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from collections_app.domain.staff import Role
from collections_app.models import Approval, Event, EventText, Staff
from collections_app.services import approvals
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from mediation.domain.mandates import Figures
from mediation.models import Mandate, Mediator, RouteRule, Session
from mediation.services import mandates, mediations, outcomes, routes, scheduling, sessions
from tests import factories
from tests.mediation.conftest import Debtor
from tests.mediation.test_pages import addresses, outcome_form, signed_in
from tests.mediation.test_story import ALL_SIGNED, propose, scheduled, terms, version
from tests.remembered import remembered

# The payoff is 3,952.18 yuan; the terms of the story ask for 3,900.00 by February.
WIDE = Figures(waiver_fen=100_077, waiver_percent=31, months=24, floor_fen=287_654)
NARROW = Figures(waiver_fen=1_023, waiver_percent=31, months=24, floor_fen=394_113)
WHY = "客户收入骤降需让步"
SECRETS = ("1,000.77", "100077", "2,876.54", "287654", WHY)


@pytest.fixture
@remembered
def session(debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Session:
    return scheduled(debtor, collector, now)


@pytest.fixture
def supervisor(db: None) -> Staff:
    return factories.make_staff("supervisor")


def ask(session: Session, by: Staff, now: datetime, figures: Figures = WIDE, whose: Staff | None = None) -> Mandate:
    return mandates.propose(
        mediation_id=session.mediation_id, representative_id=(whose or session.representative).id, figures=figures,
        reason=WHY, actor=Actor.of(by), seen_version=None, now=now,
    )  # fmt: skip


def decide(mandate: Mandate, by: Staff, now: datetime, verdict: str = "approved", answer: str = "") -> Approval:
    approval = Approval.objects.get(subject=f"mandate:{mandate.id}")
    approvals.decide(
        approval_id=approval.id, verdict=verdict, answer=answer, actor=Actor.of(by), seen_version=None, now=now
    )
    mandate.refresh_from_db()
    return approval


def sign(session: Session, debtor: Debtor, mediator: Mediator, now: datetime) -> None:
    outcomes.record(
        session_id=session.id, ending="agreed", terms=terms(debtor), actor=Actor.of(mediator.staff),
        seen_version=version(debtor), now=now,
    )  # fmt: skip


def test_a_representative_proposes_and_a_supervisor_approves(
    session: Session, representative: Staff, supervisor: Staff, now: datetime
) -> None:
    """Nobody approves their own; a later mandate takes the place of the first."""
    first = ask(session, representative, now)
    with pytest.raises(RefusedError, match="mandate_waiting"):
        ask(session, supervisor, now)
    decide(first, supervisor, now)
    assert (first.state, first.approved_by) == ("approved", supervisor)
    second = ask(session, supervisor, now, figures=NARROW)
    with pytest.raises(RefusedError, match="own_work"):
        decide(second, supervisor, now)
    decide(second, factories.make_staff("branch_manager", scope="branch"), now)
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "approved")
    third = ask(session, representative, now)
    decide(third, supervisor, now, verdict="rejected", answer="最多减免1,000.77元")
    assert third.state == "dropped"
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Mandate.objects.filter(id=second.id).update(figures="{}")
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(
            mediation=second.mediation, customer=second.customer, representative=representative, figures="{}",
            reason="x", state="approved", proposed_by=representative, proposed_at=now, approved_by=representative,
            approved_at=now,
        )  # fmt: skip


def test_what_cannot_be_a_mandate_is_refused(
    session: Session, representative: Staff, supervisor: Staff, collector: Staff, now: datetime
) -> None:
    other = factories.make_staff("negotiator", branch=factories.make_branch("SH"))
    with pytest.raises(NotAllowedError):
        ask(session, collector, now)
    for by, figures, whose, code in (
        (supervisor, WIDE, other, "no_such_representative"),
        (factories.make_staff("negotiator"), WIDE, representative, "no_such_representative"),
        (supervisor, Figures(1, 1, 61, 1), representative, "mandate_out_of_range"),
    ):
        with pytest.raises(RefusedError, match=code):
            ask(session, by, now, figures=figures, whose=whose)
    waits = ask(session, representative, now)
    mediations.withdraw(mediation_id=session.mediation_id, actor=Actor.of(supervisor), seen_version=None, now=now)
    with pytest.raises(RefusedError, match="no_such_mandate"):
        decide(waits, supervisor, now)
    approvals.sweep(now=now)
    waits.refresh_from_db()
    assert waits.state == "dropped"
    # More than a supervisor may grant alone.
    with pytest.raises(RefusedError, match="mediation_ended"):
        ask(session, supervisor, now, figures=Figures(5_000_001, 1, 1, 0))


def test_only_the_representative_and_who_approves_read_the_figures(
    session: Session, representative: Staff, supervisor: Staff, debtor: Debtor, mediator: Mediator, now: datetime,
    let_in: Callable[[Debtor], Client],
) -> None:  # fmt: skip
    """Every role at every address of the talks, the request, the record and the history; the customer too."""
    mandate = ask(session, representative, now)
    approval = decide(mandate, supervisor, now, answer="同意在1,000.77元以内")
    number = session.customer.customer_no
    of = [
        *addresses(session),
        reverse("mediation:talks_of", args=[number, session.mediation_id]),
        reverse("mediation:mandate", args=[number, session.mediation_id]),
        reverse("desk:approval", args=[approval.id]),
        reverse("desk:approvals"),
        reverse("desk:record", args=[number]),
        f"/api/records/{number}/",
    ]

    def read(client: Client) -> set[str]:
        pages = "".join(client.get(address).content.decode() for address in of)
        return {secret for secret in SECRETS if secret in pages}

    assert {"1,000.77", "2,876.54", WHY} <= read(signed_in(representative))
    assert {"1,000.77", "2,876.54", WHY} <= read(signed_in(supervisor))
    outsiders = [factories.make_staff(role.value, scope="institution", is_staff=True) for role in Role]
    outsiders += [mediator.staff, factories.make_staff("administrator", is_staff=True, is_superuser=True)]
    for person in outsiders:
        assert not read(signed_in(person)), person.role
    own = let_in(debtor)
    for address in (f"/r/talks/{session.mediation_id}/", f"/r/talks/{session.mediation_id}/position/"):
        assert not [secret for secret in SECRETS if secret in own.get(address).content.decode()]
    history = str(list(Event.objects.values_list("payload", flat=True))) + str(
        [row.text for row in EventText.objects.all()]
    )
    assert not [secret for secret in SECRETS if secret in history]
    with connection.cursor() as cursor:
        columns = "m.figures || m.reason || a.payload::text || a.subject || a.reason"
        cursor.execute(f"SELECT {columns} FROM mediation_mandate m, collections_app_approval a")  # noqa: S608
        (stored,) = cursor.fetchone()
    assert not [secret for secret in SECRETS if secret in stored]


def test_while_it_waits_only_who_may_decide_reads_it(
    session: Session, representative: Staff, supervisor: Staff, now: datetime
) -> None:
    """A supervisor who proposed for somebody else does not read it back once another has decided."""
    mandate = ask(session, supervisor, now)
    approval = Approval.objects.get()
    manager = factories.make_staff("branch_manager", scope="branch")
    address = reverse("desk:approval", args=[approval.id])
    assert "1,000.77" in signed_in(manager).get(address).content.decode()
    decide(mandate, manager, now)
    assert "1,000.77" not in signed_in(supervisor).get(address).content.decode()
    assert approval.amount_fen is None


def test_the_bank_does_not_sign_beyond_its_mandate_and_the_refusal_tells_nothing(
    session: Session, debtor: Debtor, mediator: Mediator, representative: Staff, supervisor: Staff, now: datetime
) -> None:
    """The mediator reads one sentence; the representative alone is told which limits, before anything is signed."""
    decide(ask(session, representative, now, figures=NARROW), supervisor, now)
    sessions.begin(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=None, now=now)
    with pytest.raises(RefusedError, match="beyond_mandate") as refused:
        sign(session, debtor, mediator, now)
    assert refused.value.params == {}
    form = outcome_form(
        session, work_out="1", total="3900.00", count="3", first="2026-12-10", interval="month",
        signed=sorted(ALL_SIGNED),
    )  # fmt: skip
    address = reverse("mediation:outcome", args=[session.id])
    theirs = signed_in(representative).post(address, form).content.decode()
    assert "above the mandate" in theirs
    assert "below the floor" in theirs
    others = signed_in(mediator.staff).post(address, form).content.decode()
    assert "mandate" not in others
    decide(ask(session, representative, now, figures=WIDE), supervisor, now)
    sign(session, debtor, mediator, now)
    session.mediation.refresh_from_db()
    assert session.mediation.ending == "agreed"


def test_without_a_mandate_the_banks_table_says_whether_it_signs(
    session: Session, debtor: Debtor, mediator: Mediator, now: datetime
) -> None:
    row = RouteRule(product="card", telephone_up_to_fen=1, video_up_to_fen=2, mandate_required=True)
    routes.save(rule=row, actor=Actor.of(factories.make_staff("compliance")))
    sessions.begin(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=None, now=now)
    with pytest.raises(RefusedError, match="mandate_missing"):
        sign(session, debtor, mediator, now)
    RouteRule.objects.update(mandate_required=False)
    sign(session, debtor, mediator, now)


def test_talks_with_a_mandate_are_spoken_for_by_whoever_holds_it(
    debtor: Debtor, collector: Staff, mediator: Mediator, make_representative: Callable[[], Staff], supervisor: Staff,
    now: datetime,
) -> None:  # fmt: skip
    """Of two who are free, the scheduler takes the one with the mandate."""
    make_representative()
    second = make_representative()
    mediation = propose(debtor, collector, now)
    row = mandates.propose(
        mediation_id=mediation.id, representative_id=second.id, figures=WIDE, reason=WHY, actor=Actor.of(second),
        seen_version=None, now=now,
    )  # fmt: skip
    decide(row, supervisor, now)
    found = scheduling.schedule(mediation_id=mediation.id, now=now)
    assert found is not None
    assert found.representative == second
