"""What people and machines do to the bank, each act once; whoever lives on calls them in any order."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from bench.torture.stage import ZONE, Clock, Stage, check_taken_in, take_in
from collections_app.domain.calls import Closing
from collections_app.domain.incidents import IncidentScope
from collections_app.domain.promises import PENDING, Part
from collections_app.models import (
    Account,
    ApprovedSentence,
    ContactPoint,
    Conversation,
    Customer,
    Entry,
    HandOff,
    Hold,
    Promise,
    Staff,
)
from collections_app.selectors.permit_facts import PermitRequest
from collections_app.services import (
    approvals,
    calls,
    claims,
    codes,
    contacts,
    derivation,
    handoffs,
    holds,
    notes,
    payments,
    permits_bulk,
    plans,
    promises,
    records,
    sequencer,
)
from collections_app.services.emergencies import incidents
from collections_app.services.lines import lease, transfer
from collections_app.services.records import Actor
from notifications.services import following, planning, reconciling, sending

# How many customers a dialler asks for at once.
DIALLED = 120
NOBODY = ("no_answer", "busy", "hung_up", "voicemail")


@dataclass(slots=True)
class Life:
    """One process: who it is, on which host's clock, and its luck."""

    stage: Stage
    clock: Clock
    rng: random.Random
    staff: Staff | None
    name: str

    @property
    def actor(self) -> Actor:
        """The person, or the machine that has none."""
        return Actor.of(self.staff) if self.staff else records.SYSTEM

    def customer(self) -> Customer:
        """Return any customer, as a screen may have had it for a while."""
        number = f"C{self.rng.randrange(self.stage.customers)}"
        return Customer.objects.get(customer_no=number)


def account_of(customer: Customer) -> Account:
    """Return the customer's card."""
    return Account.objects.get(customer=customer)


def call_out(life: Life) -> None:
    """Call somebody, and end the call in some way; one in ten is dropped and left to the sweep."""
    _converse(life, inbound=False)


def take_a_call(life: Life) -> None:
    """The customer calls."""
    _converse(life, inbound=True)


def _converse(life: Life, *, inbound: bool) -> None:
    customer = life.customer()
    point = None if inbound else ContactPoint.objects.filter(customer=customer, kind="mobile").first()
    call = calls.start(
        customer_id=customer.id,
        contact_point_id=point.id if point else None,
        inbound=inbound,
        actor=life.actor,
        seen_version=None if inbound else customer.version,
        now=life.clock.now(),
    )
    if life.rng.random() < 0.1:
        return
    if life.rng.random() < 0.3 and life.staff:
        lease.beat(staff_id=life.staff.id, now=life.clock.now())
    calls.close(
        conversation_id=call.id, closing=_closing(life, call), actor=life.actor, now=life.clock.now()
    )  # fmt: skip


def _closing(life: Life, call: Conversation) -> Closing:
    if life.rng.random() < 0.4:
        return Closing(party="nobody", outcome=life.rng.choice(NOBODY))
    now = life.clock.now()
    facts = ["name_id_tail", "birth_date"]
    calls.verify(conversation_id=call.id, result="verified", facts=facts, actor=life.actor, now=now)
    if life.rng.random() < 0.5:
        return Closing(party="self", outcome="self_refuse")
    account = Account.objects.get(customer_id=call.customer_id)
    parts = _parts(life, account)
    return Closing(party="self", outcome="self_promise", account_id=account.id, promise_parts=parts)


def _parts(life: Life, account: Account) -> list[Part]:
    today = life.clock.now().astimezone(ZONE).date()
    return [Part(today + timedelta(days=life.rng.randrange(3)), max(account.overdue_fen // 2, 1))]


def drop_back_in(life: Life) -> None:
    """Close a call that was left, resume it, or take over a colleague's."""
    left = Conversation.objects.filter(ended_at=None, staff=life.staff).order_by("?").first()
    if left is not None and life.rng.random() < 0.5:
        lease.resume(conversation_id=left.id, actor=life.actor, now=life.clock.now())
    elif left is not None:
        closing = Closing(party="nobody", outcome="hung_up")
        calls.close(conversation_id=left.id, closing=closing, actor=life.actor, now=life.clock.now())


def take_over(life: Life) -> None:
    """A supervisor takes a call over."""
    call = Conversation.objects.filter(ended_at=None).order_by("?").first()
    if call is not None:
        version = Customer.objects.get(id=call.customer_id).version
        transfer.take_over(
            conversation_id=call.id, reason="客户要求", actor=life.actor, seen_version=version, now=life.clock.now()
        )


def promise(life: Life) -> None:
    """Take a promise, or withdraw one."""
    customer = life.customer()
    pending = Promise.objects.filter(customer=customer, state__in=PENDING).first()
    if pending is not None:
        promises.withdraw(
            promise_id=pending.id, reason="客户改变主意", actor=life.actor, seen_version=customer.version,
            now=life.clock.now(),
        )  # fmt: skip
        return
    account = account_of(customer)
    promises.take(
        customer_id=customer.id, account_id=account.id, parts=_parts(life, account), actor=life.actor,
        seen_version=customer.version, now=life.clock.now(),
    )  # fmt: skip


def hold(life: Life) -> None:
    """Stop collection of somebody, or let it go on."""
    customer = life.customer()
    placed = Hold.objects.filter(customer=customer, released_at=None).first()
    if placed is not None:
        holds.release(
            hold_id=placed.id, reason="已核实", actor=life.actor, seen_version=customer.version, now=life.clock.now()
        )
        return
    kind = life.rng.choice(["hardship", "dispute", "complaint_conduct", "channel_stop"])
    holds.place(
        customer_id=customer.id, kind=kind, actor=life.actor, seen_version=customer.version, now=life.clock.now(),
        account_id=account_of(customer).id if kind == "dispute" else None,
        channel="sms" if kind == "channel_stop" else "",
    )  # fmt: skip


def note(life: Life) -> None:
    """Write a note beside whatever else happens."""
    customer = life.customer()
    notes.add(
        customer_id=customer.id, text="请周五再联系", actor=life.actor, seen_version=customer.version,
        now=life.clock.now(),
    )  # fmt: skip


def hand_off(life: Life) -> None:
    """Pass work to the other department, or close what was passed."""
    customer = life.customer()
    opened = HandOff.objects.filter(customer=customer, state="open").first()
    if opened is not None:
        handoffs.move(
            handoff_id=opened.id, state="done", text="已办", actor=life.actor, seen_version=customer.version,
            now=life.clock.now(),
        )  # fmt: skip
        return
    handoffs.open_(
        customer_id=customer.id, kind="callback", actor=life.actor, seen_version=customer.version,
        now=life.clock.now(), text="请回电", due_at=life.clock.now() + timedelta(hours=2),
    )  # fmt: skip


def claim_paid(life: Life) -> None:
    """The customer says that it has been paid."""
    customer = life.customer()
    account = account_of(customer)
    claims.record(
        customer_id=customer.id, account_id=account.id, amount_fen=max(account.overdue_fen, 1), channel="counter",
        paid_on=life.clock.now().astimezone(ZONE).date(), actor=life.actor, seen_version=customer.version,
        now=life.clock.now(),
    )  # fmt: skip


def dial(life: Life) -> None:
    """Ask for many permits at once, as a dialler does, and settle some of them."""
    numbers = {f"C{life.rng.randrange(life.stage.customers)}" for _ in range(DIALLED)}
    ids = list(Customer.objects.filter(customer_no__in=numbers).values_list("id", flat=True))
    channel, purpose = life.rng.choice([("voice", "collection"), ("sms", "due_notice"), ("sms", "collection")])
    with transaction.atomic(durable=True):
        now = life.clock.now()
        locked = records.lock_many(customer_ids=ids, now=now)
        points = {row.customer_id: row for row in ContactPoint.objects.filter(customer__in=ids, kind="mobile")}
        asked = [
            PermitRequest(customer=customer, channel=channel, purpose=purpose,
                          contact_point=points.get(customer.id), actor=life.actor)
            for customer in locked.values() for _ in range(2)
        ]  # fmt: skip
        answers = permits_bulk.permit_many(requests=asked, now=now)
    given = [item.contact.id for item in answers if isinstance(item, contacts.Permit)]
    for contact_id in given:
        if life.rng.random() < 0.8:
            state = life.rng.choice(["made", "made", "failed", "void"])
            contacts.settle(contact_id=contact_id, state=state, now=life.clock.now(), effective=state == "made")


def pay(life: Life) -> None:
    """A payment arrives, twice, or bounces."""
    account = account_of(life.customer())
    now = life.clock.now()
    paid = Entry.objects.filter(account=account, kind="payment").order_by("?").first()
    if paid is not None and life.rng.random() < 0.4:
        payments.record_reversed(reference=paid.reference, occurred_at=now, now=now)
        return
    reference = f"T{life.rng.randrange(10**12)}"
    for _ in range(2):
        payments.record_received(
            account_id=account.id, amount_fen=life.rng.choice([5_000, 39_130]), channel="web", reference=reference,
            occurred_at=now, now=now,
        )  # fmt: skip


def begin_incident(life: Life) -> None:
    """Now and then, stop collection of a branch or a product for some seconds."""
    now = life.clock.now()
    if life.rng.random() < 0.9:
        return
    covers = incidents.Scope(IncidentScope.PRODUCT, product="card")
    if life.rng.random() < 0.7 and life.staff:
        covers = incidents.Scope(IncidentScope.BRANCH, branch_id=life.staff.branch_id)
    incidents.start(
        covers=covers, reason="disaster", sentence_id=ApprovedSentence.objects.get(code="general", active=True).id,
        ends_at=now + timedelta(seconds=life.rng.randrange(2, 20)), actor=life.actor, now=now,
    )  # fmt: skip


def decide(life: Life) -> None:
    """Answer what waits for an approval."""
    waiting = approvals.Approval.objects.filter(state="pending").order_by("?").first()
    if waiting is not None:
        approvals.decide(
            approval_id=waiting.id, verdict=life.rng.choice(["approved", "rejected"]), answer="已核实",
            actor=life.actor, now=life.clock.now(),
        )  # fmt: skip


def night(life: Life) -> None:
    """The nightly file, taken in again whenever a kill cut it short."""
    take_in(life.stage, life.clock)


def plan(life: Life) -> None:
    """Plan the day's messages."""
    now = life.clock.now()
    planning.plan(on=now.astimezone(ZONE).date(), now=now)


def send(life: Life) -> None:
    """Send what is due."""
    sending.send_due(now=life.clock.now(), worker=f"{life.name}:{life.rng.random()}", limit=60)


def sweep(life: Life) -> None:
    """One of what the clock owes the records."""
    now = life.clock.now()
    chosen: Callable[[], object] = life.rng.choice(
        [
            lambda: contacts.void_expired(now=now),
            lambda: lease.free_lapsed(now=now),
            lambda: derivation.sweep_due(now=now),
            lambda: promises.judge_due(now=now),
            lambda: plans.judge_due(now=now),
            lambda: reconciling.expire_leases(now=now),
            lambda: reconciling.reconcile(now=now),
            lambda: approvals.sweep(now=now),
            lambda: incidents.sweep(now=now),
            lambda: following.follow(now=now),
        ]
    )
    chosen()


def sequence(life: Life) -> None:
    """Give events their places."""
    sequencer.sequence(now=life.clock.now())


Act = Callable[[Life], None]
ROLES: Mapping[str, Sequence[Act]] = {
    "collector": (call_out, call_out, call_out, promise, hold, note, hand_off, drop_back_in),
    "agent": (take_a_call, take_a_call, claim_paid, promise, hold, note, hand_off, drop_back_in),
    "supervisor": (take_over, decide, hold, note, begin_incident),
    "dialler": (dial,),
    "payments": (pay, pay, pay, night),
    "planner": (plan, send, sweep, sequence),
    "worker": (send, sweep, sequence, sequence),
}
PEOPLE = {"collector", "agent", "supervisor"}


def settle(stage: Stage, clock: Clock) -> None:
    """Let the machines finish what is owed, as they would in the minutes after everybody has gone."""
    life = Life(stage, clock, random.Random(0), None, "settling")
    night(life)
    check_taken_in(clock)
    now = clock.now()
    codes.derive_overtaken(now=now)
    reconciling.expire_leases(now=now)
    while lease.free_lapsed(now=now):
        pass
    contacts.void_expired(now=now)
    reconciling.reconcile(now=now)
    incidents.sweep(now=now)
    promises.judge_due(now=now)
    plans.judge_due(now=now)
    following.follow(now=now)
    sequencer.close(now=now)
