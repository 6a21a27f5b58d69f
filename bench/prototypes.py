"""Two records that the product's own services wrote, for a large bank to be copied from."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from collections_app.domain.calls import Closing
from collections_app.domain.complaint_intake import Intake
from collections_app.domain.promises import Part
from collections_app.models import Branch, Contact, Customer, Staff
from collections_app.services import (
    approvals,
    calls,
    claims,
    derivation,
    handoffs,
    holds,
    promises,
    reference,
    sequencer,
)
from collections_app.services.complaints import intake
from collections_app.services.records import Actor
from mediation.services import mediations
from notifications.models import Message
from notifications.services import planning, sending, templates
from tests import factories
from tests.desk import scenes

# A customer is called so often, a week apart, and gives a promise in the last call.
CALLS = 5
# Another gets so many messages, so many days apart.
MESSAGES = 15
DAYS_APART = 3


@dataclass(frozen=True, slots=True)
class Prototypes:
    """The customer who is called and the one who is written to."""

    called: int
    written_to: int


def make(*, now: datetime) -> Prototypes:
    """Write both records through the services, all their events in their places. ``now`` is in contact hours."""
    reference.load_rule_packs(now=now)
    reference.load(now=now)
    templates.load_seed(now=now)
    collector = factories.make_staff("collector")
    called, account = factories.make_debtor()
    written_to, _ = factories.make_debtor(
        account={
            "core_overdue_fen": 0,
            "overdue_since": None,
            "due_on": factories.TODAY + timedelta(days=3),
            "statement_on": factories.TODAY - timedelta(days=17),
        }
    )
    for weeks in range(CALLS - 1, -1, -1):
        _call(called, account.id if weeks == 0 else None, collector, now - timedelta(weeks=weeks))
    planning.plan(on=now.date(), now=now)
    sending.send_due(now=now, worker="bench")
    message = Message.objects.get(customer=written_to)
    _repeat(message)
    with transaction.atomic():
        derivation.derive_many(customer_ids=[called.id, written_to.id], now=now)
    while sequencer.sequence(now=now):
        pass
    return Prototypes(called.id, written_to.id)


def _call(customer: Customer, promised: int | None, collector: Staff, now: datetime) -> None:
    actor = Actor.of(collector)
    # The files of the weeks between, which would bring nothing else.
    fresh = now.date() - timedelta(days=1)
    customer.accounts.update(data_as_of=fresh)
    Customer.objects.filter(id=customer.id).update(data_as_of=fresh)
    customer.refresh_from_db()
    call = calls.start(
        customer_id=customer.id,
        contact_point_id=customer.contact_points.get().id,
        actor=actor,
        seen_version=customer.version,
        now=now,
    )
    calls.verify(conversation_id=call.id, result="verified", facts=["name_id_tail", "birth_date"], actor=actor, now=now)
    closing = Closing(party="self", outcome="self_refuse", overdue_reason="job_loss")
    if promised is not None:
        parts = [Part(now.date() + timedelta(days=2), 200_000)]
        closing = Closing(party="self", outcome="self_promise", account_id=promised, promise_parts=parts)
    calls.close(conversation_id=call.id, closing=closing, actor=actor, now=now)


def _repeat(message: Message) -> None:
    """Copy a message with its contact, its event and what was told, to earlier days."""
    times = f"generate_series(1, {MESSAGES - 1}) AS n"
    back = f"n * interval '{DAYS_APART} days'"
    contact = Contact._meta.db_table
    names = "customer_id, contact_point_id, channel, purpose, inbound, state, effective, department, accounts, decision"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {contact} ({names}, at, expires_at)"
            f" SELECT {names}, at - {back}, expires_at - {back} FROM {contact}, {times} WHERE id = %s",
            [message.contact_id],
        )
    for earlier in Contact.objects.filter(customer=message.customer_id).exclude(id=message.contact_id):
        _copy_to(message, earlier)


def _copy_to(message: Message, contact: Contact) -> None:
    claimed = message.claimed_at
    if claimed is None:
        raise RuntimeError("the prototype of a message did not go out")
    back = claimed - contact.at
    source = {"message": message.id, "contact": contact.id, "old": message.contact_id, "back": back}
    rows = {
        Message._meta.db_table: (
            "id = %(message)s",
            {
                "contact_id": "%(contact)s",
                "attempt": "gen_random_uuid()",
                "provider_id": "provider_id || '.' || %(contact)s",
                "about_on": "about_on - %(back)s",
                **{name: f"{name} - %(back)s" for name in ("planned_at", "due_at", "expires_at", "claimed_at",
                                                           "accepted_at", "ended_at")},
            },
        ),
        "collections_app_told": ("contact_id = %(old)s", {"contact_id": "%(contact)s", "at": "at - %(back)s"}),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for table, (which, changed) in rows.items():
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
                " AND attname <> 'id'",
                [table],
            )
            columns = [name for (name,) in cursor.fetchall()]
            values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {which}", source)
        cursor.execute(
            "WITH written AS (INSERT INTO collections_app_event"
            " (customer_id, kind, version, at, department, payload)"
            " SELECT customer_id, kind, version, at - %(back)s, department, payload FROM collections_app_event"
            " WHERE customer_id = %(customer)s AND kind = 'message.sent' ORDER BY id LIMIT 1 RETURNING id)"
            " INSERT INTO collections_app_eventpending (event_id) SELECT id FROM written",
            source | {"customer": message.customer_id},
        )


@dataclass(frozen=True, slots=True)
class Troubled:
    """A record with whom everything is open, and what fills the holes of the addresses of its pages."""

    customer: Customer
    holes: dict[str, object]


# Long because it opens one thing after the other.
def trouble(*, branch: Branch, now: datetime) -> Troubled:
    """Write a record on which both departments have something open, through the services, and return it."""
    reference.load_calendars(now=now)
    scenes.fresh_data()
    customer, account = factories.make_debtor(branch=branch, name="赵云龙")
    card = factories.make_account(customer)
    supervisor = factories.make_staff("supervisor", branch=branch)
    protection = factories.make_staff("consumer_protection", scope="institution", branch=branch)
    common: dict[str, Any] = {"actor": Actor.of(supervisor), "seen_version": None, "now": now}
    of_complaints = common | {"actor": Actor.of(protection)}
    talks = mediations.propose(customer_id=customer.id, account_id=account.id, kind="mediation", position="x", **common)
    claim = claims.record(
        customer_id=customer.id, account_id=card.id, amount_fen=100, channel="counter", paid_on=now.date(), **common
    )
    handoff = handoffs.open_(
        customer_id=customer.id,
        kind="callback",
        carries=factories.carried("callback"),
        due_at=now + timedelta(hours=1),
        **common,
    )
    hold = holds.place(customer_id=customer.id, kind="complaint_conduct", **common)
    asked = approvals.ask(kind="hold_release", subject=f"hold:{hold.id}", reason="x", customer_id=customer.id, **common)
    promise = promises.take(customer_id=customer.id, account_id=account.id, parts=[Part(now.date(), 50_000)], **common)
    given = Intake("hotline", "pricing", "ordinary", "x", "x", now, staff_id=factories.make_staff("collector").id)
    complaint = intake.take(customer_id=customer.id, given=given, **of_complaints)
    customer.refresh_from_db()
    return Troubled(
        customer,
        {
            "customer_no": customer.customer_no,
            "name": "main",
            "mediation_id": talks.id,
            "claim_id": claim.id,
            "handoff_id": handoff.id,
            "hold_id": hold.id,
            "approval_id": asked.pk,
            "promise_id": promise.id,
            "complaint_id": complaint.id,
            "step": "answer",
            "point_id": customer.contact_points.get().id,
        },
    )
