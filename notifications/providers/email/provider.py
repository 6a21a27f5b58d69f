"""E-mail through Django's backends: the bank's own mail server, or the on-screen mailbox of demo and tests."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from email.utils import format_datetime, parseaddr
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import sanitize_address
from django.urls import reverse

from notifications.domain.outcomes import ErrorClass, Outcome, Report, Result
from notifications.models import SandboxInbox
from notifications.providers.base import CannotTellError, Outgoing, Search

# Of what the mail server says of one address, these mean that there is no such mailbox.
_NO_SUCH_MAILBOX = frozenset({550, 551, 553})


class EmailProvider:
    """One message to one address. A returned one is read from the mailbox it comes back to (services/bounces)."""

    code = "email"
    platform_signs = False
    tells_when_asked = False

    def carries(self, *, country: str, purpose: str, links: bool) -> str:
        """Return ``email_not_set_up`` where the bank has named no address to send from."""
        return "" if settings.MESSAGES_EMAIL_FROM else "email_not_set_up"

    def send(self, outgoing: Outgoing, *, now: datetime) -> Outcome:
        """Hand the mail to the server. What fails before it has the text took nothing; after that it is unknown."""
        if not _is_one_address(outgoing.to):
            return Outcome(Result.PERMANENT, error_code="address", error_class=ErrorClass.NUMBER)
        mail = _mail(outgoing, now)
        try:
            mail.message()
        except ValueError:
            # A line break in a head field, or what no mail can carry: surely not sent, and not to be tried again.
            return Outcome(Result.PERMANENT, error_code="unwritable", error_class=ErrorClass.CONTENT)
        connection = get_connection(settings.MESSAGES_EMAIL_BACKEND)
        try:
            connection.open()
        except SMTPAuthenticationError as error:
            return Outcome(Result.STOPPED, error_code=str(error.smtp_code), error_class=ErrorClass.CONFIG)
        except (SMTPConnectError, SMTPHeloError, OSError):
            return Outcome(Result.TRANSIENT, error_code="connection", error_class=ErrorClass.TRANSIENT, reached=False)
        try:
            sent = connection.send_messages([mail])
        except SMTPRecipientsRefused as error:
            return _refused(min(code for code, _words in error.recipients.values()), address=True)
        except SMTPSenderRefused as error:
            return Outcome(Result.STOPPED, error_code=str(error.smtp_code), error_class=ErrorClass.CONFIG)
        except SMTPDataError as error:
            return _refused(error.smtp_code, address=False)
        except (SMTPException, OSError):
            return Outcome(Result.UNKNOWN, error_code="connection")
        finally:
            # What goes wrong in taking leave changes nothing of what was said before.
            with suppress(OSError):
                connection.close()
        if not sent:
            return Outcome(Result.UNKNOWN, error_code="unreadable")
        return Outcome(Result.ACCEPTED, provider_id=outgoing.attempt, report="sent")

    def find(self, search: Search) -> Report | None:
        """Return what the on-screen mailbox has. A mail server keeps no list: nobody can ask it."""
        if not settings.SANDBOX:
            raise CannotTellError("a mail server tells nothing of what it took")
        found = SandboxInbox.objects.filter(provider=self.code, provider_id=search.provider_id).first()
        if found is None:
            raise CannotTellError("the mailbox does not show it")
        return Report(found.provider_id, "sent")

    def parse_receipt(self, fields: Mapping[str, str]) -> Report:
        """Raise ValueError: a mail server calls nobody back."""
        raise ValueError("mail servers send no receipts")


def _is_one_address(address: str) -> bool:
    """Return whether an address can be written to: one mailbox, its name in the letters every server takes.

    A domain may be in any script. What is before the @ goes out as it stands, and servers without SMTPUTF8 take no
    other letters there. Judged as the backend does it, which would fail after the connection is open.
    """
    try:
        sanitize_address(address, "utf-8")
    except ValueError:
        return False
    local, _, domain = address.rpartition("@")
    return bool(domain) and local.isascii() and local.isprintable() and "," not in local


def _mail(outgoing: Outgoing, now: datetime) -> EmailMessage:
    domain = parseaddr(settings.MESSAGES_EMAIL_FROM)[1].rpartition("@")[2]
    # What cannot be delivered comes back to the envelope's sender: the mailbox that is read for it.
    envelope = settings.MESSAGES_EMAIL_RETURN or settings.MESSAGES_EMAIL_FROM
    headers = {
        "From": settings.MESSAGES_EMAIL_FROM,
        "Message-ID": f"<{outgoing.attempt}@{domain}>",
        "Date": format_datetime(now),
        # Nobody's out-of-office notice answers a machine that says it is one.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if outgoing.may_unsubscribe:
        # One click is a POST (RFC 8058); who only reads the address, as scanners do, changes nothing.
        one_click = reverse("repayment:unsubscribe", kwargs={"attempt": outgoing.attempt})
        ways = [f"<{settings.PUBLIC_URL}{one_click}>"]
        if settings.MESSAGES_EMAIL_RETURN:
            ways.append(f"<mailto:{settings.MESSAGES_EMAIL_RETURN}?subject=unsubscribe%20{outgoing.attempt}>")
        headers |= {"List-Unsubscribe": ", ".join(ways), "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return EmailMessage(outgoing.subject, outgoing.body, envelope, [outgoing.to], headers=headers)


def _refused(code: int, *, address: bool) -> Outcome:
    if code < 500:
        return Outcome(Result.TRANSIENT, error_code=str(code), error_class=ErrorClass.TRANSIENT)
    no_mailbox = address and code in _NO_SUCH_MAILBOX
    error_class = ErrorClass.NUMBER if no_mailbox else ErrorClass.CONTENT
    return Outcome(Result.PERMANENT, error_code=str(code), error_class=error_class)
