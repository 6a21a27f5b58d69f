"""What stands in a statement of account and in a certificate of settlement, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.issued import in_groups
from collections_app.domain.money import yuan_text
from collections_app.domain.paper_days import day_on_paper
from collections_app.domain.promises import PENDING
from collections_app.models import Account, Arrangement, Customer, Instalment, Promise
from collections_app.selectors import codes, last_payments

# A statement tells of the payments of so many days.
STATED_DAYS = 365


@dataclass(frozen=True, slots=True)
class Issue:
    """One document about to be issued."""

    customer: Customer
    account: Account
    reference: str
    language: str
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The time zone at the customer's place."""
        return ZoneInfo(self.customer.time_zone)

    @property
    def today(self) -> date:
        """The day at the customer's place."""
        return self.now.astimezone(self.zone).date()


def statement(issue: Issue) -> dict[str, Any]:
    """Return the data of a statement: the five amounts, what they are made of, what is agreed, instalments, payments.

    The language of the reader must be active.
    """
    account = issue.account
    return {
        **_head(issue, _("Statement of account")),
        "facts": [*_parties(issue), [_("As of"), _day(account.data_as_of)], *_since(account, issue.today)],
        "tables": [
            _amounts(account),
            _made_of(account),
            *_agreed(account),
            *_schedule(account, issue.today),
            _payments(issue),
        ],
        "notes": [
            _("Amounts are those of the bank's books as of the day named, less what was received here since."),
            *_closing(issue),
        ],
    }


def certificate(issue: Issue) -> dict[str, Any]:
    """Return the data of a certificate that nothing is owed. The language of the reader must be active."""
    account, customer = issue.account, issue.customer
    said = _(
        "We certify that %(account)s of %(name)s is settled: by the bank's books as of %(day)s nothing is owed on it,"
        " neither principal nor interest nor fees."
    ) % {"account": _account(account), "name": customer.name, "day": _day(account.data_as_of)}
    return {
        **_head(issue, _("Certificate of settlement")),
        "facts": _parties(issue),
        "paragraphs": [said],
        "notes": [
            _("It speaks of this account alone, and of no use made of it after that day."),
            *_closing(issue),
        ],
    }


def _head(issue: Issue, title: str) -> dict[str, Any]:
    branch = issue.customer.branch
    bank = branch.institution
    chinese = issue.language.startswith("zh")
    return {
        "title": title,
        "bank": bank.name_zh if chinese else bank.name_en,
        "unit": branch.name_zh if chinese else branch.name_en,
        "reference": _("Reference %(reference)s") % {"reference": in_groups(issue.reference)},
        "day": _day(issue.today),
    }


def _parties(issue: Issue) -> list[list[str]]:
    return [
        [_("Customer"), issue.customer.name],
        [_("Account"), capfirst(_account(issue.account))],
        [_("Currency"), issue.account.currency],
    ]


def _closing(issue: Issue) -> list[str]:
    hotline = issue.customer.branch.institution.hotline
    return [
        _("Whoever is shown this document can have it checked by its reference on %(hotline)s.") % {"hotline": hotline}
    ]


def _account(account: Account) -> str:
    name = _("credit card ending in %(tail)s") if account.product == "card" else _("loan ending in %(tail)s")
    return name % {"tail": account.tail}


def _since(account: Account, today: date) -> list[list[str]]:
    if account.overdue_since is None or not account.overdue_fen:
        return []
    return [[_("Overdue since"), _day(account.overdue_since)]]


def _amounts(account: Account) -> dict[str, Any]:
    payoff = _("Payoff")
    if account.payoff_valid_until:
        payoff = _("Payoff, valid until %(day)s") % {"day": _day(account.payoff_valid_until)}
    return {
        "title": _("What is owed"),
        "columns": [pgettext("statement", "Amount"), account.currency],
        "rows": [
            [_("Overdue amount"), yuan_text(account.overdue_fen)],
            [_("Minimum still to pay"), yuan_text(account.minimum_due_fen)],
            [_("Billed and unpaid"), yuan_text(account.billed_fen)],
            [payoff, yuan_text(account.payoff_fen)],
            [_("Not yet billed"), yuan_text(account.unbilled_fen)],
        ],
    }


def _made_of(account: Account) -> dict[str, Any]:
    return {
        "title": _("What it is made of, by the bank's books"),
        "columns": [_("Component"), account.currency],
        "rows": [
            [_("Principal"), yuan_text(account.principal_fen)],
            [_("Interest"), yuan_text(account.interest_fen)],
            [_("Fees"), yuan_text(account.fees_fen)],
        ],
    }


def _agreed(account: Account) -> list[dict[str, Any]]:
    """What is in force: a plan before a promise, each part with what is paid of it."""
    states = [state.value for state in IN_FORCE]
    plans = Arrangement.objects.filter(account=account, state__in=states).prefetch_related("instalments")
    plan = plans.order_by("-agreed_at").first()
    if plan is not None:
        lines = [(line.due_on, line.amount_fen, line.paid_fen) for line in plan.instalments.all()]
        rows = [_dated(*line) for line in lines]
        if plan.early_fen:
            rows.append([_("Paid early"), yuan_text(plan.early_fen), yuan_text(plan.early_fen)])
        return [_table(_("Repayment plan in force"), rows)]
    waiting = Promise.objects.filter(account=account, state__in=[state.value for state in PENDING])
    promise = waiting.prefetch_related("parts").order_by("-taken_at").first()
    if promise is None:
        return []
    rows = [[_day(part.due_on), yuan_text(part.amount_fen)] for part in promise.parts.all()]
    return [{"title": _("What was agreed"), "columns": [_("By 24:00 on"), _("Amount")], "rows": rows}]


def _dated(day: date, fen: int, paid_fen: int) -> list[str]:
    return [_day(day), yuan_text(fen), yuan_text(paid_fen)]


def _table(title: str, rows: Sequence[list[str]]) -> dict[str, Any]:
    columns = [_("By 24:00 on"), _("Amount"), _("Paid")]
    return {"title": title, "columns": columns, "rows": list(rows), "figures": 2}


def _schedule(account: Account, today: date) -> list[dict[str, Any]]:
    lines = list(Instalment.objects.filter(account=account).order_by("number"))
    if not lines:
        return []
    rows = [
        [
            str(line.number),
            _day(line.due_on),
            yuan_text(line.principal_fen),
            yuan_text(line.interest_fen),
            yuan_text(line.paid_fen),
            _standing(line, today),
        ]
        for line in lines
    ]
    columns = [_("No."), _("Due"), _("Principal"), _("Interest"), _("Paid"), pgettext("statement", "State")]
    return [{"title": _("Instalments by the bank's books"), "columns": columns, "rows": rows}]


def _standing(line: Instalment, today: date) -> str:
    if line.paid_fen >= line.principal_fen + line.interest_fen:
        return pgettext("instalment", "paid")
    return pgettext("instalment", "overdue") if line.due_on < today else pgettext("instalment", "to come")


def _payments(issue: Issue) -> dict[str, Any]:
    since = issue.today - timedelta(days=STATED_DAYS)
    found = last_payments.of_accounts(accounts=[issue.account], since=since, zone=issue.zone)
    rows = [[_day(paid.on), _way(paid.channel), yuan_text(paid.fen)] for paid in found.get(issue.account.pk, [])]
    return {
        "title": _("Payments of the last twelve months"),
        "columns": [_("Day"), _("Way"), issue.account.currency],
        "rows": rows or [[_("None"), "", ""]],
    }


def _way(channel: str) -> str:
    return codes.name_of("payment_channels", channel) if channel else _("booked by the bank")


def _day(day: date) -> str:
    return day_on_paper(day, language=get_language() or "zh-hans")
