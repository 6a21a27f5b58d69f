"""Writing a claimed message: its text from the record at this instant, its way into the page, and what it tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from collections_app.domain.paper_days import day_on_paper
from collections_app.domain.purposes import Channel
from collections_app.models import Customer, Institution
from collections_app.services import access, one_time_codes
from notifications.domain import kept_words, mails, rendering
from notifications.domain.facts import Facts
from notifications.domain.kinds import KINDS, Kind, opens_the_page
from notifications.domain.lifecycle import MessageState
from notifications.domain.segments import mainland_parts, segments_of
from notifications.models import Message
from notifications.providers.base import Letterhead, Outgoing
from notifications.providers.registry import provider
from notifications.services.routing import Route

Minted = dict[tuple[str, int], access.Minted]
# Only what an envelope or a locked screen hides has a heading; only what is a page has a closing.
_HEADED = frozenset({Channel.EMAIL, Channel.APP})
_CLOSED = frozenset({Channel.EMAIL, Channel.LETTER})
_CODES = frozenset({Kind.ONE_TIME_CODE, Kind.SIGNING_CODE})


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message this worker alone may send, until its lease ends."""

    message_id: int
    provider: str
    outgoing: Outgoing
    lease_until: datetime
    urgent: bool = False
    """Whether it goes before all others and waits for no pace: a code, to sign in or to sign with."""


@dataclass(slots=True)
class Draft:
    """A message on its way through the last look."""

    message: Message
    customer: Customer
    institution: Institution
    facts: Facts
    route: Route
    valid_until: datetime | None = None


def write(drafts: Sequence[Draft], *, worker: str, lease_until: datetime, now: datetime) -> list[Claimed | str]:
    """Write each text and claim its message; in place of one that lacks a value, return the variable's name.

    The caller has locked the customers and holds the permits.
    """
    minted = _minted([draft for draft in drafts if _opens_the_page(draft)], now)
    asked = {draft.message.subject_id or 0 for draft in drafts if draft.message.kind in _CODES}
    codes = one_time_codes.mint_many_within(code_ids=asked, now=now) if asked else {}
    written: list[Claimed | str] = []
    for draft in drafts:
        values = _values(draft, minted, codes)
        try:
            text = rendering.fill(draft.route.template.body, values)
        except rendering.MissingVariableError as error:
            written.append(str(error))
        else:
            written.append(_claimed(draft, text, values, worker=worker, lease_until=lease_until, now=now))
    return written


def _minted(opening: Sequence[Draft], now: datetime) -> Minted:
    """Return fresh ways in by what they are for and whose they are: one for each customer and purpose."""
    found: Minted = {}
    for purpose in sorted({KINDS[draft.message.kind].opens for draft in opening}):
        of_it = {draft.customer.pk: draft for draft in opening if KINDS[draft.message.kind].opens == purpose}
        made = access.mint_many_within(
            customers=[draft.customer for draft in of_it.values()],
            sent_to={customer_id: draft.route.point for customer_id, draft in of_it.items()},
            purpose=purpose,
            now=now,
            # The customer keeps the way in they have until the new one is with the provider (acceptance).
            older_open=True,
        )
        found |= {(purpose, customer_id): way_in for customer_id, way_in in made.items()}
    return found


def _values(draft: Draft, minted: Minted, codes: Mapping[int, str]) -> dict[str, str]:
    message, template = draft.message, draft.route.template
    values = rendering.values(message.kind, draft.facts, about=message.about_on, language=template.language)
    values["hotline"] = draft.institution.hotline
    way_in = minted.get((KINDS[message.kind].opens, draft.customer.pk))
    if way_in is not None and _opens_the_page(draft):
        values["code"] = way_in.code
        values["link"] = settings.PUBLIC_URL + reverse("repayment:landing", kwargs={"token": way_in.token})
    if message.kind in _CODES:
        values["otp"] = codes.get(message.subject_id or 0, "")
    return values


def _opens_the_page(draft: Draft) -> bool:
    """Whether a message leads to the page: by its text, or beside it where the bank's own app opens the way."""
    return opens_the_page(draft.message.kind, channel=draft.route.channel, variant=draft.route.template.variant)


def _claimed(
    draft: Draft, text: str, values: Mapping[str, str], *, worker: str, lease_until: datetime, now: datetime
) -> Claimed:
    message, institution, route = draft.message, draft.institution, draft.route
    signs = provider(message.provider).platform_signs
    body = _body(draft, text, values, signs=signs)
    told = rendering.said(
        KINDS[message.kind], route.template.body, draft.facts, about=message.about_on, form=route.template.variant
    )
    message.state, message.reason, message.reason_params = MessageState.CLAIMED, "", {}
    message.attempts += 1
    message.worker, message.claimed_at, message.lease_until = worker, now, lease_until
    message.contact_point, message.number = route.point, route.to
    message.number_provenance = route.point.provenance
    message.template, message.variant = route.template, route.template.variant
    message.language = route.template.language
    # A code is nowhere but on the phone: what is kept of its message has dots in its place.
    message.body = kept_words.kept(body, values["otp"] if message.kind in _CODES else "")
    message.body_sha256 = kept_words.digest(message.body)
    message.segments = 0
    if route.channel is Channel.SMS:
        message.segments = parts_of(body, route.to, institution.sms_signature if signs else "")
    message.said = [
        {"name": item.name, "fen": item.amount_fen, "pay_by": item.pay_by.isoformat() if item.pay_by else None}
        for item in told
    ]
    message.version = draft.customer.version
    name = institution.name_zh if message.language.startswith("zh") else institution.name_en
    outgoing = Outgoing(
        str(message.attempt), route.to, body, institution.sms_signature, valid_until=draft.valid_until,
        provider_template=route.registered_as,
        subject=mails.subject(name, language=message.language) if route.channel in _HEADED else "",
        may_unsubscribe=mails.may_unsubscribe(message.purpose),
        link=values.get("link", "") if route.channel is Channel.APP else "",
        customer_no=draft.customer.customer_no if route.channel is Channel.APP else "",
        letterhead=_letterhead(draft, now) if route.channel is Channel.LETTER else None,
    )  # fmt: skip
    urgent = message.kind in _CODES
    return Claimed(message.pk, message.provider, outgoing, lease_until, urgent=urgent)


def _body(draft: Draft, text: str, values: Mapping[str, str], *, signs: bool) -> str:
    institution, language = draft.institution, draft.route.template.language
    if draft.route.channel is Channel.APP:
        # The app is the bank's own, and says whose it is.
        return text[:1].upper() + text[1:]
    if draft.route.channel in _CLOSED:
        name = institution.name_zh if language.startswith("zh") else institution.name_en
        return mails.body(
            text, bank=name, officer=values.get("officer", ""), hotline=institution.hotline, language=language
        )
    return rendering.signed(
        text, language=language, platform_signs=signs, name_zh=institution.name_zh, name_en=institution.name_en
    )


def _letterhead(draft: Draft, now: datetime) -> Letterhead:
    """Return what the page bears, in the language of its text, with the day where the customer lives."""
    language, institution, branch = draft.route.template.language, draft.institution, draft.customer.branch
    chinese = language.startswith("zh")
    today = now.astimezone(ZoneInfo(draft.customer.time_zone)).date()
    return Letterhead(
        number=draft.message.pk,
        name=draft.customer.name,
        bank=institution.name_zh if chinese else institution.name_en,
        unit=branch.name_zh if chinese else branch.name_en,
        title=KINDS[draft.message.kind].term.text(language),
        day=day_on_paper(today, language=language),
        hotline=institution.hotline,
        language=language,
    )


def parts_of(body: str, number: str, signature: str) -> int:
    """Return how many parts a text is charged as, to that number and with the signature a platform puts before it.

    Elsewhere than on the mainland a text of Latin letters has its bank's name in words and gets no other.
    """
    shown = f"【{signature}】{body}" if signature else body
    if number.startswith("+86"):
        return mainland_parts(shown)
    return segments_of(body if body.isascii() else shown).parts
