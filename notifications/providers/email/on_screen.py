"""A backend for demo and tests: mails appear beside the texts on the on-screen phone and go nowhere else."""

from collections.abc import Sequence
from email.utils import parsedate_to_datetime

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notifications.providers.sandbox.inbox import deliver


class OnScreenBackend(BaseEmailBackend):
    """Put each mail on the phone, once per address."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Return how many mails were put there."""
        for mail in email_messages:
            headers = mail.extra_headers
            for address in mail.to:
                deliver(
                    provider="email",
                    provider_id=headers["Message-ID"].strip("<>").partition("@")[0],
                    number=address,
                    shown=f"{mail.subject}\n\n{mail.body}",
                    body=str(mail.body),
                    at=parsedate_to_datetime(headers["Date"]),
                )
        return len(email_messages)
