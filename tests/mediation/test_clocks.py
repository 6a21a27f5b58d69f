"""The clocks of talks: they start and stop with each step, warn, lapse, and end the talks."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from collections_app.models import Alert, Customer, ImportedDay, Staff
from collections_app.services.errors import RefusedError
from collections_app.services.records import CUSTOMER, Actor
from mediation.domain.slots import GRID
from mediation.models import Mediation, MediationClock, Mediator, Session, TermExtension
from mediation.selectors import clocks as selector
from mediation.selectors.timetables import asked
from mediation.services import (
    acceptance,
    availability,
    clocks,
    extensions,
    mediations,
    outcomes,
    scheduling,
    sessions,
)
from mediation.services.people import standing
from tests import factories
from tests.mediation.conftest import Debtor
from tests.mediation.test_story import propose, scheduled, version


def ended(mediation_id: int) -> dict[str, str]:
    """What became of each clock; the last of a kind counts."""
    rows = MediationClock.objects.filter(mediation_id=mediation_id).order_by("id")
    return dict(rows.values_list("kind", "ended_by"))


def test_asking_choosing_accepting_and_the_term_follow_each_other(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """The term runs anew from the mediator's acceptance: 30 days (online mediation rules, article 24)."""
    mediation = propose(debtor, collector, now)
    assert ended(mediation.id) == {"other_side": ""}
    actor = {"actor": Actor.of(collector), "seen_version": None}
    mediations.answer(mediation_id=mediation.id, consents=True, now=now, **actor)
    assert ended(mediation.id) == {"other_side": "done", "choice": ""}
    session = scheduling_of(mediation, now)
    assert ended(mediation.id) == {"other_side": "done", "choice": "", "term": "", "acceptance": ""}
    later = now + timedelta(days=2)
    by = {"session_id": session.id, "actor": Actor.of(mediator.staff), "seen_version": None, "now": later}
    accepted = acceptance.accept(**by)
    assert (accepted.accepted_at, accepted.term_ends_on) == (later, date(2026, 12, 22))
    assert ended(mediation.id)["acceptance"] == "done"
    with pytest.raises(RefusedError, match="accepted_already"):
        acceptance.accept(**by)
    term = MediationClock.objects.get(kind="term", ended_at__isnull=True)
    assert (term.due_on, term.verified, term.calendar_known) == (date(2026, 12, 22), True, True)
    mediations.withdraw(mediation_id=mediation.id, now=later, **actor)
    assert set(ended(mediation.id).values()) == {"done", "over"}


def scheduling_of(mediation: Mediation, now: datetime) -> Session:
    session = scheduling.schedule(mediation_id=mediation.id, now=now)
    assert session is not None
    return session


def test_opening_a_session_accepts_the_case(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    session = scheduled(debtor, collector, now)
    sessions.begin(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=None, now=now)
    assert Mediation.objects.get().accepted_at == now
    assert ended(session.mediation_id) == {"other_side": "done", "acceptance": "done", "term": ""}


def test_another_mediator_has_the_days_to_accept_anew(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, make_mediator, now: datetime
) -> None:
    """The same mediator at another hour has not."""
    session = scheduled(debtor, collector, now)
    by = {"actor": Actor.of(mediator.staff), "seen_version": None, "now": now + timedelta(days=3)}
    due = MediationClock.objects.get(kind="acceptance").due_on
    sessions.cancel(session_id=session.id, **by)
    again = scheduling_of(session.mediation, now + timedelta(days=3))
    assert MediationClock.objects.get(kind="acceptance", ended_at__isnull=True).due_on == due
    make_mediator()
    standing.stand_down(session_id=again.id, reason="与客户相识", **by)
    scheduling_of(session.mediation, now + timedelta(days=3))
    assert MediationClock.objects.get(kind="acceptance", ended_at__isnull=True).due_on > due


def test_no_date_is_found_after_the_term_before_both_have_agreed_on_a_longer_one(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """A lone session and one of many alike; the alert says why, and a longer term finds the hour."""
    session = scheduled(debtor, collector, now)
    by = {"session_id": session.id, "actor": Actor.of(mediator.staff), "seen_version": None}
    late = now + timedelta(days=27)
    sessions.cancel(**by, now=late)
    availability.add_absence(
        staff_id=mediator.staff_id, starts_at=late, ends_at=now + timedelta(days=31),
        actor=Actor.of(factories.make_staff("administrator")),
    )  # fmt: skip
    talks = Mediation.objects.select_related("customer__branch", "account").get()
    assert talks.term_ends_on == date(2026, 12, 20)
    assert scheduling.schedule(mediation_id=talks.id, now=late) is None
    assert Alert.objects.get(kind="mediation_unscheduled").detail["cause"] == "term_ends"
    question = asked([talks], now=late)
    latest = question.origin + (question.problem.sittings[0].starts[-1][1] - 1) * GRID
    assert latest.astimezone(now.tzinfo).date() == talks.term_ends_on
    common = {"mediation_id": talks.id, "seen_version": None, "now": late}
    extensions.ask(**common, until=date(2027, 1, 10), actor=Actor.of(collector))
    extensions.answer(**common, agrees=True, how="phone", actor=Actor.of(collector))
    found = scheduling_of(talks, late)
    assert date(2026, 12, 20) < found.starts_at.date() <= date(2027, 1, 10)


def test_the_banks_own_talks_have_a_term_of_policy_and_nothing_to_accept(
    debtor: Debtor, collector: Staff, representative: Staff, now: datetime
) -> None:
    session = scheduling_of(propose(debtor, collector, now, kind="negotiation"), now)
    row = MediationClock.objects.get(kind="negotiation")
    asked = MediationClock.objects.get(kind="other_side")
    assert (asked.source, asked.verified) == (row.source, False), "a rule of the courts is about mediation"
    assert (row.due_on, row.verified) == (date(2026, 12, 5), False)
    with pytest.raises(RefusedError, match="nothing_to_accept"):
        acceptance.accept(session_id=session.id, actor=Actor.of(representative), seen_version=None, now=now)
    with pytest.raises(RefusedError, match="only_mediation_has_term"):
        extensions.ask(
            mediation_id=session.mediation_id, until=date(2026, 12, 10), actor=Actor.of(collector), seen_version=None,
            now=now,
        )  # fmt: skip


def near(staff: Staff, now: datetime) -> list[str]:
    return [row.standing.value for row in selector.read(selector.running_out(staff, now=now), now=now)]


def test_clocks_warn_before_they_end_and_the_alert_clears_with_its_cause(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Asked on Friday, due on Wednesday: one day before, the branch is told; it is late on Thursday."""
    mediation = propose(debtor, collector, now)
    assert clocks.sweep(now=now) == 0
    due = MediationClock.objects.get().due_on
    soon = now.replace(day=due.day) - timedelta(days=1)
    assert clocks.sweep(now=soon) == 1
    alert = Alert.objects.get(kind="mediation_clock", resolved_at__isnull=True)
    assert alert.detail == {"total": 1, "overdue": 0, "mediation": mediation.id}
    assert near(collector, soon) == ["soon"]
    # The day is the customer's: where it is the next one already the clock warns, where it is not yet it does not.
    late = soon.replace(hour=22) - timedelta(days=1)
    for zone, standings in (("Pacific/Kiritimati", ["soon"]), ("Pacific/Honolulu", []), ("Asia/Shanghai", [])):
        Customer.objects.update(time_zone=zone)
        assert near(collector, late) == standings, zone
    clocks.sweep(now=soon + timedelta(days=2))
    alert.refresh_from_db()
    assert alert.detail["overdue"] == 1
    mediations.withdraw(mediation_id=mediation.id, actor=Actor.of(collector), seen_version=None, now=soon)
    assert clocks.sweep(now=soon) == 0
    assert not Alert.objects.filter(kind="mediation_clock", resolved_at__isnull=True).exists()


def test_a_choice_nobody_makes_lapses(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """The parties have two working days; after that the organisation's mediator stands."""
    mediation = propose(debtor, collector, now)
    mediations.answer(mediation_id=mediation.id, consents=True, actor=Actor.of(collector), seen_version=None, now=now)
    clocks.sweep(now=now + timedelta(days=4))
    assert ended(mediation.id)["choice"] == ""
    clocks.sweep(now=now + timedelta(days=5))
    assert ended(mediation.id)["choice"] == "lapsed"


def test_without_a_calendar_days_are_counted_and_the_alert_says_so(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    ImportedDay.objects.all().delete()
    propose(debtor, collector, now)
    row = MediationClock.objects.get()
    assert (row.due_on, row.calendar_known) == (now.date() + timedelta(days=3), False)
    assert Alert.objects.filter(kind="calendar_unknown").exists()


def test_only_both_parties_together_prolong_the_term(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """Asking moves nothing; the customer's yes on the page moves the term, its clock and the end of the talks."""
    session = scheduled(debtor, collector, now)
    bank = {"mediation_id": session.mediation_id, "actor": Actor.of(collector), "seen_version": None, "now": now}
    row = extensions.ask(**bank, until=date(2027, 1, 10))
    with pytest.raises(RefusedError, match="extension_waiting"):
        extensions.ask(**bank, until=date(2027, 1, 11))
    assert Mediation.objects.get().term_ends_on == date(2026, 12, 20)
    customer = {**bank, "actor": CUSTOMER, "customer_id": debtor.customer.id, "seen_version": version(debtor)}
    extensions.answer(**customer, agrees=True, how="page")
    row.refresh_from_db()
    assert (row.agrees, row.asked_how, row.answered_how, row.answered_by) == (True, "system", "page", None)
    assert Mediation.objects.get().term_ends_on == date(2027, 1, 10)
    assert MediationClock.objects.get(kind="term", ended_at__isnull=True).due_on == date(2027, 1, 10)
    # What has been prolonged by both is not cut short by an acceptance.
    accepted = acceptance.accept(
        session_id=session.id, actor=Actor.of(mediator.staff), seen_version=None, now=now + timedelta(days=1)
    )
    assert accepted.term_ends_on == date(2027, 1, 10)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        TermExtension.objects.update(agrees=False)


def test_a_customer_who_asks_is_answered_by_the_bank_and_a_no_moves_nothing(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    session = scheduled(debtor, collector, now)
    own = {
        "mediation_id": session.mediation_id, "actor": CUSTOMER, "customer_id": debtor.customer.id,
        "seen_version": version(debtor), "now": now,
    }  # fmt: skip
    with pytest.raises(RefusedError, match="no_such_extension"):
        extensions.answer(**own, agrees=True, how="page")
    extensions.ask(**own, until=date(2026, 12, 25))
    with pytest.raises(RefusedError, match="extension_own"):
        extensions.answer(**(own | {"seen_version": version(debtor)}), agrees=True, how="page")
    extensions.answer(
        mediation_id=session.mediation_id, agrees=False, how="", actor=Actor.of(collector), seen_version=None, now=now
    )
    assert Mediation.objects.get().term_ends_on == date(2026, 12, 20)


def test_a_term_that_is_over_is_not_prolonged_by_an_answer_that_comes_late(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """Both must agree within it: one side asked in time, the other says yes after the last day's midnight."""
    session = scheduled(debtor, collector, now)
    of = {"mediation_id": session.mediation_id, "actor": Actor.of(collector), "seen_version": None}
    extensions.ask(**of, until=date(2026, 12, 25), now=now)
    late, last = datetime(2026, 12, 20, 16, 1, tzinfo=UTC), datetime(2026, 12, 20, 15, 59, tzinfo=UTC)
    with pytest.raises(RefusedError, match="no_term_to_extend"):
        extensions.answer(**of, agrees=True, how="phone", now=late)
    assert Mediation.objects.get().term_ends_on == date(2026, 12, 20)
    extensions.answer(**of, agrees=True, how="phone", now=last)
    assert Mediation.objects.get().term_ends_on == date(2026, 12, 25)


def test_talks_whose_term_is_over_expire_with_all_their_clocks(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    session = scheduled(debtor, collector, now)
    assert outcomes.expire(now=now + timedelta(days=30)) == 0
    assert outcomes.expire(now=now + timedelta(days=31)) == 1
    found = Mediation.objects.get()
    assert (found.state, found.ending) == ("ended", "expired")
    assert not MediationClock.objects.filter(mediation=session.mediation_id, ended_at__isnull=True).exists()


def test_talks_that_cannot_be_ended_keep_back_no_others(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The others of the night end, and the run is seen to have failed."""
    first, other = (
        scheduled(each, collector, now).mediation_id for each in (debtor, Debtor(*factories.make_debtor()[:2]))
    )
    end_within = outcomes.endings.end_within

    def failing(*, mediation: Mediation, **rest: Any) -> None:
        if mediation.id == first:
            raise ValueError("this one")
        end_within(mediation=mediation, **rest)

    monkeypatch.setattr(outcomes.endings, "end_within", failing)
    with pytest.raises(ExceptionGroup):
        outcomes.expire(now=now + timedelta(days=31))
    assert set(Mediation.objects.filter(state="ended").values_list("id", flat=True)) == {other}


def test_the_last_day_of_a_term_ends_at_the_customers_own_midnight(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """Not at that of UTC, in which the nightly run begins a day earlier; nor before it for whoever lives far west."""
    scheduled(debtor, collector, now)
    assert Mediation.objects.get().term_ends_on == date(2026, 12, 20)
    in_shanghai = datetime(2026, 12, 20, 16, tzinfo=UTC)
    for at, done in ((in_shanghai - timedelta(minutes=1), 0), (in_shanghai + timedelta(minutes=1), 1)):
        mark = transaction.savepoint()
        assert outcomes.expire(now=at) == done, at
        transaction.savepoint_rollback(mark)
    Customer.objects.filter(id=debtor.customer.id).update(time_zone="America/Los_Angeles")
    assert outcomes.expire(now=datetime(2026, 12, 21, 7, 59, tzinfo=UTC)) == 0
    assert outcomes.expire(now=datetime(2026, 12, 21, 8, 1, tzinfo=UTC)) == 1


def test_one_clock_of_a_kind_runs_at_once(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """And one that ended says by what."""
    row = MediationClock.objects.create(
        mediation=propose(debtor, collector, now), customer=debtor.customer, kind="choice", starts_at=now,
        due_on=now.date(), source="x", verified=True,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        MediationClock.objects.filter(kind="other_side").update(kind="choice")
    with pytest.raises(IntegrityError), transaction.atomic():
        MediationClock.objects.filter(id=row.id).update(ended_at=now)
