"""What this room gives to an evidence pack: every message with its text, number, and what the provider reported."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain import masking
from collections_app.services.evidence.sections import Asked, Section
from notifications.domain.kinds import KIND_TERMS
from notifications.domain.letters import LETTER_STATES, letter_no
from notifications.domain.lifecycle import MESSAGE_STATES
from notifications.models import Letter, Message


def messages(asked: Asked) -> Section:
    """Return every message that left the bank or was to, in the order it was due."""
    rows = Message.objects.filter(customer=asked.customer).exclude(body_sha256="")
    if asked.since:
        rows = rows.filter(due_at__gte=asked.since)
    found = rows.select_related("template", "letter").prefetch_related("receipts").order_by("due_at", "id")
    return Section(
        _("Messages and their texts"),
        (2, 4, 4, 4, 8, 5),
        (
            _("Contact"),
            _("At"),
            _("Kind and text version"),
            _("Number"),
            _("Text"),
            _("Provider and receipts"),
        ),
        [_row(message, asked) for message in found],
    )


def _by_post(message: Message) -> list[str]:
    """What became of a letter, by day, with the hash of its page."""
    letter: Letter | None = getattr(message, "letter", None)
    if letter is None:
        return []
    language = get_language() or "zh-hans"
    days = [("posted", letter.posted_on), (letter.state, letter.ended_on)]
    said = [f"{LETTER_STATES[state].text(language)} {day.isoformat()}" for state, day in days if day]
    return [letter_no(letter.pk), *said, letter.postal_reference, f"SHA-256 {letter.sha256}"]


def _row(message: Message, asked: Asked) -> list[str]:
    language = get_language() or "zh-hans"
    version = f"v{message.template.version}" if message.template else ""
    receipts = [f"{row.report} {asked.at(row.received_at)}" for row in message.receipts.all()]
    state = MESSAGE_STATES[message.state].text(language)
    return [
        str(message.contact_id or "—"),
        asked.at(message.accepted_at or message.due_at),
        " · ".join(filter(None, [KIND_TERMS[message.kind].text(language), version])),
        f"{masking.phone(message.number)} · {message.number_provenance}" if message.number else "—",
        message.body,
        "\n".join(filter(None, [state, message.provider, message.provider_id, *receipts, *_by_post(message)])),
    ]
