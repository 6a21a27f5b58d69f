"""Putting right what a customer was told: the text, its cost and its number first, then one message, never two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain.purposes import Channel
from collections_app.domain.told.sayings import Saying
from collections_app.domain.told.standing import Statement, to_say
from collections_app.domain.told.verdicts import FLAGGED, ToldState
from collections_app.models import Account, Customer, Institution, ToldFlag
from collections_app.selectors.told.verdicts import Told, told_of
from collections_app.services import records
from collections_app.services.errors import RefusedError
from notifications.domain import rendering
from notifications.domain.facts import Facts
from notifications.domain.kinds import Kind
from notifications.domain.lifecycle import WAITING, MessageState
from notifications.domain.numbers import country_of
from notifications.models import Message
from notifications.providers.registry import provider
from notifications.selectors import costs
from notifications.selectors.templates import active_templates, language_of
from notifications.selectors.truth import facts_of
from notifications.services import confirmations, routing
from notifications.services.confirmations import obstacle
from notifications.services.messages import asked_for_within, enqueue_within
from notifications.services.writing import parts_of

# Of these nobody knows yet whether the customer will read them.
_ON_ITS_WAY = WAITING | {MessageState.CLAIMED, MessageState.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would put right what was told of one account: the pair, the text as it would read now, and its cost in fen
    where it goes as a text message.

    ``kind`` is a correction of what is wrong, or a confirmation of what was told by mouth. ``on_its_way`` is the
    message that was asked for already.
    """

    account: Account
    state: ToldState
    told: Sequence[Statement]
    true: Sequence[Saying]
    kind: str
    text: str
    parts: int
    cost_fen: int | None
    on_its_way: Message | None


def proposals(*, customer: Customer, now: datetime) -> list[Proposal]:
    """Return what would put right what the customer was told, account by account, in the customer's language."""
    if customer.told_state not in FLAGGED:
        return []
    flagged = {
        account_id: told
        for (_, account_id), told in told_of([customer], now=now).items()
        if told.verdict.state in FLAGGED and told.flag and told.truth and told.verdict.word
    }
    accounts = Account.objects.in_bulk(flagged)
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    drafts = [_draft(customer, accounts[pk], told, today, place) for place, (pk, told) in enumerate(flagged.items())]
    facts = facts_of(drafts, customers={customer.pk: customer}, now=now) if drafts else {}
    waiting, way = _waiting(customer), confirmations.way(customer=customer, now=now)
    found = []
    for draft, (account_id, told) in zip(drafts, flagged.items(), strict=True):
        text, parts, cost = _text(customer, draft, facts[draft.pk], way)
        found.append(
            Proposal(
                account=accounts[account_id],
                state=told.verdict.state,
                told=told.verdict.word.statements if told.verdict.word else (),
                true=to_say(told.truth) if told.truth else (),
                kind=draft.kind,
                text=text,
                parts=parts,
                cost_fen=cost,
                on_its_way=next((row for row in waiting if row.account_id == account_id), None),
            )
        )
    return found


@transaction.atomic(durable=True)
def send(
    *, customer_id: int, account_id: int, actor: records.Actor, seen_version: int | None, now: datetime
) -> Message:
    """Queue what puts right what the customer was told of an account, at a person's request.

    Raise RefusedError when nothing is to be put right any more, it is on its way already, or nothing can reach the
    customer now.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="told.correct")
    records.check_may(actor=actor, action="told.correct")
    message = _queue(customer, account_id, actor, now)
    asked_for_within(customer=customer, message=message, actor=actor, now=now)
    return message


@transaction.atomic(durable=True)
def send_by_itself(*, customer_id: int, account_id: int, now: datetime) -> Message | None:
    """Queue the same where the branch wants it without a colleague; None where there is nothing to do any more."""
    customer = records.lock(customer_id=customer_id, now=now)
    if customer.branch.told_corrections != "send":
        return None
    try:
        return _queue(customer, account_id, records.SYSTEM, now)
    except RefusedError:
        return None


def _queue(customer: Customer, account_id: int, actor: records.Actor, now: datetime) -> Message:
    told = told_of([customer], now=now).get((customer.pk, account_id))
    if told is None or told.flag is None or told.verdict.state not in FLAGGED:
        raise RefusedError("nothing_to_put_right")
    if any(row.account_id == account_id for row in _waiting(customer)):
        raise RefusedError("message_already_queued")
    if stops := obstacle(customer=customer, now=now):
        raise RefusedError(stops)
    reference = _reference(told.flag)
    before = Message.objects.filter(customer=customer, reference__startswith=f"{reference}:").count()
    message = enqueue_within(
        customer=customer,
        kind=_kind(told),
        account=Account.objects.get(pk=account_id),
        now=now,
        about_on=told.flag.raised_at.date(),
        reference=f"{reference}:{before + 1}",
        asked_by=actor.staff,
    )
    if message is None:
        raise RefusedError("message_already_queued")
    return message


def _reference(flag: ToldFlag) -> str:
    """The word that is put right: one message for it, and another only when that one came to nothing."""
    return f"told:{flag.told_id}"


def _kind(told: Told) -> Kind:
    wrong = told.verdict.state is ToldState.WRONG
    return Kind.TOLD_CORRECTION if wrong else Kind.TOLD_CONFIRMATION


def _waiting(customer: Customer) -> list[Message]:
    kinds = [Kind.TOLD_CORRECTION, Kind.TOLD_CONFIRMATION]
    return list(Message.objects.filter(customer=customer, kind__in=kinds, state__in=_ON_ITS_WAY).order_by("pk"))


def _draft(customer: Customer, account: Account, told: Told, on: date, place: int) -> Message:
    """Return a message that is never saved, to render the text by; its id only tells drafts apart."""
    return Message(id=-1 - place, customer=customer, account=account, kind=_kind(told), about_on=on)


def _text(
    customer: Customer, draft: Message, facts: Facts, way: routing.Route | routing.NoRoute
) -> tuple[str, int, int | None]:
    """The text as it would reach the customer, its parts and their cost in fen; nothing where there is no wording."""
    language = language_of(customer.language)
    form = next(iter(rendering.forms(draft.kind, facts, disclose=True, links=False)), None)
    template = active_templates(facts.today).get((draft.kind, form.value, language)) if form else None
    if template is None:
        return "", 0, None
    institution = Institution.objects.get(pk=customer.branch.institution_id)
    values = rendering.values(draft.kind, facts, about=draft.about_on, language=language)
    text = rendering.fill(template.body, values | {"hotline": institution.hotline})
    if isinstance(way, routing.NoRoute) or way.channel is not Channel.SMS:
        return text, 0, None
    signs = provider(way.provider).platform_signs
    body = rendering.signed(
        text, language=language, platform_signs=signs, name_zh=institution.name_zh, name_en=institution.name_en
    )
    parts = parts_of(body, way.to, institution.sms_signature if signs else "")
    country = country_of(way.to) or way.point.country
    return body, parts, costs.cost_fen(provider=way.provider, country=country, parts=parts)
