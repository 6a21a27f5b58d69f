"""STOP, START and HELP: what they close and open, and the one text that answers them where the provider does not."""

from zoneinfo import ZoneInfo

from collections_app.domain.holds import HoldKind
from collections_app.domain.purposes import Channel, class_of
from collections_app.domain.rules import Closes, OptOutRule, opt_out_rule
from collections_app.models import Hold
from collections_app.selectors.rules import packs_in_force
from collections_app.services import contact_points, holds, records
from collections_app.services.errors import RefusedError
from notifications.domain.kinds import Kind
from notifications.domain.replies import stops_everything
from notifications.models import ProviderTerms
from notifications.services import messages
from notifications.services.replies.received import Brought, Received

_SMS = Channel.SMS.value


def stop(received: Received) -> Brought:
    """Close a class of texts or all of them: on the customer's own number for the customer, on another's the number.

    The rule pack and the terms of the provider say which; whichever closes more holds. What has not been told apart,
    because the reply answers no message or asks for everything to end, closes the channel.
    """
    point = received.reply.contact_point
    if point is not None and not received.is_own:
        contact_points.judge_within(
            customer=received.customer, contact_point=point, quality="", permission=contact_points.REFUSED,
            actor=records.CUSTOMER, now=received.now,
        )  # fmt: skip
        return [{"refused_number": point.pk}]
    try:
        hold = holds.place_within(
            customer=received.customer, kind=HoldKind.CHANNEL_STOP, actor=records.CUSTOMER, now=received.now,
            channel=_SMS, message_class=_closed(received),
        )  # fmt: skip
    except RefusedError as error:
        if error.code != "hold_already":
            raise
        return []
    return [{"hold": hold.pk}, *_answer(received, Kind.STOP_CONFIRMED, f"stop:{hold.pk}")]


def start(received: Received) -> Brought:
    """Open what the customer or a provider's answer closed; what staff have closed they open again."""
    rows = Hold.objects.filter(
        customer=received.customer, kind=HoldKind.CHANNEL_STOP, channel=_SMS, released_at__isnull=True,
        placed_by__isnull=True,
    )  # fmt: skip
    released = list(rows.order_by("id"))
    for hold in released:
        holds.release_within(
            customer=received.customer, hold=hold, reason="reply_start", actor=records.CUSTOMER, now=received.now
        )
    brought: Brought = [{"released": hold.pk} for hold in released]
    return [*brought, *_answer(received, Kind.START_CONFIRMED, f"start:{released[-1].pk}")] if released else []


def answer_help(received: Received) -> Brought:
    """Return the text that answers a call for help, once a day; nothing where a person has to answer it."""
    if received.answered_by_provider == "HELP":
        return [{"answered_by": received.reply.provider}]
    return _answer(received, Kind.HELP_ANSWER, "help")


def _closed(received: Received) -> str:
    """Return the class of messages to be closed; empty for the whole channel."""
    message, rule = received.reply.message, _rule(received)
    of_provider = _terms(received).stop_closes
    if message is None or received.answered_by_provider or stops_everything(received.reply.body):
        return ""
    if rule is None or Closes.CHANNEL in (rule.closes, of_provider):
        return ""
    found = class_of(message.purpose)
    return found.value if found else ""


def _answer(received: Received, kind: Kind, reference: str) -> Brought:
    """Queue the one text that answers a word, where the pack wants one and the provider gives none."""
    rule = _rule(received)
    if rule is None or not rule.answers or received.answered_by_provider or _terms(received).answers_words:
        return []
    message = messages.enqueue_within(
        customer=received.customer, kind=kind, account=None, now=received.now, reference=reference,
        subject_id=received.reply.contact_point_id,
    )  # fmt: skip
    return [{"message": message.pk}] if message else [{"answered_before": reference}]


def _rule(received: Received) -> OptOutRule | None:
    code = received.customer.branch.rule_pack
    today = received.now.astimezone(ZoneInfo(received.customer.time_zone)).date()
    pack = packs_in_force(codes=[code], on=today).get(code)
    return opt_out_rule(pack, channel=Channel.SMS) if pack else None


def _terms(received: Received) -> ProviderTerms:
    provider = received.reply.provider
    return ProviderTerms.objects.filter(provider=provider).first() or ProviderTerms(provider=provider)
