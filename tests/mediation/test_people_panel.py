"""The panel beside the mediator: filled by rule, answered by experts, changed by hand, and nobody in two places."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from collections_app.models import Account, Event, Staff
from collections_app.services import holds
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from mediation.models import Absence, BookedHours, Expert, Mediator, PanelSeat, Session
from mediation.selectors.people.experts import needs_of
from mediation.services import scheduling, sessions
from mediation.services.people import panels
from tests import factories
from tests.mediation.conftest import Debtor
from tests.mediation.test_pages import signed_in
from tests.mediation.test_story import propose, version


@pytest.fixture
def large(debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Callable:
    """Return what books a session about an amount that asks for legal counsel."""

    def book(of: Debtor = debtor) -> Session:
        Account.objects.filter(id=of.account.id).update(payoff_fen=30_000_000)
        session = scheduling.schedule(mediation_id=propose(of, collector, now).id, now=now)
        assert session is not None
        return session

    return book


def seats(session: Session) -> list[tuple[str, str, int | None]]:
    return [(row.role, row.state, row.expert_id) for row in session.seats.all()]


def test_the_least_loaded_expert_is_asked_and_then_the_lowest_id(large: Callable, make_expert: Callable) -> None:
    """Two sessions of the same counsel's day; the psychologist is asked by nothing in either."""
    first, second = make_expert(), make_expert()
    make_expert("psychologist")
    assert seats(large()) == [("legal", "proposed", first.id)]
    assert seats(large(Debtor(*factories.make_debtor()))) == [("legal", "proposed", second.id)]


def test_a_role_nobody_is_free_for_stays_open(large: Callable, make_expert: Callable, now: datetime) -> None:
    """On leave then: the session has its date, and the seat waits for somebody."""
    away = make_expert()
    Absence.objects.create(staff=away.staff, during=DateTimeTZRange(now, now + timedelta(days=20)))
    assert seats(large()) == [("legal", "open", None)]


def test_hardship_asks_for_a_psychologist_and_a_foreign_tongue_for_an_interpreter(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, make_expert: Callable, now: datetime
) -> None:
    """Nobody mediates in Cantonese: with an interpreter everybody does."""
    psychologist, interpreter = make_expert("psychologist"), make_expert("interpreter", ("zh", "yue"))
    make_expert("interpreter", ("zh", "en"))
    holds.place(customer_id=debtor.customer.id, kind="hardship", actor=Actor.of(collector), seen_version=None, now=now)
    debtor.customer.refresh_from_db()
    debtor.customer.language = "yue"
    debtor.customer.save(update_fields=["language"])
    session = scheduling.schedule(mediation_id=propose(debtor, collector, now).id, now=now)
    assert session is not None
    assert seats(session) == [
        ("psychologist", "proposed", psychologist.id), ("interpreter", "proposed", interpreter.id)
    ]  # fmt: skip


def test_the_type_of_dispute_asks_for_counsel_or_a_financial_expert(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """A legally complex one; a loan's fees, unless it is small and clear: that is one mediator's."""
    talks = propose(debtor, collector, now)

    def asks(**values: object) -> list[str]:
        for name, value in ({"dispute_type": "", "track": "ordinary"} | values).items():
            setattr(talks, name, value)
        return [need.role.value for need in needs_of([talks], spoken={talks.id: ["zh"]}, now=now)[talks.id]]

    assert asks() == []
    assert asks(dispute_type="guarantee", track="complex") == ["legal"]
    assert asks(dispute_type="fees") == []
    talks.account.product = "loan"
    assert asks(dispute_type="fees") == ["financial"]
    assert asks(dispute_type="fees", track="simple") == []


def test_nobody_is_in_two_places_at_once_whatever_they_are_there_for(
    large: Callable, make_expert: Callable, make_representative: Callable, mediator: Mediator, now: datetime
) -> None:
    """The database refuses an expert twice, and a mediator who represents or sits elsewhere in the same hours."""
    make_expert()
    session = large()
    other, account = factories.make_debtor()
    talks = propose(Debtor(other, account), factories.make_staff("collector"), now)
    row = Session(
        mediation=talks, customer=other, representative=make_representative(), during=session.during, mode="telephone",
        scheduled_at=now,
    )  # fmt: skip
    row.save()
    seat = session.seats.get()
    common = {"session": row, "customer": other, "reason": "by_hand", "during": row.during, "at": now}
    mediators_seat = Expert.objects.create(staff=mediator.staff, speciality="financial", languages=["zh"])
    for role, expert in (("legal", seat.expert), ("financial", mediators_seat)):
        with pytest.raises(IntegrityError, match="booked_hours_one_place_at_once"), transaction.atomic():
            PanelSeat.objects.create(**common, role=role, expert=expert, state="proposed")
    with pytest.raises(IntegrityError, match="panel_seat_one_per_role"), transaction.atomic():
        PanelSeat.objects.create(**common | {"session": session}, role="legal", state="open")
    with pytest.raises(IntegrityError, match="panel_seat_open_without_expert"), transaction.atomic():
        PanelSeat.objects.create(**common, role="legal", state="accepted")
    row.representative = mediator.staff
    with pytest.raises(IntegrityError, match="booked_hours_one_place_at_once"), transaction.atomic():
        row.save()


def test_the_hours_of_a_panel_follow_its_session(
    large: Callable, make_expert: Callable, mediator: Mediator, debtor: Debtor, now: datetime
) -> None:
    """Opened early they move with it; closed, everybody is free again."""
    expert = make_expert()
    session = large()
    hours = BookedHours.objects.filter(session=session)
    assert set(hours.values_list("capacity", flat=True)) == {"mediator", "representative", "expert"}
    sessions.begin(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=version(debtor), now=now)
    session.refresh_from_db()
    assert {row.during for row in hours} == {session.during}
    assert session.seats.get().during.lower == now
    sessions.cancel(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=version(debtor), now=now)
    assert not hours.all().exists()
    assert not BookedHours.objects.filter(staff=expert.staff).exists()
    assert not session.seats.get().live


def test_an_expert_sees_their_seats_and_nothing_else_of_the_record(
    large: Callable, make_expert: Callable, debtor: Debtor
) -> None:
    """Hour, means, role and mediator; no name, no amount, no address of the room that shows one."""
    expert = make_expert()
    session = large()
    client = signed_in(expert.staff)
    page = client.get(reverse("mediation:seats")).content.decode()
    assert "Legal counsel" in page
    assert "Asked" in page
    assert debtor.customer.name not in page
    assert "300,000" not in page
    number = debtor.customer.customer_no
    for name, args in (
        ("session", [session.id]), ("panel", [session.id]), ("record", [number]), ("propose", [number]),
        ("mediator", [number, session.mediation_id]), ("sessions", []), ("statistics", []),
    ):  # fmt: skip
        assert client.get(reverse(f"mediation:{name}", args=args)).status_code in {403, 404}
    assert signed_in(make_expert().staff).get(reverse("mediation:seats")).content.decode().count("seat-") == 0


def test_an_expert_who_declines_is_followed_by_the_next(large: Callable, make_expert: Callable, now: datetime) -> None:
    """Twice sent is once answered; whoever declined is not asked again; somebody else's seat is not theirs."""
    first, second = make_expert(), make_expert()
    session = large()
    seat = session.seats.get()
    client = signed_in(first.staff)
    address = reverse("mediation:seat_answer", args=[seat.id])
    for _ in range(2):
        assert client.post(address, {"accepts": "no", "form_key": "k" * 24}).status_code == 302
    assert seats(session) == [("legal", "declined", first.id), ("legal", "proposed", second.id)]
    theirs = session.seats.get(state="proposed")
    assert client.post(reverse("mediation:seat_answer", args=[theirs.id]), {"accepts": "yes"}).status_code == 404
    with pytest.raises(NotAllowedError):
        panels.answer(seat_id=theirs.id, accepts=True, actor=Actor.of(first.staff), now=now)
    panels.answer(seat_id=theirs.id, accepts=True, actor=Actor.of(second.staff), now=now)
    panels.answer(seat_id=theirs.id, accepts=False, actor=Actor.of(second.staff), now=now)
    assert seats(session)[-1] == ("legal", "open", None)
    with pytest.raises(RefusedError, match="seat_over"):
        panels.answer(seat_id=theirs.id, accepts=True, actor=Actor.of(second.staff), now=now)


def test_the_mediator_changes_the_panel_with_a_reason(
    large: Callable, make_expert: Callable, mediator: Mediator, debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Another expert, one more, one left out; without a reason, or not free, it is refused and what was typed stays."""
    first, second, psychologist = make_expert(), make_expert(), make_expert("psychologist")
    session = large()
    client = signed_in(mediator.staff)
    address = reverse("mediation:panel_seat", args=[session.id])

    def send(role: str, expert: Expert | None, reason: str) -> int:
        typed = {"role": role, "expert": expert.id if expert else "", "reason": reason}
        return client.post(address, {**typed, "seen_version": version(debtor)}).status_code

    assert send("legal", second, "") == 409
    assert send("legal", first, "x") == 409
    assert send("legal", psychologist, "x") == 409
    assert send("x", None, "x") == 409
    assert send("legal", second, "熟悉此类纠纷") == 302
    assert send("psychologist", psychologist, "客户情绪低落") == 302
    assert seats(session) == [
        ("legal", "replaced", first.id), ("legal", "proposed", second.id), ("psychologist", "proposed", psychologist.id)
    ]  # fmt: skip
    assert "熟悉此类纠纷" in client.get(reverse("mediation:panel", args=[session.id])).content.decode()
    assert send("psychologist", None, "不再需要") == 302
    assert seats(session)[-1] == ("psychologist", "replaced", psychologist.id)
    assert Event.objects.filter(kind="mediation.panel").count() == 3
    with pytest.raises(NotAllowedError):
        panels.assign(
            session_id=session.id, role="legal", expert_id=None, reason="x", actor=Actor.of(collector),
            seen_version=None, now=now,
        )  # fmt: skip


def test_who_reads_a_panel(large: Callable, make_mediator: Callable, representative: Staff, now: datetime) -> None:
    """Its mediator, the representative, a supervisor of the branch; nobody else."""
    session = large()
    address = reverse("mediation:panel", args=[session.id])
    supervisor = factories.make_staff("supervisor")
    for person in (session.mediator.staff, representative, supervisor):
        assert signed_in(person).get(address).status_code == 200
    elsewhere = factories.make_staff("supervisor", branch=factories.make_branch("SH"))
    others = [make_mediator().staff, elsewhere, factories.make_staff("collector"), factories.make_staff("auditor")]
    for person in others:
        assert signed_in(person).get(address).status_code in {403, 404}
