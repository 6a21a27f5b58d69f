"""Claiming messages: the last look, in one transaction, at everything that could make one wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from collections_app.domain.reasons import Reason
from collections_app.models import ContactPoint, Customer, Institution
from collections_app.selectors.permit_facts import PermitRequest
from collections_app.services import access, contacts, permits_bulk, records
from notifications.domain import premises, rendering
from notifications.domain.carriage import links_allowed
from notifications.domain.facts import Facts
from notifications.domain.kinds import KINDS, Variant, may_disclose
from notifications.domain.lifecycle import WAITING, MessageState
from notifications.domain.numbers import country_of, e164
from notifications.domain.segments import mainland_parts, segments_of
from notifications.models import Message, Template
from notifications.providers.base import Outgoing
from notifications.providers.registry import NoSuchProviderError, provider
from notifications.selectors.sms_points import best_sms_points
from notifications.selectors.templates import TemplateKey, active_templates, language_of
from notifications.selectors.truth import facts_of
from notifications.services import senders

# Longer than a batch takes at its slowest; after it the message counts as of unknown outcome.
LEASE = timedelta(minutes=5)

# These pass, but nobody knows when.
ASK_AGAIN = timedelta(minutes=10)
# An incident may end before its hour; what it put off is then asked for at once (services/incidents).
ASK_AFTER_INCIDENT = timedelta(minutes=30)
# The last moment at which it makes sense to ask.
_LAST = timedelta(minutes=1)
_PASSING = frozenset(
    {
        Reason.ON_THE_LINE,
        Reason.PENDING,
        Reason.DATA_STALE,
        Reason.CALENDAR_UNKNOWN,
        Reason.RULES_MISSING,
        Reason.INTERVAL,
    }
)

_CLAIM_COLUMNS = (
    "state", "reason", "reason_params", "due_at", "ended_at", "provider", "attempts", "worker", "lease_until",
    "claimed_at", "contact", "contact_point", "number", "number_provenance", "template", "variant", "language",
    "body", "body_sha256", "segments", "said", "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message this worker alone may send, until its lease ends."""

    message_id: int
    provider: str
    outgoing: Outgoing
    lease_until: datetime


@dataclass(slots=True)
class _Draft:
    """A message on its way through the last look."""

    message: Message
    customer: Customer
    institution: Institution
    facts: Facts
    point: ContactPoint
    number: str
    template: Template


@transaction.atomic(durable=True)
def claim(*, now: datetime, limit: int, worker: str, priority_only: bool = False) -> list[Claimed]:
    """Claim up to ``limit`` messages whose time has come, each with its permit and its text of this instant.

    A message whose premise is gone is cancelled, one the permit puts off is deferred, one that may not be
    sent is refused; each keeps its reason. Records somebody is writing are left for the next run.
    """
    messages, customers = _take(now=now, limit=limit, priority_only=priority_only)
    if not messages:
        return []
    drafts = _judge(messages, customers, now)
    granted = _permitted(drafts, now)
    claimed = _render(granted, worker=worker, now=now)
    _save(messages)
    return claimed


def _take(*, now: datetime, limit: int, priority_only: bool) -> tuple[list[Message], dict[int, Customer]]:
    """Lock the customers of what is due, then the messages.

    The customer's row comes first everywhere, so the pick locks it alone; SKIP LOCKED waits for nobody and
    so cannot deadlock, and two workers get different customers. What was picked is read again under the lock.
    """
    waiting = Message.objects.filter(state__in=WAITING, due_at__lte=now)
    if priority_only:
        waiting = waiting.filter(priority=True)
    picked = list(
        waiting.exclude(customer__branch__sms_provider__in=senders.stopped_providers())
        .select_related("customer")
        .select_for_update(skip_locked=True, of=("customer",))
        .order_by("-priority", "due_at", "id")[:limit]
    )
    if not picked:
        return [], {}
    customers = records.lock_many(customer_ids=[message.customer_id for message in picked], now=now)
    locked = waiting.select_related("asked_by").select_for_update(of=("self",))
    return list(locked.filter(pk__in=[message.pk for message in picked]).order_by("pk")), customers


def _judge(messages: Sequence[Message], customers: Mapping[int, Customer], now: datetime) -> list[_Draft]:
    facts = facts_of(messages, customers=customers, now=now)
    points = best_sms_points(customers)
    templates = active_templates()
    institutions = Institution.objects.in_bulk()
    drafts = []
    for message in messages:
        customer = customers[message.customer_id]
        message.provider = customer.branch.sms_provider
        if now >= message.expires_at:
            _end(message, MessageState.CANCELLED, "expired", now)
        elif gone := premises.gone(message.kind, facts[message.pk], about=message.about_on):
            _end(message, MessageState.CANCELLED, gone, now)
        else:
            institution = institutions[customer.branch.institution_id]
            point = points.get(customer.pk)
            draft = _draft(message, customer, institution, facts[message.pk], point, templates, now)
            if draft is not None:
                drafts.append(draft)
    return drafts


def _draft(
    message: Message,
    customer: Customer,
    institution: Institution,
    facts: Facts,
    point: ContactPoint | None,
    templates: Mapping[TemplateKey, Template],
    now: datetime,
) -> _Draft | None:
    number = e164(point.value, country=point.country) if point else ""
    if point is None or not number:
        _end(message, MessageState.REFUSED, "no_contact_point", now)
        return None
    country = country_of(number) or point.country
    try:
        carrier = provider(message.provider)
    except NoSuchProviderError:
        _end(message, MessageState.REFUSED, "no_such_provider", now)
        return None
    if refused := carrier.carries(country=country, purpose=message.purpose, links=False):
        _end(message, MessageState.REFUSED, refused, now, provider=message.provider, country=country)
        return None
    links = links_allowed(country) and not carrier.carries(country=country, purpose=message.purpose, links=True)
    disclose = may_disclose(provenance=point.provenance, quality=point.quality, relation=point.relation)
    forms = rendering.forms(message.kind, facts, disclose=disclose, links=links)
    language = language_of(customer.language)
    template = next((row for form in forms if (row := templates.get((message.kind, form, language)))), None)
    if template is None:
        _end(message, MessageState.REFUSED, "no_template" if forms else "number_not_verified", now)
        return None
    return _Draft(message, customer, institution, facts, point, number, template)


def _permitted(drafts: list[_Draft], now: datetime) -> list[_Draft]:
    """Ask for every draft's permit at once; put off or refuse those that get none."""
    requests = [
        PermitRequest(
            customer=draft.customer,
            channel=KINDS[draft.message.kind].channel,
            purpose=draft.message.purpose,
            contact_point=draft.point,
            actor=records.Actor.of(draft.message.asked_by) if draft.message.asked_by else records.SYSTEM,
            account_ids=(draft.message.account_id,) if draft.message.account_id else (),
            asked_for_in_call=draft.message.asked_by is not None,
            hold_seconds=int(LEASE.total_seconds()),
        )
        for draft in drafts
    ]
    granted = []
    for draft, answer in zip(drafts, permits_bulk.permit_many(requests=requests, now=now), strict=True):
        message = draft.message
        if not isinstance(answer, permits_bulk.Refusal):
            message.contact = answer.contact
            granted.append(draft)
            continue
        rule = answer.rule.as_json() if answer.rule else None
        again = _again_at(answer, now, message.expires_at)
        if again is not None and now < again < message.expires_at:
            message.state, message.reason, message.due_at = MessageState.DEFERRED, answer.reason, again
            message.reason_params = {"rule": rule}
        else:
            _end(message, MessageState.REFUSED, answer.reason, now, rule=rule)
    return granted


def _again_at(refusal: permits_bulk.Refusal, now: datetime, expires_at: datetime) -> datetime | None:
    """Return when to ask for the permit again, or None when what refuses it will not pass by itself."""
    if refusal.reason == Reason.INCIDENT:
        # Put off for as long as the message is of use: an incident may end any minute.
        return min(refusal.until or now + ASK_AFTER_INCIDENT, now + ASK_AFTER_INCIDENT, max(expires_at - _LAST, now))
    if refusal.until is not None:
        return max(refusal.until, now + timedelta(minutes=1))
    return now + ASK_AGAIN if refusal.reason in _PASSING else None


def _render(drafts: list[_Draft], *, worker: str, now: datetime) -> list[Claimed]:
    """Write each text from the record as it is at this instant, and remember its version."""
    opening = {draft.customer.pk: draft for draft in drafts if _opens_the_page(draft.template)}
    minted = (
        access.mint_many_within(
            customers=[draft.customer for draft in opening.values()],
            sent_to={customer_id: draft.point for customer_id, draft in opening.items()},
            now=now,
        )
        if opening
        else {}
    )
    claimed = []
    for draft in drafts:
        message, customer = draft.message, draft.customer
        language = draft.template.language
        values = rendering.values(message.kind, draft.facts, about=message.about_on, language=language)
        values["hotline"] = draft.institution.hotline
        if customer.pk in minted and _opens_the_page(draft.template):
            values["code"] = minted[customer.pk].code
            values["link"] = settings.PUBLIC_URL + reverse(
                "repayment:landing", kwargs={"token": minted[customer.pk].token}
            )
        try:
            text = rendering.fill(draft.template.body, values)
        except rendering.MissingVariableError as error:
            _end(message, MessageState.REFUSED, "text_incomplete", now, variable=str(error))
            _give_back(message, now)
            continue
        claimed.append(_claimed(draft, text, worker=worker, now=now))
    return claimed


def _give_back(message: Message, now: datetime) -> None:
    """Give the permit back of a message that will not go out."""
    if message.contact_id:
        contacts.settle(contact_id=message.contact_id, state="failed", now=now)


def _opens_the_page(template: Template) -> bool:
    return template.variant in {Variant.LINK, Variant.CODE, Variant.NEUTRAL}


def _claimed(draft: _Draft, text: str, *, worker: str, now: datetime) -> Claimed:
    message, institution = draft.message, draft.institution
    carrier = provider(message.provider)
    body = rendering.signed(
        text,
        language=draft.template.language,
        platform_signs=carrier.platform_signs,
        name_zh=institution.name_zh,
        name_en=institution.name_en,
    )
    told = rendering.said(
        KINDS[message.kind], draft.template.body, draft.facts, about=message.about_on, form=draft.template.variant
    )
    message.state, message.reason, message.reason_params = MessageState.CLAIMED, "", {}
    message.attempts += 1
    message.worker, message.claimed_at, message.lease_until = worker, now, now + LEASE
    message.contact_point, message.number = draft.point, draft.number
    message.number_provenance = draft.point.provenance
    message.template, message.variant, message.language = (
        draft.template,
        draft.template.variant,
        draft.template.language,
    )
    message.body, message.body_sha256 = body, sha256(body.encode()).hexdigest()
    message.segments = parts_of(body, draft.number, institution.sms_signature if carrier.platform_signs else "")
    message.said = [
        {"name": item.name, "fen": item.amount_fen, "pay_by": item.pay_by.isoformat() if item.pay_by else None}
        for item in told
    ]
    message.version = draft.customer.version
    outgoing = Outgoing(str(message.attempt), draft.number, body, institution.sms_signature)
    return Claimed(message.pk, message.provider, outgoing, message.lease_until)


def parts_of(body: str, number: str, signature: str) -> int:
    """Return how many parts a text is charged as, to that number and with the signature a platform puts before it."""
    if number.startswith("+86"):
        return mainland_parts(f"【{signature}】{body}" if signature else body)
    return segments_of(body).parts


def _end(message: Message, state: MessageState, reason: str, now: datetime, **params: object) -> None:
    message.state, message.reason, message.ended_at = state, reason[:40], now
    message.reason_params = {key: value for key, value in params.items() if value is not None}


def _save(messages: list[Message]) -> None:
    """Write all messages in one statement: one row each, whatever became of it."""
    Message.objects.bulk_create(messages, update_conflicts=True, unique_fields=["id"], update_fields=_CLAIM_COLUMNS)
