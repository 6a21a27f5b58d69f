"""By which channel, to which number or address and in which form a message goes: chosen when it is claimed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from collections_app.domain.holds import Effect, HoldKind
from collections_app.domain.purposes import Channel, closes
from collections_app.domain.reasons import Reason
from collections_app.models import ContactPoint, Customer
from notifications.domain import rendering
from notifications.domain.carriage import links_allowed
from notifications.domain.facts import Facts
from notifications.domain.kinds import ANSWER_TO_A_WORD, KINDS, LEADING, Kind, may_disclose, may_post
from notifications.domain.numbers import country_of, e164
from notifications.domain.reasons import NO_TEMPLATE
from notifications.models import Message, Template
from notifications.selectors.reach import Reach, reach_of, stopped_channels
from notifications.selectors.templates import Registered, TemplateKey, active_templates, language_of, registered, worded
from notifications.services.carriers import Carriers, Choice

EMAIL_PROVIDER = "email"
# Who carries what is not a text message: one provider for each channel.
ALONE = {Channel.EMAIL: EMAIL_PROVIDER, Channel.LETTER: "print", Channel.APP: "bank_app"}
_CHANNEL_OF = {code: channel for channel, code in ALONE.items()}


@dataclass(frozen=True, slots=True)
class Route:
    """A way to the customer: the channel, who carries it, the point and the address there, and the text."""

    channel: Channel
    provider: str
    point: ContactPoint
    to: str
    template: Template
    registered_as: str = ""


@dataclass(frozen=True, slots=True)
class NoRoute:
    """Why there is no way to the customer, or none just now, with what the reason rests on."""

    reason: str
    params: Mapping[str, Any]
    provider: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Ways:
    """What routes are chosen from, loaded for one customer or five hundred in the same few queries."""

    reach: Reach
    stopped: Mapping[tuple[int, str], Sequence[str]]
    templates: Mapping[TemplateKey, Template]
    registered: Registered
    carrying: Carriers


def ways_of(customer_ids: Iterable[int], *, carrying: Carriers, now: datetime) -> Ways:
    """Return what the routes to these customers are chosen from."""
    ids = list(customer_ids)
    texts = active_templates(timezone.localdate(now))
    return Ways(reach_of(ids), stopped_channels(ids, now=now), texts, registered(), carrying)


def carrier_of(channel: Channel, customer: Customer, *, message: Message, country: str, carrying: Carriers) -> Choice:
    """Return who carries a message to a country by a channel."""
    if channel is Channel.SMS:
        return carrying.choose(
            branch_id=customer.branch_id, own=customer.branch.sms_provider, country=country, purpose=message.purpose,
            kind=message.kind, key=message.pk or 0,
        )  # fmt: skip
    return carrying.alone(
        ALONE[channel], branch_id=customer.branch_id, country=country, purpose=message.purpose, kind=message.kind
    )


def choose(message: Message, customer: Customer, facts: Facts, ways: Ways) -> Route | NoRoute:
    """Return the first way of the kind's channels that reaches the customer, or why the first of them does not.

    A channel the customer has stopped is left to the next one; where it is the only one, the permit says so. One whose
    sender is stopped for a while is waited for. Where only a text is lacking by one of them, that is the reason,
    whatever the others lack: it is what may come.
    """
    failures = []
    channels = _channels(message, customer, facts, ways)
    for channel in channels:
        found = _by(channel, message, customer, facts, ways)
        if isinstance(found, Route) or found.waits:
            return found
        failures.append(found)
    for lacks_text in failures:
        if lacks_text.reason == NO_TEMPLATE:
            return lacks_text
    # Where what is left leads nowhere, what the customer has stopped is the reason.
    left_out = len(channels) < len(channels_of(message))
    return NoRoute(Reason.OPTED_OUT.value, {}, failures[0].provider) if left_out else failures[0]


def _channels(message: Message, customer: Customer, facts: Facts, ways: Ways) -> Sequence[Channel]:
    channels = channels_of(message)
    if facts.table.effect(HoldKind.CHANNEL_STOP.value, message.purpose) is Effect.PASS:
        return channels
    open_ones = [channel for channel in channels if not _stopped(channel, message, customer, ways)]
    return open_ones or channels


def channels_of(message: Message) -> Sequence[Channel]:
    """Return the channels a message may go by, in their order: its kind's, or those it was narrowed to."""
    return [Channel(code) for code in message.by_channels.split(",") if code] or KINDS[message.kind].channels


def _stopped(channel: Channel, message: Message, customer: Customer, ways: Ways) -> bool:
    point = _point(channel, message, ways)
    no_texts = channel is Channel.SMS and point is not None and point.permission == "no_sms"
    classes = ways.stopped.get((customer.pk, channel.value), ())
    return no_texts or any(closes(each, KINDS[message.kind].purpose) for each in classes)


def _point(channel: Channel, message: Message, ways: Ways) -> ContactPoint | None:
    points = ways.reach.get(message.customer_id, {}).get(channel, [])
    if message.kind in ANSWER_TO_A_WORD:
        return next((point for point in points if point.pk == message.subject_id), None)
    # Of a number that is new, the customer is warned at one the bank had before.
    new = message.subject_id if message.kind == Kind.NUMBER_CHANGED else None
    return next((point for point in points if point.pk != new), None)


def _by(channel: Channel, message: Message, customer: Customer, facts: Facts, ways: Ways) -> Route | NoRoute:
    point = _point(channel, message, ways)
    to = address_of(point, channel) if point else ""
    if point is None or not to:
        return NoRoute("no_contact_point", {})
    country = (country_of(to) if channel is Channel.SMS else "") or point.country
    choice = carrier_of(channel, customer, message=message, country=country, carrying=ways.carrying)
    code = choice.provider
    if choice.refused:
        return NoRoute(choice.refused, {"provider": code, "country": country}, code)
    if choice.waits:
        return NoRoute("sender_stopped", {}, code, waits=True)
    links = links_allowed(country) and ways.carrying.takes_links(code, country=country, purpose=message.purpose)
    letter = channel is Channel.LETTER
    trusted = may_post if letter else may_disclose
    disclose = trusted(provenance=point.provenance, quality=point.quality, relation=point.relation)
    forms = rendering.forms(message.kind, facts, disclose=disclose, links=links, letter=letter)
    if channel is Channel.APP:
        # The way to the page goes beside the text, and is opened in the app; the text itself names neither.
        forms = [form for form in forms if form not in LEADING]
    language = language_of(customer.language)
    keys = ((message.kind, form, language) for form in forms)
    found = [row for key in keys if (row := worded(ways.templates, key, message.wording))]
    template = next((row for row in found if ways.registered.carries(code, row)), None)
    if template is None:
        missing = NO_TEMPLATE if forms else "number_not_verified"
        return NoRoute("text_not_registered" if found else missing, {}, code)
    return Route(channel, code, point, to, template, ways.registered.name(code, template))


def stand_with(message: Message, provider_code: str) -> None:
    """Note on a message which provider turned out to have it, and by which channel that is; the caller saves it."""
    if message.provider != provider_code:
        message.provider, message.channel = provider_code, _CHANNEL_OF.get(provider_code, Channel.SMS).value


def address_of(point: ContactPoint, channel: Channel) -> str:
    """Return a number in the form providers want, any other address as it stands; empty when it cannot be one."""
    if channel is Channel.SMS:
        return e164(point.value, country=point.country)
    if channel in {Channel.LETTER, Channel.APP}:
        return point.value.strip()
    return point.value if "@" in point.value and not any(sign.isspace() for sign in point.value) else ""
