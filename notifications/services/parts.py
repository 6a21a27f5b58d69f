"""Long texts at gateways that report on each part: a text has arrived when all its parts have, and failed when one has.

What is told of a part is kept as a receipt of its own, ``taken 2/3``, ``delivered 2/3``, which moves nothing by itself.
So it is known after a restart of whoever listens, too, which part a receipt speaks of, and what is still missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from notifications.domain.lifecycle import MessageState, state_reported
from notifications.domain.outcomes import Report
from notifications.domain.provider_codes import Phase
from notifications.models import Message, Receipt
from notifications.selectors.provider_codes import class_of
from notifications.services import receipts

# Some parts are with the customer and others never will be; what is done then, the table of codes says.
PARTIAL = "PARTIAL"
_TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message: the attempt it belongs to, the name of the whole text, and which it is (``2/3``)."""

    attempt: str
    name: str
    place: str

    @property
    def of(self) -> int:
        """Return of how many parts the text is."""
        return int(self.place.partition("/")[2])


def known(*, provider_code: str, name: str) -> Part | None:
    """Return which part a provider took under a name, or None when it is none of a long text."""
    rows = Receipt.objects.filter(provider=provider_code, provider_id=name, report__startswith=f"{_TAKEN} ")
    row = rows.select_related("message").order_by("-pk").first()
    if row is None or row.message is None:
        return None
    whole = Receipt.objects.filter(message=row.message, provider=provider_code, report__startswith=f"{_TAKEN} ")
    first = whole.order_by("pk").values_list("provider_id", flat=True).first() or name
    return Part(str(row.message.attempt), row.message.provider_id or first, row.report.partition(" ")[2])


def answered(
    *, provider_code: str, attempt: str, taken: Mapping[str, str], refused: Mapping[str, str], now: datetime
) -> None:
    """Keep by which names a provider took the parts of a text, by their places, and with which codes it refused others.

    One of which some were taken and some refused is reported as not delivered: nobody can read it whole.
    """
    name = next(iter(taken.values()))
    _keep(
        provider_code,
        attempt,
        [
            *(Report(part, f"{_TAKEN} {place}") for place, part in taken.items()),
            *(Report(name, f"refused {place}", code[:16]) for place, code in refused.items()),
        ],
        now,
    )
    if refused:
        found = class_of(PARTIAL, provider=provider_code, phase=Phase.DELIVERY)
        report = Report(name, "undelivered", PARTIAL, found)
        receipts.receive(provider_code=provider_code, report=report, attempt=attempt, now=now)


def receive(*, provider_code: str, report: Report, part: Part, now: datetime) -> bool:
    """Take in a report on one part, and return whether it changed anything of the message.

    That a part was delivered is told of the message when all parts are; anything else at once. One part that arrived
    proves that the provider has the text, and a message of unknown outcome is not to be sent again.
    """
    _keep(provider_code, part.attempt, [replace(report, report=f"{report.report[:14]} {part.place}")], now)
    if state_reported(report.report) is MessageState.DELIVERED and not _all_arrived(provider_code, part):
        report = replace(report, report="accepted", error_code="")
    whole = replace(report, provider_id=part.name)
    return receipts.receive(provider_code=provider_code, report=whole, attempt=part.attempt, now=now)


def _all_arrived(provider_code: str, part: Part) -> bool:
    rows = Receipt.objects.filter(
        message__attempt=UUID(part.attempt), provider=provider_code, report__startswith="delivered ",
        report__endswith=f"/{part.of}",
    )  # fmt: skip
    return len(set(rows.values_list("report", flat=True))) == part.of


@transaction.atomic(durable=True)
def _keep(provider_code: str, attempt: str, reports: list[Report], now: datetime) -> None:
    message_id = Message.objects.values_list("pk", flat=True).get(attempt=UUID(attempt))
    Receipt.objects.bulk_create(
        Receipt(
            message_id=message_id, provider=provider_code, provider_id=report.provider_id, report=report.report,
            error_code=report.error_code, received_at=now,
        )
        for report in reports
    )  # fmt: skip
