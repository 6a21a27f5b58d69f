"""What is stored of what the message centre says: texts taken, receipts, replies."""

from collections_app.services import clock
from notifications.domain.outcomes import Report
from notifications.providers.registry import provider
from notifications.providers.smpp.link import Ears
from notifications.providers.smpp.parts import Text
from notifications.services import parts, receipts
from notifications.services.replies import receiving

_CODE = "smpp"


def ears() -> Ears:
    """Return who listens to the message centre."""
    return Ears(taken=_taken, parts=_parts, receipt=_receipt, reply=_reply)


def _taken(provider_id: str, attempt: str) -> None:
    """Adopt what the centre has taken and whose worker has gone."""
    receipts.receive(provider_code=_CODE, report=Report(provider_id, "accepted"), attempt=attempt, now=clock.now())


def _parts(attempt: str, text: Text) -> None:
    """Keep what the centre said of each part of a long text."""
    parts.answered(
        provider_code=_CODE,
        attempt=attempt,
        taken={text.place(number): name for number, name in text.taken.items()},
        refused={text.place(number): code for number, code in text.refused.items()},
        now=clock.now(),
    )


def _receipt(fields: dict[str, str], attempt: str) -> None:
    try:
        report = provider(_CODE).parse_receipt(fields)
    except ValueError:
        # It says nothing of any text: kept as it is, and acknowledged so that it does not come for ever.
        receipts.keep_unreadable(provider_code=_CODE, provider_id=fields.get("id", ""), now=clock.now())
        return
    part = _part(fields, attempt)
    if part is not None:
        parts.receive(provider_code=_CODE, report=report, part=part, now=clock.now())
        return
    receipts.receive(provider_code=_CODE, report=report, attempt=attempt, now=clock.now())


def _part(fields: dict[str, str], attempt: str) -> parts.Part | None:
    """Return the part of a long text that a receipt speaks of; after a restart it is looked up."""
    if fields.get("part") and attempt:
        return parts.Part(attempt, fields["whole"], fields["part"])
    return None if attempt else parts.known(provider_code=_CODE, name=fields.get("id", ""))


def _reply(name: str, number: str, text: str) -> None:
    receiving.receive(provider=_CODE, provider_id=name, number=number, body=text, now=clock.now())
