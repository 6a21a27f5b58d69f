"""What the customer's page reads: one snapshot of the record, the same revision staff see."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.promises import NOT_KEPT, PENDING, unpaid_parts
from collections_app.models import (
    Account,
    Arrangement,
    Complaint,
    Customer,
    Entry,
    Instalment,
    PaymentClaim,
    Promise,
    Staff,
)
from collections_app.selectors.money import seen_on
from repayment.domain.headline import AccountDue, Agreed, Headline, HeadlineKind, headline
from repayment.domain.payments import CLOSED_TO_US, OPEN, UNDER_WAY
from repayment.models import Payment
from repayment.selectors.requests import Request, of_customer

# Of these states the bank speaks in person only; the page names the hotline and nothing else.
_SILENT = frozenset({"deceased", "assigned", "bankrupt"})
# While one of these stands an account is talked over, and the page leads there first.
_IN_TALKS = frozenset({"in_mediation", "negotiating"})
# How a complaint ended stays on the page for so long.
_SHOWN_AFTER_END = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class AccountPart:
    """One account with what hangs on it."""

    account: Account
    due: AccountDue
    promise: Promise | None
    promise_unpaid: list[tuple[date, int]]
    plan: Arrangement | None
    claim: PaymentClaim | None
    on_top_fen: int
    # Of this payment another sum arrived: nothing else is asked for or taken until somebody knows what it is for.
    held: Payment | None = None
    # Past its last day the core's payoff no longer pays the account off: interest has come on top.
    payoff_holds: bool = True
    schedule: list[Instalment] = field(default_factory=list)

    @property
    def agreement(self) -> Agreed | None:
        """What is in force on the account, a plan before a promise, with what is unpaid of it."""
        if self.plan is not None:
            lines = [(line.due_on, line.amount_fen - line.paid_fen) for line in self.plan.instalments.all()]
            return Agreed(self.account.pk, True, [line for line in lines if line[1] > 0], self.plan.grace_days)
        if self.promise is not None:
            return Agreed(self.account.pk, False, self.promise_unpaid)
        return None

    @property
    def agreed(self) -> tuple[date, int] | None:
        """Day and fen of what was agreed next, if anything is left of it."""
        unpaid = sorted(self.agreement.unpaid) if self.agreement else []
        return unpaid[0] if unpaid else None


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page of one customer at one version of the record."""

    customer: Customer
    version: int
    today: date
    as_of: date | None
    parts: list[AccountPart]
    headline: Headline
    open_payment: Payment | None
    held: Payment | None
    requests: list[Request]
    complaints: list[Complaint]
    agreed: list[Agreed]
    in_talks: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether the bank speaks of this record in person only, so that no page names an account or an amount."""
        return self.headline.kind == HeadlineKind.SPEAK_TO_US

    def names(self, account_id: int) -> bool:
        """Return whether amounts of an account may be named: not of what is another's, a court's or an heir's."""
        part = self.part(account_id)
        return not self.is_silent and (part is None or not part.due.closed_to_us)

    @property
    def adviser(self) -> Staff | None:
        """The person who stands behind the page: the customer's adviser, else who looks after an account of theirs."""
        owners = (part.account.owner for part in self.parts if part.account.owner)
        return self.customer.adviser or next(owners, None)

    @property
    def also_overdue(self) -> int:
        """How many accounts besides the one the page speaks of first are overdue and can be paid here."""
        others = (part for part in self.parts if part.account.pk != self.headline.account_id)
        return sum(1 for part in others if part.account.overdue_fen and not part.due.closed_to_us)

    @property
    def may_promise(self) -> bool:
        """Whether a day to pay may be agreed on for some account; the page where that is done knows all of it."""
        return self.open_payment is None and any(
            part.account.overdue_fen and part.agreement is None and not part.due.closed_to_us and part.held is None
            for part in self.parts
        )

    @property
    def promised(self) -> int:
        """On how many accounts something is promised and not yet paid."""
        return sum(1 for part in self.parts if part.promise_unpaid)

    @property
    def latest_promise(self) -> AccountPart | None:
        """The part of the account on which a day was promised last, if anything is left of it."""
        found = [
            (part.promise.taken_at, part.account.pk, part)
            for part in self.parts
            if part.promise and part.promise_unpaid and self.names(part.account.pk)
        ]
        return max(found, key=lambda row: row[:2])[2] if found else None

    def part(self, account_id: int | None) -> AccountPart | None:
        """Return the part of one account, or None when it is not on the page."""
        return next((part for part in self.parts if part.account.pk == account_id), None)


def version(*, customer_id: int, now: datetime) -> tuple[int, datetime]:
    """Return the version of a customer's record, and the time at their place. One query."""
    row = Customer.objects.only("version", "time_zone").get(pk=customer_id)
    return row.version, now.astimezone(ZoneInfo(row.time_zone))


def read(*, customer_id: int, now: datetime) -> Page:
    """Return the page of a customer, in a fixed number of queries."""
    customer = Customer.objects.select_related("branch", "adviser").filter(pk=customer_id).first()
    assert customer is not None, "a session goes with its customer"
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    rows = Account.objects.filter(customer=customer, closed_in_core=False).select_related("owner", "customer__branch")
    accounts = list(rows.order_by("-overdue_fen", "id"))
    loans = [account.pk for account in accounts if account.product == "loan"]
    lines = Instalment.objects.filter(account_id__in=loans).order_by("number")
    schedules: dict[int, list[Instalment]] = defaultdict(list)
    for line in lines:
        schedules[line.account_id].append(line)
    facts = _Facts(customer, now)
    under_way = list(Payment.objects.filter(customer=customer, state__in=sorted(UNDER_WAY)).order_by("id"))
    open_payment = next((payment for payment in under_way if payment.state in OPEN), None)
    held = {payment.account_id: payment for payment in reversed(under_way) if payment.state not in OPEN}
    first_held = next((payment for payment in under_way if payment.state not in OPEN), None)
    parts = [facts.part(account, schedules[account.pk], held.get(account.pk)) for account in accounts]
    agreed = [part.agreement for part in parts if part.agreement is not None]
    days = [account.data_as_of for account in accounts]
    return Page(
        customer=customer,
        version=customer.version,
        today=today,
        as_of=min(days) if days else customer.data_as_of,
        parts=parts,
        headline=headline(
            accounts=[part.due for part in parts],
            agreed=agreed,
            in_flight=_in_short(open_payment),
            held=_in_short(first_held),
            silent=customer.status in _SILENT,
            today=today,
        ),
        open_payment=open_payment,
        held=first_held,
        requests=of_customer(customer_id=customer.pk, most=5),
        complaints=_complaints(customer, now),
        agreed=agreed,
        in_talks=facts.in_talks,
    )


def _in_short(payment: Payment | None) -> tuple[int, int, str] | None:
    return None if payment is None else (payment.account_id, payment.amount_fen, payment.currency)


def _complaints(customer: Customer, now: datetime) -> list[Complaint]:
    """Return the customer's complaints that are open or ended lately, the newest first. One query."""
    shown = Q(closed_at__isnull=True) | Q(closed_at__gt=now - _SHOWN_AFTER_END)
    return list(Complaint.objects.filter(shown, customer=customer).order_by("-received_at", "-id")[:5])


class _Facts:
    """The facts of one record that bear on its page, read once."""

    def __init__(self, customer: Customer, now: datetime) -> None:
        holds = customer.holds.filter(released_at__isnull=True).exclude(ends_at__lte=now)
        self._holds = set(holds.values_list("kind", "account_id"))
        self.in_talks = any(kind in _IN_TALKS for kind, _account_id in self._holds)
        self._promises: dict[int, Promise] = {}
        self._broken: set[int] = set()
        rows = Promise.objects.filter(customer=customer).exclude(state__in=["proposed", "withdrawn", "redated"])
        judged: set[int] = set()
        for promise in rows.select_related("taken_by").prefetch_related("parts").order_by("-taken_at"):
            if promise.account_id in judged:
                continue
            judged.add(promise.account_id)
            if promise.state in PENDING:
                self._promises[promise.account_id] = promise
            elif promise.state in NOT_KEPT:
                self._broken.add(promise.account_id)
        plans = Arrangement.objects.filter(customer=customer).prefetch_related("instalments").order_by("agreed_at")
        self._plans: dict[int, Arrangement] = {}
        for plan in plans:
            if plan.state in IN_FORCE:
                self._plans[plan.account_id] = plan
            elif plan.state == "breached":
                self._broken.add(plan.account_id)
        self._zone = ZoneInfo(customer.time_zone)
        self._today = now.astimezone(self._zone).date()
        self._money = seen_on(account_ids=list(self._promises))
        open_claims = PaymentClaim.objects.filter(customer=customer, state="open")
        self._claims = {claim.account_id: claim for claim in open_claims}
        self._entries = list(
            Entry.objects.filter(customer=customer, state="received").values_list("account_id", "kind", "amount_fen")
        )

    def part(self, account: Account, schedule: list[Instalment], held: Payment | None) -> AccountPart:
        """Return one account with what hangs on it."""
        promise = self._promises.get(account.pk)
        on_top_fen = sum(
            -fen if kind == "reversal" else fen for account_id, kind, fen in self._entries if account_id == account.pk
        )
        coming_fen = account.minimum_due_fen
        coming_on = account.due_on
        if account.product == "loan" and (coming := _next_instalment(schedule, paid_fen=on_top_fen)) is not None:
            coming_on, coming_fen = coming
        due = AccountDue(
            id=account.pk,
            product=account.product,
            currency=account.currency,
            overdue_fen=account.overdue_fen,
            coming_fen=min(coming_fen, account.payoff_fen),
            coming_on=coming_on,
            payoff_fen=account.payoff_fen,
            claimed=account.pk in self._claims,
            disputed=self._held(account, {"dispute", "fraud_claim"}),
            broken=account.pk in self._broken,
            closed_to_us=self._held(account, CLOSED_TO_US),
        )
        return AccountPart(
            account=account,
            due=due,
            promise=promise,
            promise_unpaid=self._unpaid(promise) if promise else [],
            plan=self._plans.get(account.pk),
            claim=self._claims.get(account.pk),
            on_top_fen=on_top_fen,
            held=held,
            payoff_holds=account.payoff_valid_until is None or account.payoff_valid_until >= self._today,
            schedule=schedule,
        )

    def _held(self, account: Account, kinds: Collection[str]) -> bool:
        return any(kind in kinds and account_id in {None, account.pk} for kind, account_id in self._holds)

    def _unpaid(self, promise: Promise) -> list[tuple[date, int]]:
        money = self._money[promise.account_id].since(promise.taken_at, zone=self._zone)
        return unpaid_parts([(part.due_on, part.amount_fen) for part in promise.parts.all()], paid_fen=money.total_fen)


def _next_instalment(schedule: Sequence[Instalment], *, paid_fen: int) -> tuple[date, int] | None:
    """Return the day and what is left of the first instalment not paid, or None when there is none.

    The core's schedule does not yet know what was paid here: such money fills the open instalments in their order.
    """
    lines = [(line.due_on, line.principal_fen + line.interest_fen - line.paid_fen) for line in schedule]
    left = unpaid_parts([(day, fen) for day, fen in lines if fen > 0], paid_fen=max(paid_fen, 0))
    return left[0] if left else None
