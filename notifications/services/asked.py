"""What a colleague may send by hand: a text of the bank's, seen first, with one checked field at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from collections_app.domain.purposes import Channel
from collections_app.models import Account, Customer, Institution, Staff
from collections_app.services import note_words, records
from collections_app.services.errors import RefusedError
from notifications.domain import premises, rendering
from notifications.domain.facts import Facts
from notifications.domain.kinds import KINDS, MessageKind
from notifications.domain.lifecycle import WAITING, MessageState
from notifications.domain.numbers import country_of
from notifications.domain.template_lint import PROBLEMS
from notifications.domain.typed_words import typed_problems
from notifications.models import Message
from notifications.providers.registry import provider
from notifications.selectors import costs
from notifications.selectors.templates import active_templates, language_of
from notifications.selectors.truth import facts_of
from notifications.services import carriers, routing
from notifications.services.messages import asked_for_within, enqueue_within
from notifications.services.writing import parts_of

_ON_ITS_WAY = WAITING | {MessageState.CLAIMED, MessageState.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as it would read now: where it would go, its parts and their cost in fen; or why it may not go."""

    text: str = ""
    channel: str = ""
    to: str = ""
    provenance: str = ""
    parts: int = 0
    cost_fen: int | None = None
    stops: str = ""


def offered(*, staff: Staff) -> list[MessageKind]:
    """Return the kinds this person may send by hand."""
    return [row for row in KINDS.values() if row.asked_with and staff.may(row.asked_with)]


def accounts(*, kind: MessageKind, customer: Customer) -> Sequence[Account]:
    """Return the accounts a kind may be about: none for one that names no account."""
    if kind.harmless:
        return []
    return list(customer.accounts.filter(closed_in_core=False).order_by("-overdue_fen", "pk"))


def ways(kind: MessageKind) -> list[Channel]:
    """Return the channels a colleague may ask for instead of the first that reaches the customer: a letter."""
    return [channel for channel in kind.channels if channel is Channel.LETTER]


def preview(*, customer: Customer, kind: MessageKind, account: Account | None, typed: str, now: datetime,
            staff: Staff, by: str = "") -> Preview:  # fmt: skip
    """Return what would be sent, from the record as it is now. The permit is asked for when it is sent."""
    draft = Message(
        id=-1, customer=customer, account=account, kind=kind.code, purpose=kind.purpose, about_on=_today(customer, now),
        payload={kind.typed: typed.strip()} if kind.typed else {}, asked_by=staff, by_channels=by,
    )  # fmt: skip
    facts = facts_of([draft], customers={customer.pk: customer}, now=now)[-1]
    if gone := premises.gone(kind.code, facts, about=draft.about_on):
        return Preview(stops=gone)
    found = routing.choose(
        draft, customer, facts, routing.ways_of([customer.pk], carrying=carriers.load(now=now), now=now)
    )
    if isinstance(found, routing.NoRoute):
        return Preview(stops=found.reason)
    return _preview(draft, customer, facts, found)


def _preview(draft: Message, customer: Customer, facts: Facts, route: routing.Route) -> Preview:
    institution = Institution.objects.get(pk=customer.branch.institution_id)
    language = route.template.language
    values = rendering.values(draft.kind, facts, about=draft.about_on, language=language)
    values |= {"hotline": institution.hotline, "code": "····-····", "link": settings.PUBLIC_URL}
    for name in rendering.variables_in(route.template.body):
        values[name] = values.get(name) or "…"
    text = rendering.fill(route.template.body, values)
    signs = provider(route.provider).platform_signs
    parts, cost = 0, None
    if route.channel is Channel.SMS:
        text = rendering.signed(
            text, language=language, platform_signs=signs, name_zh=institution.name_zh, name_en=institution.name_en
        )
        parts = parts_of(text, route.to, institution.sms_signature if signs else "")
        country = country_of(route.to) or route.point.country
        cost = costs.cost_fen(provider=route.provider, country=country, parts=parts)
    return Preview(text, route.channel, route.to, route.point.provenance, parts, cost)


@transaction.atomic(durable=True)
def send(
    *,
    customer_id: int,
    kind_code: str,
    account_id: int | None,
    typed: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    by: str = "",
) -> Message:
    """Queue a message by hand, at a person's request; ``by`` is the one channel they want it to go by.

    Raise RefusedError for a kind nobody sends by hand, a channel nobody may ask for, an account that is not the
    customer's or not needed, a field that may not be said, a premise that is gone, no way to the customer, and the same
    message on its way already.
    """
    kind = KINDS.get(kind_code)
    if kind is None or not kind.asked_with or (by and by not in ways(kind)):
        raise RefusedError("no_such_kind")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="message.send")
    records.check_may(actor=actor, action=kind.asked_with)
    records.check_wall(customer=customer, actor=actor)
    account = None if kind.harmless else Account.objects.filter(pk=account_id or 0, customer=customer).first()
    if actor.staff is None or (account is None and not kind.harmless):
        raise RefusedError("no_such_account")
    _check_typed(kind, customer, typed, now)
    seen = preview(customer=customer, kind=kind, account=account, typed=typed, now=now, staff=actor.staff, by=by)
    if seen.stops:
        raise RefusedError(seen.stops)
    same = Message.objects.filter(customer=customer, kind=kind.code, account=account)
    if same.filter(state__in=_ON_ITS_WAY).exists():
        raise RefusedError("message_already_queued")
    message = enqueue_within(
        customer=customer, kind=kind.code, account=account, now=now, asked_by=actor.staff,
        reference=f"asked:{same.filter(reference__startswith='asked:').count() + 1}",
        payload={kind.typed: typed.strip()} if kind.typed else None,
        by_channels=[by] if by else (),
    )  # fmt: skip
    if message is None:
        raise RefusedError("message_already_queued")
    asked_for_within(customer=customer, message=message, actor=actor, now=now)
    return message


def _check_typed(kind: MessageKind, customer: Customer, typed: str, now: datetime) -> None:
    """Refuse a typed field that may not be said, naming what is wrong, in every language it may be sent in."""
    if not kind.typed:
        return
    language = language_of(customer.language)
    template = active_templates(_today(customer, now)).get((kind.code, "explicit", language))
    found = typed_problems(kind=kind.code, body=template.body if template else "", typed=typed)
    if found:
        words = "；".join(PROBLEMS[code].text(get_language() or "zh") for code in dict.fromkeys(found))
        raise RefusedError("typed_problems", problems=found, words=words)
    note_words.check(text=typed, kind="message")


def _today(customer: Customer, now: datetime) -> date:
    return now.astimezone(ZoneInfo(customer.time_zone)).date()
