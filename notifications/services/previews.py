"""How a text reads with a real record, before anybody sends it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from collections_app.domain.promises import PENDING
from collections_app.models import Account, ArrangementInstalment, Customer, Entry, Instalment, Institution, Promise
from notifications.domain import rendering
from notifications.domain.kinds import KINDS, Kind
from notifications.domain.numbers import country_of, e164
from notifications.domain.premises import gone_or_held
from notifications.models import Message
from notifications.providers.registry import NoSuchProviderError, provider
from notifications.selectors import costs
from notifications.selectors.longest import longest_values
from notifications.selectors.sms_points import best_sms_points
from notifications.selectors.truth import facts_of
from notifications.services import carriers
from notifications.services.writing import parts_of

# Of which entry of the account a kind speaks.
_ENTRIES: dict[str, dict[str, str]] = {
    Kind.PAYMENT_RECEIVED: {"kind": "payment"},
    Kind.DEBIT_FAILED: {"kind": "payment", "state": "failed"},
    Kind.BALANCE_CHANGE: {"kind": "adjustment"},
}
# Shown in place of what only a message that is really sent gets.
_CODE = "12345678"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text with the values of one record: what it lacks, why it would not go out now, by whom it would, at what cost.

    ``price`` is in thousandths of a fen.
    """

    text: str
    parts: int
    country: str
    account: Account | None
    provider: str
    missing: list[str] = field(default_factory=list)
    withheld: str = ""
    price: int | None = None


def render(*, kind: str, body: str, language: str, customer: Customer, now: datetime) -> Rendered:
    """Return the text as this customer would read it now; nothing is written, no link or code is made."""
    account = customer.stage_account or customer.accounts.order_by("-overdue_fen", "id").first()
    message = _message(kind, customer, account, now)
    facts = facts_of([message], customers={customer.pk: customer}, now=now)[message.pk]
    institution = Institution.objects.get(pk=customer.branch.institution_id)
    values = rendering.values(kind, facts, about=message.about_on, language=language)
    link = longest_values().get("link", ("", ""))[0]
    values |= {"hotline": institution.hotline, "code": _CODE, "link": link}
    missing = [name for name in dict.fromkeys(rendering.variables_in(body)) if not values.get(name)]
    text = rendering.fill(body, values | {name: "{" + name + "}" for name in missing})
    point = best_sms_points([customer.pk]).get(customer.pk)
    number = e164(point.value, country=point.country) if point else ""
    country = country_of(number) or (point.country if point else "")
    choice = _choice(kind, customer, country, now)
    carrier = choice.provider
    signs = _platform_signs(carrier)
    signed = rendering.signed(
        text, language=language, platform_signs=signs, name_zh=institution.name_zh, name_en=institution.name_en
    )
    platform = institution.sms_signature if signs and language.startswith("zh") else ""
    parts = parts_of(signed, number, institution.sms_signature if signs else "")
    return Rendered(
        text=f"【{platform}】{signed}" if platform else signed,
        parts=parts,
        country=country,
        account=account,
        provider=carrier,
        missing=missing,
        withheld=gone_or_held(kind, facts, about=message.about_on)
        or choice.refused
        or ("sender_stopped" if choice.waits else ""),
        price=costs.price_of(provider=carrier, country=country, parts=parts),
    )


def _choice(kind: str, customer: Customer, country: str, now: datetime) -> carriers.Choice:
    """Return by which provider such a text would go to that country now, or why it would not."""
    return carriers.load(now=now).choose(
        branch_id=customer.branch_id, own=customer.branch.sms_provider, country=country, purpose=KINDS[kind].purpose,
        kind=kind, key=0,
    )  # fmt: skip


def _platform_signs(code: str) -> bool:
    try:
        return provider(code).platform_signs
    except NoSuchProviderError:
        return False


def _message(kind: str, customer: Customer, account: Account | None, now: datetime) -> Message:
    """Return a message that is never saved, about what a message of this kind would be about."""
    about, subject_id = _about(kind, account, now.astimezone(ZoneInfo(customer.time_zone)).date())
    before = Message.objects.filter(customer=customer, kind=kind).order_by("-due_at").first()
    return Message(
        id=-1, customer=customer, account=account, kind=kind, about_on=about, subject_id=subject_id,
        payload=before.payload if before else {},
    )  # fmt: skip


def _about(kind: str, account: Account | None, today: date) -> tuple[date, int | None]:
    """Return the day and the subject of the newest thing on the account that a message of this kind speaks of."""
    if account is None:
        return today, None
    if kind in {Kind.LOAN_DUE, Kind.LOAN_SCHEDULE}:
        line = Instalment.objects.filter(account=account, due_on__gte=today).order_by("due_on").first()
        return (line.due_on if line else today), None
    if kind in {Kind.PLAN_DUE, Kind.PLAN_RECALCULATED}:
        lines = ArrangementInstalment.objects.filter(arrangement__account=account, due_on__gte=today)
        next_line = lines.order_by("due_on").first()
        return (next_line.due_on, next_line.pk) if next_line else (today, None)
    if kind in {Kind.PROMISE_DUE, Kind.PROMISE_BROKEN, Kind.WRITTEN_CONFIRMATION}:
        rows = Promise.objects.filter(account=account)
        promise = (rows if kind == Kind.PROMISE_BROKEN else rows.filter(state__in=PENDING)).order_by("-pk").first()
        return (promise.last_day, promise.pk) if promise else (today, None)
    if kind in _ENTRIES:
        entry = Entry.objects.filter(account=account, **_ENTRIES[kind]).order_by("-pk").first()
        return (entry.latest_on or today, entry.pk) if entry else (today, None)
    if kind in {Kind.CARD_DUE, Kind.DUE_TODAY}:
        return account.due_on or today, None
    return today, None
