"""The approved answers that are in use on a day, and what the record fills into them."""

from datetime import date, datetime, timedelta

from django.db.models import Q

from collections_app.domain.answers import AMOUNTS, day_in
from collections_app.domain.money import yuan_text
from collections_app.domain.promises import Limits
from collections_app.models import Account, ApprovedAnswer, Customer, LookUp, Staff
from collections_app.selectors import lines
from collections_app.selectors.records import LOOK_UP_HOURS


def in_use(*, today: date) -> list[ApprovedAnswer]:
    """Return the answers that may be given on a day, in the order they are shown. One query."""
    rows = ApprovedAnswer.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), active=True)
    return list(rows.filter(valid_from__lte=today).order_by("position", "code"))


def for_status(answers: list[ApprovedAnswer], status: str) -> list[ApprovedAnswer]:
    """Return the answers that fit a record's status: those made for it first, then those for every status."""
    own = [answer for answer in answers if status in answer.statuses]
    return own + [answer for answer in answers if not answer.statuses]


def values_of(*, customer: Customer, account: Account | None, limits: Limits | None, language: str) -> dict[str, str]:
    """Return what the record says for each word an answer may name, in a language; what it lacks is left out."""
    institution = customer.branch.institution
    zh = language.startswith("zh")
    values = {
        "bank": institution.name_zh if zh else institution.name_en,
        "hotline": institution.hotline,
        "branch": customer.branch.name_zh if zh else customer.branch.name_en,
    }
    if account is not None:
        values |= {name: yuan_text(getattr(account, f"{name}_fen")) for name in AMOUNTS}
        values |= {"account": account.tail, "as_of": day_in(account.data_as_of, language)}
        if account.payoff_valid_until:
            values["payoff_until"] = day_in(account.payoff_valid_until, language)
    if limits is not None:
        values["promise_smallest"] = yuan_text(limits.smallest_fen)
        values["promise_last_day"] = day_in(limits.last_day, language)
    return values


def has_proven_person(*, customer: Customer, staff: Staff, now: datetime) -> bool:
    """Return whether this colleague speaks with a proven person: on their own call, or at the counter."""
    calls = lines.held(now=now).filter(customer=customer, staff=staff, verification="verified")
    if calls.exists():
        return True
    since = now - timedelta(hours=LOOK_UP_HOURS)
    return LookUp.objects.filter(customer=customer, staff=staff, purpose="counter", at__gte=since).exists()
