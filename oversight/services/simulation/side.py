"""One side of the simulation: its days, hour by hour, with two books or one.

An orchestrating service: everything it does in a book is a call of the service that does it in the bank.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.db.models import Exists, OuterRef, QuerySet

from collections_app.domain.handoffs import STILL_OPEN
from collections_app.models import Contact, HandOff, Hold, PaymentClaim, Staff
from collections_app.selectors import worklists
from collections_app.services import claims, derivation, handoffs, holds, payments, preferences, promises, records
from notifications.services import planning, sending
from oversight.domain.simulation.core import Core, Paid
from oversight.domain.simulation.stream import ONLINE, Happening, Kind, Temper
from oversight.services.simulation import bank, calling
from oversight.services.simulation.copying import Copying
from oversight.services.simulation.worlds import World

COLLECTIONS, SERVICE = "collections", "service"
# A department does not call again so soon after a call it knows of.
RECALL = timedelta(days=3)
# So many calls a working day for each customer of the bank, shared among the collectors.
_CALLS_PER_CUSTOMER = 0.04
_MORNING, _AFTERNOON = (9 * 60 + 45, 12 * 60), (14 * 60, 17 * 60 + 45)
_SERVICE_ROUNDS = (10 * 60 + 50, 12 * 60 + 10, 15 * 60 + 10, 17 * 60 + 10)
_UPKEEP, _NIGHT, _COPYING = 9 * 60 + 1, 6 * 60, 23 * 60
_PLANNED, _SENT = 9 * 60 + 2, (9 * 60 + 5, 9 * 60 + 35, 10 * 60 + 5)
_TRACED, _ANSWERED = timedelta(days=4), timedelta(days=10)
_ANSWERS_END = ("dispute", "fraud_claim", "complaint_conduct")
_OUTCOMES = {
    Kind.PROMISES: "self_promise",
    Kind.PAID: "self_paid",
    Kind.HARDSHIP: "self_hardship",
    Kind.DISPUTES: "self_dispute",
    Kind.FRAUD: "self_fraud",
    Kind.COMPLAINS: "self_complain",
    Kind.STOPS: "self_stop",
}
_ALL = 100_000
_MOST_BATCHES = 100
# What is done at a minute of a day.
Act = Callable[[int, int], None]


class Side:
    """Two departments at work: each in its own book, or both in one."""

    def __init__(
        self,
        *,
        books: Mapping[str, World],
        core: Core,
        numbers: bank.Numbers,
        temper: Temper,
        happenings: Mapping[int, Sequence[Happening]],
        directory: Path,
        copying: Copying | None,
        at_once: bool,
    ) -> None:
        """Give the departments their books, their customers, and how the books are kept alike.

        ``at_once`` copies after every single act instead of once a night.
        """
        self.core = core
        self.copying = copying
        self._books = books
        self._numbers = numbers
        self._temper = temper
        self._happenings = happenings
        self._directory = directory
        self._at_once = at_once
        self._words: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self._tried: dict[str, set[int]] = defaultdict(set)

    @property
    def worlds(self) -> list[World]:
        """The books of this side, each once."""
        return list(dict.fromkeys(self._books.values()))

    @property
    def place(self) -> Mapping[int, int]:
        """The customers' places by their ids."""
        return self._numbers.of_customer

    def run_day(self, day: int) -> None:
        """Let a day pass: the file, upkeep, messages, what customers do, calls, and the copying at night."""
        self._tried.clear()
        acts = sorted(enumerate(self._acts(day)), key=lambda item: (item[1][0], item[0]))
        for _, (minute, act) in acts:
            act(day, minute)
            if self._at_once:
                self._copy(day, minute, after=timedelta(minutes=2))
        self._copy(day, _COPYING)

    def _acts(self, day: int) -> Iterator[tuple[int, Act]]:
        """What is done on a day, with the minute of each; at the same minute in this order."""
        if day:
            yield _NIGHT, self._night
        yield _UPKEEP, self._upkeep
        yield _PLANNED, self._plan
        yield from ((minute, self._send) for minute in _SENT)
        for item in self._happenings[day]:
            yield item.minute, partial(self._happen, item)
        for minute, customer, fen in self._words.pop(day, []):
            yield minute, partial(self._pay, customer, fen)
        if bank.is_workday(day):
            yield from ((minute, partial(self._collect, staff)) for minute, staff in self._shifts())
            yield from ((minute, self._call_back) for minute in _SERVICE_ROUNDS)

    def _copy(self, day: int, minute: int, after: timedelta = timedelta()) -> None:
        if self.copying is not None:
            self.copying.run(bank.moment(day, minute) + after)

    def _night(self, day: int, minute: int) -> None:
        as_of = bank.BEGINS + timedelta(days=day - 1)
        path = bank.write(self.core, as_of=as_of, directory=self._directory)
        for world in self.worlds:
            with world.entered():
                bank.take_in(path, as_of=as_of, now=bank.moment(day, minute))
        path.unlink()

    def _upkeep(self, day: int, minute: int) -> None:
        """Judge promises, trace claims that were not found, and answer disputes: in each book, as its own people do."""
        now = bank.moment(day, minute)
        for world in self.worlds:
            with world.entered():
                promises.judge_due(now=now, limit=_ALL)
                derivation.sweep_due(now=now, limit=_ALL)
                for claim in PaymentClaim.objects.filter(state="open", recorded_at__lt=now - _TRACED).order_by("id"):
                    claims.resolve(
                        claim_id=claim.pk, result="not_found", actor=records.SYSTEM, seen_version=None, now=now
                    )
                ended = Hold.objects.filter(
                    kind__in=_ANSWERS_END, released_at__isnull=True, placed_at__lt=now - _ANSWERED
                )
                for hold in ended.order_by("id"):
                    holds.release(hold_id=hold.pk, reason="已答复", actor=records.SYSTEM, seen_version=None, now=now)

    def _plan(self, day: int, minute: int) -> None:
        with self._books[SERVICE].entered():
            planning.plan(on=bank.BEGINS + timedelta(days=day), now=bank.moment(day, minute))

    def _send(self, day: int, minute: int) -> None:
        with self._books[SERVICE].entered():
            for _ in range(_MOST_BATCHES):
                if not sending.send_due(now=bank.moment(day, minute), worker="simulation").results:
                    break

    def _happen(self, item: Happening, day: int, minute: int) -> None:
        now = bank.moment(day, minute)
        overdue = self.core.owed(item.customer, now).overdue_fen
        if overdue <= 0:
            return  # nothing to pay, and nothing to call about
        if item.kind is Kind.PAYS:
            share = self._temper.share(item.customer, day)
            self._pay(item.customer, max(overdue * share // 100, 100), day, minute)
        elif item.kind is Kind.CHANGES:
            with self._books[SERVICE].entered():
                preferences.choose(
                    customer_id=self._numbers.customers[item.customer],
                    language="zh-hans",
                    sms_allowed=False,
                    actor=records.CUSTOMER,
                    now=now,
                )
        else:
            if item.kind is Kind.PAID:
                # They have paid where the bank hears of it only tonight, and say so.
                self._pay(item.customer, overdue, day, minute, channel="interbank")
            agent = self._numbers.agents[item.customer % len(self._numbers.agents)]
            outcome = _OUTCOMES.get(item.kind) or self._asks(item)
            self._call(SERVICE, agent, item.customer, day, minute, outcome, inbound=True)

    def _asks(self, item: Happening) -> str:
        return "self_consider" if self._temper.wants_callback(item.customer, item.day) else "self_refuse"

    def _pay(self, customer: int, fen: int, day: int, minute: int, channel: str = "") -> None:
        """Let a customer pay. What comes online is recorded at once, in the book of customer service."""
        now = bank.moment(day, minute)
        paid = Paid(
            customer,
            now,
            fen,
            channel or self._temper.channel(customer),
            f"S{len(self.core.payments):07}",
        )
        self.core.pay(paid)
        if paid.channel in ONLINE:
            with self._books[SERVICE].entered():
                payments.record_received(
                    account_id=self._numbers.accounts[customer],
                    amount_fen=fen,
                    channel=paid.channel,
                    reference=paid.reference,
                    occurred_at=now,
                    now=now,
                )

    def _shifts(self) -> list[tuple[int, Staff]]:
        """When each collector makes a call: evenly over both halves of the day."""
        collectors = self._numbers.collectors
        each = max(round(len(self._numbers.customers) * _CALLS_PER_CUSTOMER / len(collectors)), 2)
        found = []
        for begins, ends in (_MORNING, _AFTERNOON):
            step = max((ends - begins) * 2 // each, 3)
            found += [(minute, staff) for minute in range(begins, ends, step) for staff in collectors]
        return found

    def _collect(self, staff: Staff, day: int, minute: int) -> None:
        """Let a collector call: first back whoever asked for it, then the first of their list by priority."""
        now, tried = bank.moment(day, minute), self._tried[COLLECTIONS]
        with self._books[COLLECTIONS].entered():
            back = _callbacks(COLLECTIONS, now).filter(customer__owner=staff).exclude(customer__in=tried).first()
            if back is None:
                known = Contact.objects.filter(
                    customer=OuterRef("pk"), channel="voice", state="made", at__gt=now - RECALL
                )
                free = worklists.open_cases(staff, now=now)
                free = free.filter(owner=staff, queue__in=["to_contact", "promise_broken"])
                rows = free.exclude(Exists(known)).exclude(id__in=tried)
                customer_id = worklists.ordered(rows, "priority").values_list("id", flat=True).first()
            else:
                customer_id = back.customer_id
        if customer_id is None:
            return
        tried.add(customer_id)
        customer = self._numbers.of_customer[customer_id]
        self._call(COLLECTIONS, staff, customer, day, minute, self._temper.answer(customer, day), back=back)

    def _call_back(self, day: int, minute: int) -> None:
        """Let customer service call back everybody it has promised to, by its own book."""
        now = bank.moment(day, minute)
        with self._books[SERVICE].entered():
            due = list(_callbacks(SERVICE, now).exclude(customer__in=self._tried[SERVICE]))
        for place, back in enumerate(due):
            agent = self._numbers.agents[place % len(self._numbers.agents)]
            customer = self._numbers.of_customer[back.customer_id]
            self._tried[SERVICE].add(back.customer_id)
            answer = self._temper.answer(customer, day)
            self._call(
                SERVICE, agent, customer, day, minute + 2 * (place // len(self._numbers.agents)), answer, back=back
            )

    def _call(
        self,
        department: str,
        staff: Staff,
        customer: int,
        day: int,
        minute: int,
        outcome: str,
        *,
        inbound: bool = False,
        back: HandOff | None = None,
    ) -> None:
        numbers, temper = self._numbers, self._temper
        call = calling.Call(
            customer_id=numbers.customers[customer],
            account_id=numbers.accounts[customer],
            point_id=numbers.points[customer],
            outcome=outcome,
            at=bank.moment(day, minute),
            inbound=inbound,
            pays_in=temper.promised_in(customer, day),
            pays_by=temper.channel(customer),
            callback_at=bank.moment(bank.next_workday(day), 10 * 60 + 30),
        )
        with self._books[department].entered():
            reached = calling.make(call, staff=staff)
            if back is not None and reached.outcome != calling.REFUSED:
                handoffs.move(
                    handoff_id=back.pk,
                    state="done",
                    actor=records.Actor.of(staff),
                    seen_version=None,
                    now=call.at + timedelta(minutes=2),
                )
        due = day + call.pays_in
        if reached.outcome == "self_promise" and temper.keeps(customer, due):
            self._words[due].append((temper.minute(customer, due), customer, reached.promised_fen))


def _callbacks(department: str, now: datetime) -> QuerySet[HandOff]:
    """The callbacks a department has promised that are due, the oldest first."""
    rows = HandOff.objects.filter(kind="callback", from_department=department, state__in=STILL_OPEN, due_at__lte=now)
    return rows.order_by("due_at", "id")
