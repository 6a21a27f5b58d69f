"""What the customer's page reads of arrangements: offers, applications and plans, those of its own customer alone."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.instalments import settling
from collections_app.domain.instalments.offers import Quote, basis
from collections_app.models import Arrangement, ArrangementInstalment, ArrangementOffer, PlanSchedule
from collections_app.selectors import arrangement_offers
from repayment.domain.arrangements import QUOTE_LIVES
from repayment.models import ArrangementApplication
from repayment.selectors.account_page import AccountPart, Page

# A few round numbers to choose from are enough, and never more than fit on a telephone.
_USUAL = (3, 6, 9, 12, 18, 24, 36, 48, 60)


@dataclass(frozen=True, slots=True)
class Offered:
    """One account with an offer it is within the bounds of, and what would be put in instalments, in fen."""

    part: AccountPart
    offer: ArrangementOffer
    principal_fen: int

    @property
    def numbers(self) -> list[int]:
        """How many instalments can be chosen."""
        bounds = {self.offer.fewest, self.offer.most}
        return sorted(bounds | {number for number in _USUAL if self.offer.fewest <= number <= self.offer.most})


def offered(*, page: Page, now: datetime) -> list[Offered]:
    """Return everything a customer is offered, by account."""
    accounts = [part.account for part in page.parts]
    found = arrangement_offers.offered(customer=page.customer, accounts=accounts, now=now)
    return [
        Offered(part, offer, basis(offer.kind, arrangement_offers.standing(part.account)))
        for part in page.parts
        for offer in found.get(part.account.pk, [])
        if not page.open_payment and part.held is None
    ]


def application(*, application_id: int, customer_id: int) -> ArrangementApplication | None:
    """Return an application of a customer's, or None."""
    rows = ArrangementApplication.objects.select_related("offer", "account", "handoff", "customer")
    return rows.filter(pk=application_id, customer_id=customer_id).first()


def still_offered(*, row: ArrangementApplication, page: Page, now: datetime) -> bool:
    """Return whether the terms of an application can still be agreed to as they were shown; the service decides."""
    if now >= row.shown_at + QUOTE_LIVES:
        return False
    return any(
        (item.part.account.pk, item.offer.fingerprint) == (row.account_id, row.offer_sha256)
        for item in offered(page=page, now=now)
    )


def answer_by(*, row: ArrangementApplication, now: datetime) -> datetime | None:
    """Return by when a person has answered an application; None where no day runs or it is over."""
    handoff = row.handoff
    if handoff is None or handoff.state not in STILL_OPEN or handoff.waiting_since is not None:
        return None
    return handoff.due_at if handoff.due_at > now else None


def quote(row: ArrangementApplication) -> Quote:
    """Return the schedule with its cost as the customer was shown it."""
    return Quote.of(row.terms)


@dataclass(frozen=True, slots=True)
class Before:
    """A schedule that held before: why it was made, when, and its lines as (last day, fen)."""

    reason: str
    made_at: datetime
    lines: list[tuple[date, int]]

    @classmethod
    def of(cls, row: PlanSchedule) -> "Before":
        """Return a version of a schedule as its customer reads it."""
        lines = [
            (date.fromisoformat(line["due_on"]), line["principal_fen"] + line["interest_fen"]) for line in row.lines
        ]
        return cls(row.reason, row.made_at, lines)


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as its customer sees it. Amounts in fen."""

    plan: Arrangement
    lines: list[ArrangementInstalment]
    early_fen: int
    in_force: bool
    versions: list[PlanSchedule]

    @property
    def due_fen(self) -> int:
        """Everything that is or was due with it, what was paid early among it."""
        return sum(line.due_fen for line in self.lines) + self.plan.early_fen

    @property
    def paid_fen(self) -> int:
        """What has been paid of it."""
        return sum(line.paid_fen for line in self.lines) + self.plan.early_fen

    @property
    def next(self) -> tuple[date, int] | None:
        """Day and fen of what is to be paid next, if anything is left."""
        unpaid = ((line.due_on, line.due_fen - line.paid_fen) for line in self.lines)
        return next((line for line in unpaid if line[1] > 0), None)

    @property
    def schedules_before(self) -> list[Before]:
        """The schedules that held before this one, the newest first."""
        if not self.plan.early_fen and len(self.versions) < 2:
            return []
        return [Before.of(row) for row in reversed(self.versions[:-1])]

    @property
    def recalculated_at(self) -> datetime | None:
        """When the schedule that holds was made, if it is not the one agreed."""
        return self.versions[-1].made_at if len(self.versions) > 1 else None

    @property
    def left_fen(self) -> int:
        """What is still to pay when every line is paid on its day."""
        return self.due_fen - self.paid_fen

    @property
    def saved_fen(self) -> int:
        """What is saved when all is paid today."""
        return self.left_fen - self.early_fen


def plan(*, plan_id: int, customer_id: int, today: date, zone: ZoneInfo) -> PlanView | None:
    """Return a plan of a customer's, or None."""
    rows = Arrangement.objects.select_related("account").prefetch_related("instalments")
    found = rows.filter(pk=plan_id, customer_id=customer_id).first()
    if found is None:
        return None
    lines = list(found.instalments.all())
    early_fen = settling.payoff(
        lines=[settling.Owed(line.due_on, line.principal_fen, line.interest_fen) for line in lines],
        on=today,
        since=found.agreed_at.astimezone(zone).date(),
        paid_fen=sum(line.paid_fen for line in lines),
    )
    # Interest that the core has not charged cannot be paid yet: more than its payoff is taken by nobody.
    early_fen = min(early_fen, found.account.payoff_fen)
    return PlanView(found, lines, early_fen, found.state in IN_FORCE, list(found.schedules.all()))
