"""What a customer said of their means lately, where it did not carry the instalment they asked for."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.instalments.offers import Quote, affordable
from collections_app.models import Account, Arrangement, Customer
from collections_app.selectors import means_again
from repayment.domain.arrangements import ApplicationState
from repayment.models import ArrangementApplication

# So many sets of answers stand beside each other, that which did not carry always among them; the others are on their
# own applications.
_MOST = 5


@dataclass(frozen=True, slots=True)
class Said:
    """One set of answers: its day at the customer's place, means and the largest instalment asked for, fen a month.

    ``own_fen`` is what the bank's own plans take besides, and ``uncounted`` that some are in another currency.
    """

    application_id: int
    account_id: int
    currency: str
    on: date
    income_fen: int
    spent_fen: int
    largest_fen: int
    own_fen: int = 0
    uncounted: bool = False

    @property
    def left_fen(self) -> int:
        """What is left a month beside the bank's own plans, below nought when more is spent than comes in."""
        return self.income_fen - self.spent_fen - self.own_fen

    @property
    def carried(self) -> bool:
        """Whether what is left pays the largest instalment that was asked for."""
        spent_fen = self.spent_fen + self.own_fen
        return affordable(largest_fen=self.largest_fen, income_fen=self.income_fen, spent_fen=spent_fen)


@dataclass(frozen=True, slots=True)
class Refused:
    """Answers that did not carry an instalment: a person looks at every application before ``free_on``.

    ``said`` are the latest answers that did not carry one and the newest others handed to a person in these days, five
    in all at most, the oldest first; ``rule`` is what the days are by.
    """

    said: list[Said]
    not_carried_on: date
    free_on: date
    rule: str


def said_in(row: ArrangementApplication) -> Said:
    """Return the answers of an application, with its account and customer loaded."""
    answers = json.loads(row.answers)
    zone = ZoneInfo(row.customer.time_zone)
    return Said(
        application_id=row.pk,
        account_id=row.account_id,
        currency=row.account.currency,
        on=row.shown_at.astimezone(zone).date(),
        income_fen=answers["income_fen"],
        spent_fen=answers["spent_fen"],
        largest_fen=Quote.of(row.terms).largest_fen,
        # What was written before the bank counted its own plans has neither.
        own_fen=answers.get("own_fen", 0),
        uncounted=answers.get("uncounted", False),
    )


def own_plans(*, account: Account, today: date, until: date) -> tuple[int, bool]:
    """Return what plans in force on the customer's other accounts take in their dearest month, in fen.

    Counted are the months to ``until``, what is late in that of ``today``, and plans in the account's currency; the
    second value says that there are others. Two queries.
    """
    plans = (
        Arrangement.objects.filter(customer=account.customer_id, state__in=sorted(IN_FORCE))
        .exclude(account=account)
        .select_related("account")
        .prefetch_related("instalments")
    )
    months: Counter[tuple[int, int]] = Counter()
    uncounted = False
    for plan in plans:
        if plan.account.currency != account.currency:
            uncounted = True
            continue
        for line in plan.instalments.all():
            day = max(line.due_on, today)
            if day <= until:
                months[day.year, day.month] += max(line.due_fen - line.paid_fen, 0)
    return max(months.values(), default=0), uncounted


def refused(*, customer: Customer, now: datetime) -> Refused | None:
    """Return what a customer said of their means that did not carry an instalment, by the days of their rule pack.

    It holds for all of their accounts: the income is one. None when nothing of the kind was said in these days.
    """
    rule = means_again.for_customer(customer=customer, now=now)
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    # One day more than asked for, because the days are those of the customer's place.
    rows = ArrangementApplication.objects.select_related("account", "customer").filter(
        customer=customer, state=ApplicationState.ASKED.value, shown_at__gt=now - timedelta(days=rule.days + 1)
    )
    said = [
        item
        for item in (said_in(row) for row in rows.order_by("-shown_at", "-id"))
        if today < item.on + timedelta(days=rule.days)
    ]
    last = next((item for item in said if not item.carried), None)
    if last is None:
        return None
    shown = said[:_MOST] if last in said[:_MOST] else [*said[: _MOST - 1], last]
    return Refused(shown[::-1], last.on, last.on + timedelta(days=rule.days), rule.rule)
