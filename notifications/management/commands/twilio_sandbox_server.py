"""Run the stand-in for Twilio on this machine."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections, connection

from collections_app.services import clock
from notifications.models import SandboxInbox
from notifications.providers.sandbox import inbox
from notifications.providers.twilio.sandbox_server import Book, SandboxServer


class Command(BaseCommand):
    """Serve Twilio's Messages API on loopback, and put what it takes on the sandbox phone."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until interrupted. Raise CommandError where there are real customers."""
        if not settings.SANDBOX:
            raise CommandError("The stand-in for Twilio is for demo and tests. Production has ONECASE_MODE=production.")
        book = Book(account=settings.TWILIO_ACCOUNT_SID, token=settings.TWILIO_AUTH_TOKEN, now=clock.now)
        _remember(book)
        with SandboxServer(port=options["port"], book=book, on_message=_show) as server:
            self.stdout.write(f"TWILIO_API_URL={server.address}")
            server.serve_forever()


def _remember(book: Book) -> None:
    """Put what an earlier run took back into the book: a provider does not forget when it is started again."""
    rows = SandboxInbox.objects.filter(provider="twilio").order_by("received_at", "id")
    for row in rows.iterator():
        book.keep(
            sid=row.provider_id, to=row.number, sender=settings.TWILIO_FROM, body=row.body, at=row.received_at,
            status=row.status,
        )  # fmt: skip


def _show(message: Mapping[str, Any]) -> None:
    """Put a message on the phone, from a thread of the server that keeps no connection."""
    close_old_connections()
    try:
        inbox.deliver(
            provider="twilio",
            provider_id=message["sid"],
            number=message["to"],
            shown=message["body"],
            body=message["body"],
            at=clock.now(),
        )
    finally:
        connection.close()
