"""Letters: each is set as a page, sealed, and waits for the next batch of the printers (services/letters)."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import translation
from django.utils.translation import gettext, pgettext

from collections_app.services import typesetting
from notifications.domain.letters import letter_no
from notifications.domain.outcomes import ErrorClass, Outcome, Report, Result
from notifications.models import Letter, Message
from notifications.providers.base import CannotTellError, Letterhead, Outgoing, Search

SEALED_STORAGE = "sealed"
REPORT = "queued"


class PrintProvider:
    """One page for one message, whatever is asked twice: its row is the proof that there is one."""

    code = "print"
    platform_signs = False
    tells_when_asked = False

    def carries(self, *, country: str, purpose: str, links: bool) -> str:
        """Return ``letters_not_set_up`` where the bank has not said that somebody prints them."""
        return "" if settings.MESSAGES_LETTERS else "letters_not_set_up"

    def send(self, outgoing: Outgoing, *, now: datetime) -> Outcome:
        """Set the page, seal it and queue it for printing; the page that is there already is kept."""
        if outgoing.letterhead is None:
            return Outcome(Result.PERMANENT, error_code="no_letterhead", error_class=ErrorClass.CONTENT)
        if not Letter.objects.filter(attempt=UUID(outgoing.attempt)).exists():
            try:
                page = page_of(outgoing, outgoing.letterhead)
            except typesetting.SettingError:
                return Outcome(Result.PERMANENT, error_code="unsettable", error_class=ErrorClass.CONTENT)
            _keep(outgoing, page, now)
        return Outcome(Result.ACCEPTED, provider_id=outgoing.attempt, report=REPORT)

    def find(self, search: Search) -> Report | None:
        """Return that a page is there, or None: what has no row was never sealed.

        Raise CannotTellError for one that is known to be there: what the post did with it nobody can ask here.
        """
        if search.provider_id:
            raise CannotTellError("what became of a letter is told by hand or by file")
        found = Letter.objects.filter(attempt=UUID(search.attempt)).exists()
        return Report(search.attempt, REPORT) if found else None

    def parse_receipt(self, fields: Mapping[str, str]) -> Report:
        """Raise ValueError: what became of a letter is typed in, or comes as a file."""
        raise ValueError("the post calls nobody back")


def page_of(outgoing: Outgoing, head: Letterhead) -> bytes:
    """Return the page as PDF: its address stands where the window of an envelope (DL, C5/6) shows it.

    Raise SettingError when it cannot be set.
    """
    greeting, text, closing = outgoing.body.strip().split("\n\n", 2)
    with translation.override(head.language):
        words = {
            "to": pgettext("letter", "To"),
            "number": gettext("Letter no. %(number)s") % {"number": letter_no(head.number)},
            "notes": [
                gettext("We never ask for a password, and never for money to a person's account."),
                gettext("Questions: %(hotline)s.") % {"hotline": head.hotline},
            ],
        }
    return typesetting.pdf(
        template="post",
        language=head.language,
        data={
            **words,
            "title": head.title,
            "bank": head.bank,
            "unit": head.unit,
            "name": head.name,
            "address": [line for line in outgoing.to.splitlines() if line.strip()],
            "day": head.day,
            "paragraphs": [greeting, *(line for line in text.splitlines() if line.strip())],
            "closing": closing.splitlines(),
        },
    )


def _keep(outgoing: Outgoing, page: bytes, now: datetime) -> None:
    message = Message.objects.only("pk", "customer_id").get(attempt=UUID(outgoing.attempt))
    stored_as = storages[SEALED_STORAGE].save(f"letters/{outgoing.attempt}", ContentFile(page))
    letter = Letter(
        message=message,
        customer_id=message.customer_id,
        attempt=UUID(outgoing.attempt),
        made_at=now,
        size=len(page),
        sha256=sha256(page).hexdigest(),
        stored_as=stored_as,
    )
    # Another worker's page for the same message stands: this one is on no list and is never printed.
    Letter.objects.bulk_create([letter], ignore_conflicts=True)
