"""What is stored of what the message centre says: texts taken, receipts, replies."""

from collections_app.services import clock
from notifications.domain.outcomes import Report
from notifications.providers.registry import provider
from notifications.providers.smpp.link import Ears
from notifications.services import receipts
from notifications.services.replies import receiving

_CODE = "smpp"


def ears() -> Ears:
    """Return who listens to the message centre."""
    return Ears(taken=_taken, receipt=_receipt, reply=_reply)


def _taken(provider_id: str, attempt: str) -> None:
    """Adopt what the centre has taken and whose worker has gone."""
    receipts.receive(provider_code=_CODE, report=Report(provider_id, "accepted"), attempt=attempt, now=clock.now())


def _receipt(fields: dict[str, str], attempt: str) -> None:
    try:
        report = provider(_CODE).parse_receipt(fields)
    except ValueError:
        # It says nothing of any text: kept as it is, and acknowledged so that it does not come for ever.
        receipts.keep_unreadable(provider_code=_CODE, provider_id=fields.get("id", ""), now=clock.now())
        return
    receipts.receive(provider_code=_CODE, report=report, attempt=attempt, now=clock.now())


def _reply(name: str, number: str, text: str) -> None:
    receiving.receive(provider=_CODE, provider_id=name, number=number, body=text, now=clock.now())
