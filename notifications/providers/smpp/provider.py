"""The bank's own gateway to the carriers, over SMPP 3.4: handed to the process that holds the bind."""

import json
import socket
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from notifications.domain.outcomes import PACED, ErrorClass, Outcome, Report, Result
from notifications.domain.provider_codes import Phase, result_of
from notifications.providers.base import CannotTellError, Outgoing, Search
from notifications.providers.smpp import wire
from notifications.providers.smpp.receipts import RAW_CODE
from notifications.selectors.provider_codes import class_of, listed

# The states of a delivery receipt (SMPP 3.4, appendix B) in the words of the message's life.
_STATES = {
    "ENROUTE": "sent", "ACCEPTD": "accepted", "DELIVRD": "delivered", "EXPIRED": "failed", "DELETED": "failed",
    "UNDELIV": "undelivered", "REJECTD": "failed",
}  # fmt: skip
# The same written out, as some gateways do.
_WRITTEN_OUT = {
    "DELIVERED": "DELIVRD", "UNDELIVERABLE": "UNDELIV", "UNDELIVERED": "UNDELIV", "REJECTED": "REJECTD",
    "ACCEPTED": "ACCEPTD", "DELIVERD": "DELIVRD",
}  # fmt: skip
# What the link says when no message centre was there to take a text: it was not begun.
_NOBODY_THERE = frozenset({"not_bound", "timeout"})
# For how long the centre tries, in seconds: at least one, so that it never takes the field for "as long as you like".
_LEAST_VALID, _MOST_VALID = 1, 7 * 86_400


class SmppProvider:
    """Texts by SMPP. The gateway signs, as platforms of the mainland do."""

    code = "smpp"
    platform_signs = True
    tells_when_asked = False

    def carries(self, *, country: str, purpose: str, links: bool) -> str:
        """Return an empty text: what the bank's own gateway carries is agreed with its carriers."""
        return ""

    def send(self, outgoing: Outgoing, *, now: datetime) -> Outcome:
        """Hand one text to the link, once. A link that cannot be reached, or is not bound, has surely sent nothing."""
        try:
            connection = socket.create_connection(wire.address(), timeout=5)
        except ValueError:
            return Outcome(Result.STOPPED, error_code="config", error_class=ErrorClass.CONFIG)
        except OSError:
            return Outcome(Result.TRANSIENT, error_code="link_down", error_class=ErrorClass.TRANSIENT, reached=False)
        with connection:
            connection.settimeout(wire.GIVEN_UP_AFTER_SECONDS)
            try:
                connection.sendall(wire.packed(_line(outgoing, now)))
                answer = connection.makefile("rb").readline(wire.LONGEST_LINE)
                return self._outcome(json.loads(answer))
            except (OSError, ValueError, KeyError):
                return Outcome(Result.UNKNOWN, error_code="link_lost")

    def _outcome(self, answer: Mapping[str, Any]) -> Outcome:
        code = str(answer["code"])
        if answer["result"] == "refused":
            found = class_of(code, provider=self.code, phase=Phase.SENDING)
            return Outcome(result_of(found), error_code=code, error_class=found)
        if code == wire.WINDOW_FULL:
            return Outcome(Result.WITHHELD, error_code=PACED)
        result = Result(answer["result"])
        report = "accepted" if result is Result.ACCEPTED else ""
        reached = code not in _NOBODY_THERE
        return Outcome(result, provider_id=str(answer["provider_id"]), report=report, error_code=code, reached=reached)

    def find(self, search: Search) -> Report | None:
        """Raise CannotTellError: SMPP cannot list messages. The link reports by itself what the centre has taken."""
        raise CannotTellError("smpp_cannot_list")

    def parse_receipt(self, fields: Mapping[str, str]) -> Report:
        """Return the report in a delivery receipt's fields. Raise ValueError when there is none in it."""
        provider_id, state = fields.get("id", ""), fields.get("stat", "").upper()
        if not provider_id or not state or len(provider_id) > 64:
            raise ValueError("no state in the receipt")
        state = _WRITTEN_OUT.get(state, state)
        report = _STATES.get(state, state.lower()[:24])
        if report not in {"failed", "undelivered"}:
            return Report(provider_id, report)
        # A gateway's own code says more than the state, where somebody has said what it means.
        code = fields.get(RAW_CODE, "").upper()[:16]
        if code and (found := listed(code, provider=self.code, phase=Phase.DELIVERY)):
            return Report(provider_id, report, code, found)
        return Report(provider_id, report, state[:16], class_of(state, provider=self.code, phase=Phase.DELIVERY))


def _line(outgoing: Outgoing, now: datetime) -> dict[str, Any]:
    """Return what the link is handed: one text, and until when the centre may hand it over."""
    return {
        "secret": wire.secret(),
        "attempt": outgoing.attempt,
        "to": outgoing.to,
        "body": outgoing.body,
        "template": outgoing.provider_template,
        "valid_seconds": outgoing.valid_seconds(now=now, least=_LEAST_VALID, most=_MOST_VALID),
    }
