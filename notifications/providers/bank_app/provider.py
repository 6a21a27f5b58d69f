"""Pushes to the bank's own app, handed to the bank's push gateway over HTTP (docs/bank-app.md is the contract)."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.conf import settings

from notifications.domain.app_push import GONE, STATES, TURNED_OFF
from notifications.domain.outcomes import ErrorClass, Outcome, Report, Result
from notifications.models import SandboxInbox
from notifications.providers.bank_app import gateway
from notifications.providers.base import CannotTellError, Outgoing, Search
from notifications.providers.sandbox.inbox import deliver

_LONGEST_ID = 64
# Too slow, the same key is being worked on, too early: the gateway may have it, and is asked.
_NOT_DECIDED = frozenset({408, 409, 425})
_CLASSES = {GONE: ErrorClass.NUMBER, TURNED_OFF: ErrorClass.OPTED_OUT, "bad_text": ErrorClass.CONTENT}


class BankAppProvider:
    """One push for one message: its attempt is the idempotency key, so that asking twice shows it once."""

    code = "bank_app"
    platform_signs = False
    tells_when_asked = True

    def carries(self, *, country: str, purpose: str, links: bool) -> str:
        """Return ``app_not_set_up`` where the bank has named no gateway; demo and tests have a screen instead."""
        return "" if gateway.is_configured() or settings.SANDBOX else "app_not_set_up"

    def send(self, outgoing: Outgoing, *, now: datetime) -> Outcome:
        """Hand one push over. What fails before it has left took nothing; what is not answered is unknown."""
        if not gateway.is_configured():
            return _show(outgoing, now)
        try:
            status, answer = gateway.post("/pushes", body_of(outgoing), key=outgoing.attempt, now=now)
        except gateway.WrongAddressError:
            return Outcome(Result.STOPPED, error_code="address", error_class=ErrorClass.CONFIG)
        except gateway.NotConnectedError:
            return Outcome(Result.TRANSIENT, error_code="connection", error_class=ErrorClass.TRANSIENT, reached=False)
        except gateway.NoAnswerError:
            return Outcome(Result.UNKNOWN, error_code="no_answer")
        return _outcome(status, answer)

    def find(self, search: Search) -> Report | None:
        """Return what the gateway has under the attempt. Raise CannotTellError when it cannot be asked."""
        if not gateway.is_configured():
            found = SandboxInbox.objects.filter(provider=self.code, provider_id=search.attempt).exists()
            return Report(search.attempt, "delivered") if found else None
        try:
            status, answer = gateway.get(f"/pushes/{search.attempt}", now=search.until)
        except (gateway.WrongAddressError, gateway.NotConnectedError, gateway.NoAnswerError) as error:
            raise CannotTellError("the gateway does not answer") from error
        if status == 404:
            return None
        if status != 200:
            raise CannotTellError(f"the gateway answered {status}")
        try:
            return self.parse_receipt({name: str(value) for name, value in answer.items()})
        except ValueError as error:
            raise CannotTellError("the gateway says nothing known") from error

    def parse_receipt(self, fields: Mapping[str, str]) -> Report:
        """Return what a call-back says of a push. Raise ValueError for one that says nothing known."""
        provider_id, state, error = fields.get("id", ""), fields.get("state", ""), fields.get("error", "")
        if not provider_id or len(provider_id) > _LONGEST_ID or state not in STATES:
            raise ValueError("no push and state in it")
        return Report(provider_id, STATES[state], error[:16], _CLASSES.get(error))


def body_of(outgoing: Outgoing) -> dict[str, str]:
    """Return what the gateway is told: ``alert`` is all that a locked screen may show."""
    valid_until = outgoing.valid_until.astimezone(UTC).isoformat() if outgoing.valid_until else ""
    return {
        "id": outgoing.attempt,
        "device": outgoing.to,
        "customer_no": outgoing.customer_no,
        "alert": outgoing.subject,
        "body": outgoing.body,
        "link": outgoing.link,
        "valid_until": valid_until,
    }


def _outcome(status: int, answer: Mapping[str, object]) -> Outcome:
    error = str(answer.get("error", ""))[:16]
    if status in {200, 201, 202}:
        provider_id = str(answer.get("id", ""))
        if not provider_id or len(provider_id) > _LONGEST_ID:
            return Outcome(Result.UNKNOWN, error_code="unreadable")
        return Outcome(Result.ACCEPTED, provider_id=provider_id, report="accepted")
    if status in {401, 403}:
        return Outcome(Result.STOPPED, error_code=str(status), error_class=ErrorClass.CONFIG)
    if status == 429:
        return Outcome(Result.TRANSIENT, error_code="429", error_class=ErrorClass.TRANSIENT)
    if 400 <= status < 500 and status not in _NOT_DECIDED:
        return Outcome(Result.PERMANENT, error_code=error or str(status), error_class=_CLASSES.get(error))
    return Outcome(Result.UNKNOWN, error_code=str(status))


def _show(outgoing: Outgoing, now: datetime) -> Outcome:
    """Show it on the screen of demo and tests: what the locked screen says, what the app says, and its way on."""
    shown = "\n\n".join(filter(None, [outgoing.subject, outgoing.body, outgoing.link]))
    deliver(
        provider=BankAppProvider.code,
        provider_id=outgoing.attempt,
        number=outgoing.to,
        shown=shown,
        body=outgoing.body,
        at=now,
    )
    return Outcome(Result.ACCEPTED, provider_id=outgoing.attempt, report="delivered")
