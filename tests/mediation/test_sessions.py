"""Opening, missing and moving a session; terms that run out; premises that are gone."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from collections_app.models import Arrangement, Contact, ContactPoint, Hold, PermitRefusal, Staff
from collections_app.services import payments
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from collections_app.services.records import Actor
from mediation.domain.refusals import sentence
from mediation.models import Agreement, Mediation, MediationNote, Mediator, Session
from mediation.selectors import wall
from mediation.services import calls, mediations, notes, outcomes, scheduling, sessions
from notifications.models import Message
from tests import factories
from tests.mediation.conftest import Debtor
from tests.mediation.test_story import agree, propose, scheduled, terms, version
from tests.remembered import remembered


@pytest.fixture
@remembered
def session(debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Session:
    return scheduled(debtor, collector, now)


def test_the_invitation_waits_in_the_senders_queue(session: Session, now: datetime) -> None:
    """Hour, means and organisation in the customer's language; it expires when the session begins."""
    message, reminder = Message.objects.order_by("id")
    assert message.kind == "mediation_invitation"
    assert (reminder.kind, reminder.due_at) == ("mediation_reminder", session.starts_at - timedelta(hours=24))
    assert message.payload == {"meeting": "2026-11-23 09:00 电话", "org": "北京示范金融调解中心"}
    assert message.expires_at == session.starts_at
    assert message.about_on == date(2026, 11, 23)


def test_who_was_invited_already_reads_that_the_date_has_moved(
    debtor: Debtor, session: Session, mediator: Mediator, now: datetime
) -> None:
    """Not of another invitation; the reminder of the date that is gone goes with it."""
    Message.objects.filter(kind="mediation_invitation").update(state="claimed", lease_until=now, version=1,
                                                               body_sha256="x")  # fmt: skip
    sessions.cancel(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=version(debtor), now=now)
    scheduling.schedule(mediation_id=session.mediation_id, now=now)
    waiting = Message.objects.filter(state__in=["due", "planned"]).values_list("kind", flat=True)
    assert sorted(waiting) == ["mediation_changed", "mediation_reminder"]


def test_an_ending_calls_the_invitation_back(
    debtor: Debtor, session: Session, mediator: Mediator, now: datetime
) -> None:
    """What has not gone out does not go out."""
    outcomes.record(
        session_id=session.id, ending="unsuitable", terms=None, actor=Actor.of(mediator.staff),
        seen_version=version(debtor), now=now,
    )  # fmt: skip
    assert set(Message.objects.values_list("state", flat=True)) == {"cancelled"}


def test_parties_who_meet_early_take_the_hours_they_use(
    debtor: Debtor, session: Session, mediator: Mediator, now: datetime
) -> None:
    """Opening before the hour moves the session to now, and records the customer's consent."""
    begun = sessions.begin(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=version(debtor), now=now)
    assert (begun.starts_at, begun.ends_at) == (now, now + timedelta(hours=1))
    mediation = Mediation.objects.get()
    assert (mediation.customer_consent, mediation.customer_answered_at) == ("yes", now)


def test_a_session_begins_once_and_late_ones_get_half_an_hour(
    debtor: Debtor, session: Session, mediator: Mediator, now: datetime
) -> None:
    """Within its hours it keeps them; after them the mediator is taken until half an hour from now."""
    actor = Actor.of(mediator.staff)
    late = session.ends_at + timedelta(hours=2)
    begun = sessions.begin(session_id=session.id, actor=actor, seen_version=version(debtor), now=late)
    # Hours that are over stay free for others: only those really used are theirs.
    assert (begun.starts_at, begun.ends_at, begun.opened_at) == (late, late + timedelta(minutes=30), late)
    with pytest.raises(RefusedError, match="session_begun_already"):
        sessions.begin(session_id=session.id, actor=actor, seen_version=version(debtor), now=late)
    with pytest.raises(RefusedError, match="session_begun_already"):
        sessions.miss(session_id=session.id, actor=actor, seen_version=version(debtor), now=late)


def test_a_session_that_begins_in_time_keeps_its_hours(debtor: Debtor, session: Session, mediator: Mediator) -> None:
    at = session.starts_at + timedelta(minutes=5)
    begun = sessions.begin(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=version(debtor), now=at)
    assert (begun.starts_at, begun.ends_at) == (session.starts_at, session.ends_at)


def test_nobody_is_absent_before_the_hour(debtor: Debtor, session: Session, mediator: Mediator) -> None:
    """At the hour itself they are."""
    actor = Actor.of(mediator.staff)
    early = session.starts_at - timedelta(seconds=1)
    with pytest.raises(RefusedError) as refused:
        sessions.miss(session_id=session.id, actor=actor, seen_version=version(debtor), now=early)
    assert (refused.value.code, refused.value.until) == ("session_not_yet", session.starts_at)
    sessions.miss(session_id=session.id, actor=actor, seen_version=version(debtor), now=session.starts_at)
    assert Mediation.objects.get().next_try_at == session.starts_at


def test_a_cancelled_session_is_over_and_its_invitation_called_back(
    debtor: Debtor, session: Session, mediator: Mediator, now: datetime
) -> None:
    """The hours are free again, another date is looked for at once, and nobody is invited to the old one."""
    actor = Actor.of(mediator.staff)
    sessions.cancel(session_id=session.id, actor=actor, seen_version=version(debtor), now=now)
    assert set(Message.objects.values_list("state", flat=True)) == {"cancelled"}
    mediation = Mediation.objects.get()
    assert (mediation.state, mediation.next_try_at) == ("proposed", now)
    with pytest.raises(RefusedError, match="session_over"):
        sessions.begin(session_id=session.id, actor=actor, seen_version=version(debtor), now=now)
    again = scheduling.schedule(mediation_id=mediation.id, now=now)
    assert again is not None
    assert again.starts_at == session.starts_at
    with pytest.raises(RefusedError, match="no_such_session"):
        sessions.cancel(session_id=0, actor=actor, seen_version=None, now=now)


@pytest.mark.parametrize("action", [sessions.begin, sessions.miss, sessions.cancel])
def test_a_session_is_not_moved_on_what_has_changed(
    action: Callable[..., Session], debtor: Debtor, session: Session, mediator: Mediator, collector: Staff,
) -> None:  # fmt: skip
    """The mediator saw the record before it was scheduled."""
    with pytest.raises(StaleWriteError):
        action(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=1, now=session.starts_at)
    session.refresh_from_db()
    assert session.state == "scheduled"


def test_who_is_in_another_session_cannot_open_a_second(
    debtor: Debtor, session: Session, mediator: Mediator, collector: Staff, now: datetime
) -> None:
    """One mediator, one session at a time, also when parties come early."""
    second = scheduled(Debtor(*factories.make_debtor()), collector, now)
    actor = Actor.of(mediator.staff)
    sessions.begin(session_id=session.id, actor=actor, seen_version=None, now=now)
    with pytest.raises(RefusedError, match="session_hours_taken"):
        sessions.begin(session_id=second.id, actor=actor, seen_version=None, now=now)


def test_who_is_late_and_taken_elsewhere_is_not_asked_to_begin_at_an_hour_that_is_over(
    debtor: Debtor, session: Session, mediator: Mediator, collector: Staff
) -> None:
    second = scheduled(Debtor(*factories.make_debtor()), collector, session.ends_at)
    actor = Actor.of(mediator.staff)
    assert second.starts_at >= session.ends_at
    with pytest.raises(RefusedError) as refused:
        sessions.begin(session_id=session.id, actor=actor, seen_version=None, now=second.starts_at)
    said = [sentence(refused.value.code, language=language) for language in ("en", "zh-hans")]
    assert ["move one of them" in said[0], "请改约其中一场" in said[1]] == [True, True]
    assert ["announced" in said[0], "原定时间" in said[1]] == [False, False]


def test_the_second_absence_ends_the_talks(debtor: Debtor, session: Session, mediator: Mediator, now: datetime) -> None:
    """The first asks for another date under the same hold; the second is the ending."""
    actor = Actor.of(mediator.staff)
    at = session.starts_at + timedelta(minutes=20)
    sessions.miss(session_id=session.id, actor=actor, seen_version=version(debtor), now=at)
    assert Mediation.objects.get().state == "proposed"
    assert Hold.objects.filter(released_at__isnull=True).count() == 1
    again = scheduling.schedule(mediation_id=session.mediation_id, now=at)
    assert again is not None
    assert Hold.objects.count() == 1
    at = again.starts_at + timedelta(minutes=20)
    sessions.miss(session_id=again.id, actor=actor, seen_version=version(debtor), now=at)
    assert Mediation.objects.get().ending == "absent"
    assert not Hold.objects.filter(released_at__isnull=True).exists()


@pytest.mark.parametrize("action", [sessions.begin, sessions.miss, sessions.cancel])
def test_only_who_holds_the_session_acts_on_it(
    action: Callable[..., Session], session: Session, make_mediator: Callable[[], Mediator], representative: Staff,
    collector: Staff, now: datetime,
) -> None:  # fmt: skip
    """Not another mediator, not the bank's representative, not a collector."""
    for staff in (make_mediator().staff, representative, collector):
        with pytest.raises(NotAllowedError):
            action(session_id=session.id, actor=Actor.of(staff), seen_version=None, now=now)


def test_an_agreement_needs_an_open_session_and_every_signature(
    debtor: Debtor, session: Session, mediator: Mediator, now: datetime
) -> None:
    """Without consent there is nothing to sign; without the seal it is not in force; an oral one needs a recording."""
    actor = Actor.of(mediator.staff)

    def record(given: outcomes.Terms | None, ending: str = "agreed") -> str:
        with pytest.raises(RefusedError) as refused:
            outcomes.record(
                session_id=session.id, ending=ending, terms=given, actor=actor, seen_version=version(debtor), now=now
            )
        return refused.value.code

    assert record(terms(debtor)) == "session_not_begun"
    sessions.begin(session_id=session.id, actor=actor, seen_version=version(debtor), now=now)
    assert record(None) == "no_instalments"
    assert record(terms(debtor, total_fen=1)) == "sum_differs"
    assert record(terms(debtor, grace_days=31)) == "grace_out_of_range"
    assert record(terms(debtor, text="字" * 4001)) == "terms_too_long"
    assert record(terms(debtor, signed=frozenset({"customer", "bank", "mediator"}))) == "agreement_not_signed"
    assert record(terms(debtor, method="recorded")) == "agreement_needs_recording"
    assert record(terms(debtor, method="wax")) == "no_such_method"
    assert record(terms(debtor), ending="gap") == "terms_without_agreement"
    assert record(None, ending="expired") == "no_such_ending"
    assert not Agreement.objects.exists()
    assert not Arrangement.objects.exists()


def test_what_is_signed_cannot_be_changed(debtor: Debtor, session: Session, mediator: Mediator, now: datetime) -> None:
    """The database keeps agreements, instalments, signatures and notes as they were written."""
    notes.add(session_id=session.id, text="一", actor=Actor.of(mediator.staff), now=now)
    agree(debtor, session, mediator, now)
    agreed = Agreement.objects.get()
    for row in (agreed, agreed.instalments.first(), agreed.signatures.first(), MediationNote.objects.get()):
        assert row is not None
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            row.save()


def test_a_state_cannot_be_skipped(session: Session, now: datetime) -> None:
    """The trigger refuses what the table of steps does not allow, whoever writes."""
    Session.objects.filter(id=session.id).update(state="cancelled", closed_at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Session.objects.filter(id=session.id).update(state="in_session", closed_at=None)
    Mediation.objects.update(state="ended", ending="gap", ended_at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Mediation.objects.update(state="proposed", ending="", ended_at=None)


def test_talks_whose_term_is_over_end_by_themselves(debtor: Debtor, session: Session, now: datetime) -> None:
    """Thirty days without an outcome, and collection gets its way back; a session to come keeps them open."""
    assert outcomes.expire(now=now + timedelta(days=29)) == 0
    late = datetime(2026, 12, 22, 10, 0, tzinfo=now.tzinfo)
    assert outcomes.expire(now=late) == 1
    assert Mediation.objects.get().ending == "expired"
    assert not Hold.objects.filter(released_at__isnull=True).exists()
    assert outcomes.expire(now=late) == 0


def test_a_proposal_whose_reason_is_gone_ends_instead_of_being_scheduled(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """Paid while it waited: nobody is invited."""
    mediation = propose(debtor, collector, now)
    payments.record_received(
        account_id=debtor.account.id, amount_fen=debtor.account.payoff_fen, channel="app", reference="p1",
        occurred_at=now, now=now,
    )  # fmt: skip
    assert scheduling.schedule(mediation_id=mediation.id, now=now) is None
    mediation.refresh_from_db()
    assert (mediation.state, mediation.ending) == ("ended", "settled_withdrawn")
    assert not Message.objects.exists()


def test_who_declined_is_left_in_peace(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """A refusal ends the proposal and bars the next one for thirty days."""
    mediation = propose(debtor, collector, now)
    mediations.answer(
        mediation_id=mediation.id, consents=False, actor=Actor.of(collector), seen_version=version(debtor), now=now
    )
    debtor.customer.refresh_from_db()
    with pytest.raises(RefusedError, match="refused_lately"):
        propose(debtor, collector, now)


def test_two_proposals_about_one_account_cannot_be_open(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """Refused in words by the service, and by the database for everybody else."""
    mediation = propose(debtor, collector, now)
    debtor.customer.refresh_from_db()
    with pytest.raises(RefusedError, match="talks_open"):
        propose(debtor, collector, now)
    mediation.pk = None
    with pytest.raises(IntegrityError, match="mediation_one_open_per_account"), transaction.atomic():
        mediation.save(force_insert=True)


def test_only_the_sessions_mediator_reads_and_writes_notes(
    session: Session, mediator: Mediator, make_mediator: Callable[[], Mediator], representative: Staff,
    administrator: Staff, collector: Staff, now: datetime,
) -> None:  # fmt: skip
    """The selector is the wall, not the page."""
    notes.add(session_id=session.id, text="只有我看", actor=Actor.of(mediator.staff), now=now)
    reader = wall.at_session(session=session, staff=mediator.staff)
    assert [note.text for note in wall.notes_of(session=session, reader=reader, now=now)] == ["只有我看"]
    for staff in (make_mediator().staff, representative, administrator, collector):
        with pytest.raises(wall.BehindTheWallError):
            wall.notes_of(session=session, reader=wall.at_session(session=session, staff=staff), now=now)
        with pytest.raises(NotAllowedError):
            notes.add(session_id=session.id, text="x", actor=Actor.of(staff), now=now)
    for text, code in (("  ", "note_empty"), ("字" * 4001, "note_too_long")):
        with pytest.raises(RefusedError, match=code):
            notes.add(session_id=session.id, text=text, actor=Actor.of(mediator.staff), now=now)


def test_the_number_is_told_once_under_a_permit(
    debtor: Debtor, session: Session, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """Calling into a session draws on the one budget; at night, or for anybody else, there is no number."""
    actor = Actor.of(mediator.staff)
    with pytest.raises(NotAllowedError):
        calls.dial(session_id=session.id, actor=Actor.of(representative), seen_version=None, now=now)
    point = calls.dial(session_id=session.id, actor=actor, seen_version=version(debtor), now=now)
    assert point.value == ContactPoint.objects.get().value
    made = Contact.objects.get()
    assert (made.channel, made.purpose, made.state, made.accounts) == ("voice", "invite", "made", [debtor.account.id])
    with pytest.raises(RefusedError, match="quiet_hours"):
        calls.dial(session_id=session.id, actor=actor, seen_version=None, now=now.replace(hour=23))
    assert PermitRefusal.objects.filter(customer=session.customer, purpose="invite").count() == 1
    ContactPoint.objects.update(quality="bad")
    with pytest.raises(RefusedError, match="no_number_to_dial"):
        calls.dial(session_id=session.id, actor=actor, seen_version=None, now=now)
    Session.objects.update(mode="video")
    with pytest.raises(RefusedError, match="session_not_by_telephone"):
        calls.dial(session_id=session.id, actor=actor, seen_version=None, now=now)


def test_talks_that_are_being_held_are_not_taken_back_and_do_not_begin_twice(
    session: Session, debtor: Debtor, collector: Staff, mediator: Mediator, now: datetime
) -> None:
    """Whoever proposed them is told that the parties sit together; so is the mediator who clicks again."""
    begin = {"session_id": session.id, "actor": Actor.of(mediator.staff), "seen_version": None, "now": now}
    sessions.begin(**begin)
    with pytest.raises(RefusedError) as refused:
        sessions.begin(**begin)
    assert refused.value.code == "session_begun_already"
    taking = {"mediation_id": session.mediation_id, "actor": Actor.of(collector), "seen_version": None, "now": now}
    with pytest.raises(RefusedError) as refused:
        mediations.withdraw(**taking)
    assert refused.value.code == "mediation_in_session"
    outcomes.record(ending="gap", terms=None, **begin)
    with pytest.raises(RefusedError) as refused:
        mediations.withdraw(**taking)
    assert refused.value.code == "mediation_ended"
