"""What the rules look at before anything is chosen, for many messages at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from collections_app.domain.quiet_hours import QuietHours
from collections_app.domain.rules import QuietRule, applies
from collections_app.models import Hold
from collections_app.selectors.data_age import is_fresh
from collections_app.selectors.rules import packs_in_force
from notifications.domain.kinds import KINDS
from notifications.domain.targeting.eligibility import VULNERABLE, Standing
from notifications.domain.targeting.features import Observed
from notifications.models import CustomerFeatures, Message, PersonalisationObjection, Template
from notifications.selectors.reach import first_channel, reach_of, stopped_channels
from notifications.selectors.templates import language_of

# Features older than two nights are of another time.
FEATURES_OLD = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Seen:
    """One message's customer: what the rules say and what was observed of them."""

    standing: Standing
    observed: Observed | None
    channel: str = ""
    """By which channel it would go out now: the first of its kind's that reaches them."""


def seen(messages: Sequence[Message], *, now: datetime) -> dict[int, Seen]:
    """Return by message what is known of its customer, in a fixed number of queries.

    The messages have their customers and branches loaded.
    """
    ids = {message.customer_id for message in messages}
    objected = set(PersonalisationObjection.objects.filter(customer__in=ids).values_list("customer_id", flat=True))
    features = CustomerFeatures.objects.in_bulk(ids)
    holds = _holds(ids, now)
    wordings = _wordings({message.kind for message in messages})
    quiet = _quiet(messages, now)
    reach, stopped = reach_of(ids), stopped_channels(ids, now=now)
    found = {}
    for message in messages:
        customer, row = message.customer, features.get(message.customer_id)
        here = now.astimezone(ZoneInfo(customer.time_zone))
        same_day = message.due_at.astimezone(here.tzinfo).date() == here.date()
        channel = first_channel(KINDS[message.kind], customer.pk, reach=reach, stopped=stopped)
        standing = Standing(
            objected=customer.pk in objected,
            holds=holds[customer.pk],
            data_fresh=is_fresh(customer, now=now).fresh,
            features_fresh=row is not None and row.computed_at > now - FEATURES_OLD,
            wordings=wordings[message.kind, language_of(customer.language)],
            # An arm says when and in what words; the channel is the one that reaches this customer.
            channels=[each.value for each in KINDS[message.kind].channels],
            quiet=quiet.get((customer.branch.rule_pack, channel.value), ()),
            local_time=here.time() if same_day else None,
        )
        observed = row.observed if row and customer.pk not in objected else None
        found[message.pk] = Seen(standing, observed, channel.value)
    return found


def _holds(ids: set[int], now: datetime) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = Hold.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        customer__in=ids,
        released_at__isnull=True,
        kind__in=sorted(VULNERABLE),
    )
    for customer_id, kind in rows.values_list("customer_id", "kind"):
        found[customer_id].add(kind)
    return found


def _wordings(kinds: set[str]) -> Mapping[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    rows = Template.objects.filter(kind__in=kinds, active=True).exclude(wording="")
    for kind, language, wording in rows.values_list("kind", "language", "wording"):
        found[kind, language].add(wording)
    return found


def _quiet(messages: Sequence[Message], now: datetime) -> dict[tuple[str, str], tuple[QuietHours, ...]]:
    """Return the quiet hours by rule pack and channel. Where no rules are in force nothing is sent at all."""
    channels = {channel for message in messages for channel in KINDS[message.kind].channels}
    packs = packs_in_force(codes={message.customer.branch.rule_pack for message in messages}, on=now.date())
    return {
        (code, channel.value): tuple(
            rule.hours
            for rule in pack.rules
            if isinstance(rule, QuietRule) and rule.hours is not None and applies(rule, channel.value)
        )
        for code, pack in packs.items()
        for channel in channels
    }
