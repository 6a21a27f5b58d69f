"""What a complaint's intake screen asks: everything the bank does not know, and nothing else (table F)."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Representative:
    """Who says they speak for the customer: name, what for, and until when."""

    name: str
    scope: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """One complaint as it came in.

    ``staff_id`` and ``agency_id`` are whom it is about, ``handoff_id`` the hand-off by which another department or
    the customer passed it on, ``reference`` the number that whoever passed it on gave it.
    """

    source: str
    cause: str
    level: str
    text: str
    demand: str
    received_at: datetime
    sub_kind: str = ""
    markers: tuple[str, ...] = ()
    account_id: int | None = None
    reference: str = ""
    staff_id: int | None = None
    agency_id: int | None = None
    representative: Representative | None = None
    handoff_id: int | None = None
