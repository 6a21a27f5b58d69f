"""Only with a training in force on that day is a mediator booked; what ends soon is said thirty days before."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from collections_app.models import Alert, Staff
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from mediation.models import Expert, MediationOrganisation, Mediator, Qualification, Session, Training
from mediation.services import mediators, scheduling
from mediation.services.people import experts, papers
from tests import factories
from tests.mediation.conftest import Debtor
from tests.mediation.test_story import propose


def book(debtor: Debtor, collector: Staff, now: datetime) -> Session | None:
    return scheduling.schedule(mediation_id=propose(debtor, collector, now).id, now=now)


def test_whose_training_has_ended_is_not_booked(
    debtor: Debtor, collector: Staff, representative: Staff, make_mediator: Callable[[], Mediator], now: datetime
) -> None:
    """The first by rule would be the one whose training ended yesterday; the other takes it."""
    lapsed, valid = make_mediator(), make_mediator()
    Training.objects.filter(staff=lapsed.staff).update(valid_until=now.date() - timedelta(days=1))
    session = book(debtor, collector, now)
    assert session is not None
    assert session.mediator == valid


def test_a_session_is_moved_behind_the_day_a_training_begins(
    debtor: Debtor, collector: Staff, representative: Staff, mediator: Mediator, now: datetime
) -> None:
    """The day of the session counts, not the day of booking."""
    Training.objects.filter(staff=mediator.staff).update(passed_on=now.date() + timedelta(days=6))
    session = book(debtor, collector, now)
    assert session is not None
    assert session.starts_at.date() == now.date() + timedelta(days=6)


def test_a_mediator_whose_certificate_has_ended_or_who_is_full_waits(
    debtor: Debtor, collector: Staff, representative: Staff, mediator: Mediator, administrator: Staff, now: datetime
) -> None:
    """Certificates on file gate too; and a day that is full is no day."""
    paper = papers.add_qualification(
        staff_id=mediator.staff_id, kind="mediator", number="M1", valid_from=date(2020, 1, 1),
        valid_to=now.date() - timedelta(days=1), actor=Actor.of(administrator),
    )  # fmt: skip
    assert book(debtor, collector, now) is None
    paper.delete()
    mediator.most_a_day = 1
    mediator.save()
    days = set()
    for _ in range(2):
        session = book(Debtor(*factories.make_debtor()), collector, now)
        assert session is not None
        days.add(session.starts_at.date())
    assert len(days) == 2


def test_what_ends_within_thirty_days_is_on_the_alert_list_until_it_is_renewed(
    mediator: Mediator, administrator: Staff, now: datetime
) -> None:
    by = Actor.of(administrator)
    assert papers.watch(now=now) == 0
    (card,) = Training.objects.filter(staff=mediator.staff, course="card")
    papers.end_training(training_id=card.id, last_day=now.date() + timedelta(days=31), actor=by)
    assert papers.watch(now=now) == 0
    assert papers.watch(now=now + timedelta(days=1)) == 1
    alert = Alert.objects.get(kind="mediation_papers_ending")
    assert alert.detail == {"number": 1, "first": (now.date() + timedelta(days=31)).isoformat()}
    papers.add_training(staff_id=mediator.staff_id, course="card", passed_on=now.date(), valid_until=None, actor=by)
    assert papers.watch(now=now + timedelta(days=1)) == 0
    alert.refresh_from_db()
    assert alert.resolved_at is not None


def test_papers_that_cannot_be_are_refused(mediator: Mediator, administrator: Staff, now: datetime) -> None:
    """By the service, and by the database whoever writes."""
    by, today, before = Actor.of(administrator), now.date(), now.date() - timedelta(days=1)
    common = {"staff_id": mediator.staff_id, "actor": by}
    training = Training.objects.filter(staff=mediator.staff).first()
    tries = {
        "no_such_course": lambda: papers.add_training(**common, course="x", passed_on=None, valid_until=None),
        "paper_already": lambda: papers.add_training(**common, course="card", passed_on=None, valid_until=None),
        "paper_days": lambda: papers.add_training(**common, course="card", passed_on=today, valid_until=before),
        "no_such_staff": lambda: papers.add_training(
            staff_id=administrator.id, course="card", passed_on=None, valid_until=None, actor=by
        ),
        "no_such_qualification": lambda: papers.add_qualification(
            **common, kind="mediator", number=" ", valid_from=today, valid_to=None
        ),
        "no_such_paper": lambda: papers.end_training(training_id=0, last_day=today, actor=by),
    }
    for code, act in tries.items():
        with pytest.raises(RefusedError) as refused:
            act()
        assert refused.value.code == code
    wrong = [
        Training(staff=mediator.staff, course="card"),
        Training(staff=mediator.staff, course="card", passed_on=today, valid_until=before),
        Qualification(staff=mediator.staff, kind="mediator", number="1", valid_from=today, valid_to=before),
    ]
    for row in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
    assert training is not None


def test_experts_are_registered_with_what_they_do(
    administrator: Staff, organisation: MediationOrganisation, make_expert: Callable[..., Expert]
) -> None:
    """Who has another role, is one already, or whose profile cannot be, is refused."""
    by, known = Actor.of(administrator), make_expert()
    staff = factories.make_staff("expert", branch=None)
    good = experts.Profile(["zh"], skills=["elderly"], worked_at=["BJ"])
    common = {"organisation_id": organisation.id, "actor": by}
    tries = {
        "no_such_staff": {"staff_id": 0},
        "not_an_expert": {"staff_id": administrator.id},
        "expert_already": {"staff_id": known.staff_id},
        "no_such_speciality": {"speciality": "x"},
        "no_such_organisation": {"organisation_id": 0},
        "no_language": {"profile": experts.Profile([])},
        "no_such_place_or_skill": {"profile": experts.Profile(["zh"], places=["nowhere"])},
        "takes_no_sessions": {"profile": experts.Profile(["zh"], most_a_day=3, most_a_week=2)},
    }
    for code, changes in tries.items():
        values = {"staff_id": staff.id, "speciality": "legal", "profile": good, **common} | changes
        with pytest.raises(RefusedError) as refused:
            experts.register(**values)
        assert refused.value.code == code
    row = experts.register(staff_id=staff.id, speciality="legal", profile=good, **common)
    assert (row.skills, row.worked_at, row.active) == (["elderly"], ["BJ"], True)
    changed = experts.change(
        expert_id=row.id, speciality="financial", profile=good, active=False, organisation_id=None, actor=by
    )
    assert (changed.speciality, changed.active, changed.organisation) == ("financial", False, None)


def test_a_mediator_is_changed_with_their_profile(mediator: Mediator, administrator: Staff) -> None:
    """Their trainings are untouched."""
    changed = mediators.change(
        mediator_id=mediator.id, organisation_id=mediator.organisation_id, active=True,
        profile=experts.Profile(["zh", "yue"], places=["BJ"], most_a_day=2, most_a_week=6),
        actor=Actor.of(administrator),
    )  # fmt: skip
    assert (changed.languages, changed.places, changed.most_a_day) == (["yue", "zh"], ["BJ"], 2)
    assert Training.objects.filter(staff=mediator.staff).count() == 2
