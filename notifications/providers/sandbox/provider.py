"""The sandbox: messages appear on the on-screen phone and go nowhere else."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.conf import settings

from collections_app.models.fields import token
from notifications.domain.outcomes import ErrorClass, Outcome, Report, Result
from notifications.models import SandboxInbox
from notifications.providers.base import Outgoing, Search
from notifications.providers.sandbox.inbox import deliver


class SandboxProvider:
    """Carries everything everywhere, because nothing leaves the machine."""

    code = "sandbox"
    platform_signs = True
    tells_when_asked = True

    def carries(self, *, country: str, purpose: str, links: bool) -> str:
        """Return an empty text: the sandbox carries whatever it is given, except beside real customers."""
        return "" if settings.SANDBOX else "sandbox_in_production"

    def send(self, outgoing: Outgoing, *, now: datetime) -> Outcome:
        """Put the message on the phone under the signature, as a mainland platform would."""
        if not settings.SANDBOX:
            return Outcome(Result.STOPPED, error_code="production", error_class=ErrorClass.CONFIG)
        provider_id = f"SB{uuid4().hex}"
        # English texts begin with the bank's name themselves.
        chinese = any(ord(sign) > 0x2E7F for sign in outgoing.body)
        shown = f"【{outgoing.signature}】{outgoing.body}" if chinese else outgoing.body
        deliver(
            provider=self.code, provider_id=provider_id, number=outgoing.to, shown=shown, body=outgoing.body, at=now
        )
        return Outcome(Result.ACCEPTED, provider_id=provider_id, report="delivered")

    def find(self, search: Search) -> Report | None:
        """Return what the phone has of such a message."""
        rows = SandboxInbox.objects.filter(provider=self.code)
        if search.provider_id:
            rows = rows.filter(provider_id=search.provider_id)
        else:
            rows = rows.filter(
                number_token=token(search.to, space="sandbox"),
                body_sha256=search.body_sha256,
                received_at__range=(search.since, search.until),
            )
        found = rows.exclude(provider_id__in=search.known).first()
        return None if found is None else Report(found.provider_id, found.status)

    def parse_receipt(self, fields: Mapping[str, str]) -> Report:
        """Raise ValueError: the sandbox answers at once and calls nobody back."""
        raise ValueError("the sandbox sends no receipts")
