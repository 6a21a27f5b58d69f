"""The last look at letters before anybody has them on paper."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from collections_app.domain.contact_points import UNUSABLE
from collections_app.domain.holds import Effect
from collections_app.domain.purposes import Channel
from collections_app.models import Customer, Hold
from collections_app.selectors import codes
from collections_app.services import records
from notifications.domain import premises
from notifications.domain.kinds import KINDS
from notifications.domain.letters import LIES_AT_MOST
from notifications.models import Letter
from notifications.selectors.truth import facts_of
from notifications.services.letters import post


def withdraw_stopped_within(*, letters: Sequence[Letter], customers: dict[int, Customer], now: datetime) -> set[int]:
    """Withdraw the letters that may not go after all, on records the caller has locked, and return their ids."""
    stops = _stops(letters, customers, now)
    for letter in letters:
        if why := stops.get(letter.pk):
            post.withdraw_within(
                customer=customers[letter.customer_id], letter=letter, why=why, actor=records.SYSTEM, now=now
            )
    return set(stops)


def _stops(letters: Sequence[Letter], customers: dict[int, Customer], now: datetime) -> dict[int, str]:
    """Return by letter why it may not be printed after all: the last look, in a fixed number of queries."""
    facts = facts_of([letter.message for letter in letters], customers=customers, now=now)
    held = _held_since(letters, now)
    found = {}
    for letter in letters:
        message = letter.message
        point = message.contact_point
        why = premises.gone(message.kind, facts[message.pk], about=message.about_on)
        if not why and now - letter.made_at > LIES_AT_MOST:
            why = "lay_too_long"
        if not why and letter.pk in held:
            why = "hold"
        if not why and point is not None and point.quality in UNUSABLE:
            why = "number_bad"
        if why:
            found[letter.pk] = why
    return found


def _held_since(letters: Sequence[Letter], now: datetime) -> set[int]:
    """Return the letters whose purpose a hold stops that was placed after their permit was given."""
    table = codes.seen().holds
    rows = Hold.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), Q(channel="") | Q(channel=Channel.LETTER.value),
        customer_id__in={letter.customer_id for letter in letters}, released_at__isnull=True,
    )  # fmt: skip
    holds = list(rows.values_list("customer_id", "account_id", "contact_point_id", "kind", "placed_at"))
    found = set()
    for letter in letters:
        message = letter.message
        for customer_id, account_id, point_id, kind, placed_at in holds:
            mine = customer_id == letter.customer_id and account_id in {None, message.account_id}
            here = point_id in {None, message.contact_point_id}
            stops = table.effect(kind, KINDS[message.kind].purpose) is not Effect.PASS
            if mine and here and stops and placed_at > letter.made_at:
                found.add(letter.pk)
    return found
