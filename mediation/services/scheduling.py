"""Finding the date of a session: the earliest hour free for a mediator, a representative and the customer.

Where the bank's policy says so the customer is offered several hours first and picks one (services/offers).
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from psycopg2.errors import ExclusionViolation

from collections_app.models import Customer
from collections_app.services import alerts, derivation, holds, records
from mediation.domain import eligibility, slots
from mediation.domain.endings import Ending
from mediation.domain.kinds import RULES, Kind
from mediation.models import Mediation, Session
from mediation.selectors import calendars, offers, places
from mediation.selectors.free_hours import FreeHours
from mediation.selectors.mediations import eligibility_facts, waiting
from mediation.selectors.working_days import works_in
from mediation.services import clocks, endings, invitations, offering, proposals
from mediation.services.people import panels

# Mediation runs 30 days from acceptance (online mediation rules, article 24); the bank's own talks as long as
# their hold.
TERMS = {Kind.MEDIATION: timedelta(days=30), Kind.NEGOTIATION: timedelta(days=15)}

# A slot that somebody else took between reading and writing is tried so often, each time on fresh calendars.
MOST_TRIES = 20
TRY_AGAIN_AFTER = timedelta(hours=1)

# The advisory lock by which schedulers take turns ("MEDI" in ASCII).
_TURN = 0x4D454449

ALERT = "mediation_unscheduled"


@transaction.atomic(durable=True)
def schedule(*, mediation_id: int, now: datetime, wish: slots.Slot | None = None) -> Session | None:
    """Give proposed talks a slot, begin their hold and invite the customer.

    The slot is the one wished for, if everybody is still free then, else the earliest. Where the policy offers the
    customer hours to pick from, these are offered first, and the earliest is booked once they have not answered.

    Return None when they need no date any more, while the customer may pick, or when nobody is free: then an alert is
    raised and the row waits for its next try. Running it twice does nothing twice.
    """
    customer_id = Mediation.objects.filter(id=mediation_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        return None
    customer = records.lock(customer_id=customer_id, now=now)
    mediation = Mediation.objects.select_related("account", "customer").get(id=mediation_id)
    if mediation.state != "proposed":
        return None
    facts = eligibility_facts(account=mediation.account, now=now, own=mediation)
    in_the_way = eligibility.problems(facts, now=now)
    if in_the_way:
        endings.end_within(
            customer=customer,
            mediation=mediation,
            ending=Ending.SETTLED_WITHDRAWN if "not_overdue" in in_the_way else Ending.WITHDRAWN,
            actor=records.SYSTEM,
            now=now,
            payload={"because": in_the_way},
        )
        derivation.derive(customer=customer, now=now)
        return None
    if offers.still_open(mediation, now=now):
        return None
    offering.close_within(mediation=mediation, state="lapsed", now=now)
    # Whoever names an hour has decided on it.
    if wish is None and offers.due_among([mediation], now=now):
        if offer_within(customer=customer, mediation=mediation, now=now):
            derivation.derive(customer=customer, now=now)
        else:
            _wait(customer, mediation, now)
        return None
    session = book_within(mediation=mediation, wish=wish, now=now)
    if session is None:
        _wait(customer, mediation, now)
        return None
    announce_within(
        customer=customer, mediation=mediation, session=session, actor=records.SYSTEM, now=now,
        thought_of=wish.panel if wish is not None else (),
    )  # fmt: skip
    derivation.derive(customer=customer, now=now)
    return session


def offer_within(
    *, customer: Customer, mediation: Mediation, now: datetime, fewest: int = 0, told: bool = True
) -> bool:
    """Offer the customer of a locked record hours to pick from, and begin the hold; False when nobody is free.

    ``fewest`` hours are offered also where the policy offers none. Without ``told`` no message goes out: the customer
    is on the page.
    """
    found = offering.offer_within(customer=customer, mediation=mediation, now=now, fewest=fewest)
    if not found:
        return False
    mediation.next_try_at = found[0].expires_at
    mediation.save(update_fields=["next_try_at"])
    begin_within(customer=customer, mediation=mediation, now=now)
    if told:
        invitations.offer_within(customer=customer, mediation=mediation, offers=found, now=now)
    return True


def book_within(
    *, mediation: Mediation, wish: slots.Slot | None, now: datetime, only_wish: bool = False
) -> Session | None:
    """Insert the session at the slot wished for, or the earliest free; the exclusion constraints have the last word.

    Schedulers take turns, for two inserts that exclude each other would otherwise wait for one another until
    the database breaks the tie. Whoever writes sessions by another way is caught by the constraint, and the
    next slot is tried on fresh calendars. With ``only_wish`` it is that hour or none, with whoever is free then. The
    caller has locked the record.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
    for _ in range(MOST_TRIES):
        slot = _wished(mediation, wish, only_wish, now) if wish is not None else _earliest(mediation, now)
        wish = wish if only_wish else None
        if slot is None:
            return None
        try:
            with transaction.atomic():
                return Session.objects.create(
                    mediation=mediation,
                    customer=mediation.customer,
                    mediator_id=slot.mediator,
                    representative_id=slot.representative,
                    room_id=slot.room,
                    during=DateTimeTZRange(slot.span.start, slot.span.end),
                    mode=mediation.route,
                    scheduled_at=now,
                )
        except IntegrityError as error:
            if not isinstance(error.__cause__, ExclusionViolation):
                raise
    return None


def _wished(mediation: Mediation, wish: slots.Slot, only: bool, now: datetime) -> slots.Slot | None:
    hours = FreeHours(mediation, now=now)
    return hours.at_the_hour(wish) if only else hours.fit(wish) or hours.earliest()


def _earliest(mediation: Mediation, now: datetime) -> slots.Slot | None:
    return FreeHours(mediation, now=now).earliest()


def begin_within(*, customer: Customer, mediation: Mediation, now: datetime) -> None:
    """Begin the term and the hold of talks whose customer is invited for the first time; the record is locked."""
    if mediation.term_ends_on is not None:
        return
    zone = ZoneInfo(customer.time_zone)
    mediation.term_ends_on = (now + TERMS[Kind(mediation.kind)]).astimezone(zone).date()
    mediation.save(update_fields=["term_ends_on"])
    holds.place_within(
        customer=customer,
        kind=RULES[Kind(mediation.kind)].hold.value,
        actor=records.SYSTEM,
        now=now,
        account_id=mediation.account_id,
        source=endings.source_of(mediation),
    )


def announce_within(
    *,
    customer: Customer,
    mediation: Mediation,
    session: Session,
    actor: records.Actor,
    now: datetime,
    thought_of: tuple[int, ...] = (),
) -> None:
    """Put a booked session on the record and invite the customer; the record is locked, the caller derives.

    ``thought_of`` are the experts the timetable has for it.
    """
    panels.fill_within(session=session, now=now, thought_of=thought_of)
    proposals.sit_anew_within(session=session, now=now)
    mediation.state = "scheduled"
    mediation.next_try_at = None
    mediation.save(update_fields=["state", "next_try_at"])
    begin_within(customer=customer, mediation=mediation, now=now)
    clocks.booked_within(customer=customer, mediation=mediation, now=now)
    records.append(
        customer=customer,
        kind="mediation.scheduled",
        actor=actor,
        now=now,
        account_id=mediation.account_id,
        payload={
            "mediation": mediation.id,
            "kind": mediation.kind,
            "session": session.id,
            "route": session.mode,
            "starts_at": session.starts_at.isoformat(),
            "ends_at": session.ends_at.isoformat(),
        },
    )
    invitations.send_within(customer=customer, mediation=mediation, session=session, now=now)
    if not waiting(now=now).filter(customer__branch=customer.branch, tries__gt=0).exists():
        alerts.clear(kind=ALERT, branch=customer.branch, now=now)


def _wait(customer: Customer, mediation: Mediation, now: datetime) -> None:
    mediation.tries += 1
    mediation.next_try_at = now + TRY_AGAIN_AFTER
    mediation.save(update_fields=["tries", "next_try_at"])
    alerts.raise_alert(
        kind=ALERT,
        detail={"mediation": mediation.id, "tries": mediation.tries, "cause": _cause(mediation, now)},
        now=now,
        branch=customer.branch,
    )


def _cause(mediation: Mediation, now: datetime) -> str:
    """Return what is missing, so that whoever reads the alert knows what to mend."""
    if places.needs_room(mediation) and not places.venues(mediation):
        return "no_room"
    if mediation.kind == Kind.MEDIATION and not calendars.mediators_for(mediation, on=now.date()).exists():
        return "no_mediator"
    if not calendars.representatives_for(mediation).exists():
        return "no_representative"
    over = calendars.term_over_at(mediation)
    if over is not None and over < now + calendars.HORIZON:
        return "term_ends"
    works, today = works_in("CN"), now.date()
    if not any(works(today + timedelta(days=days)) for days in range(calendars.HORIZON.days)):
        return "calendar_unknown"
    if FreeHours(mediation, now=now).earliest(with_panel=False) is not None:
        return "no_expert"
    return "nobody_free"
