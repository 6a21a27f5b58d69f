"""What the call panel shows beside its form: the numbers with their permits, the script's party, what is owed."""

from dataclasses import dataclass
from datetime import datetime

from collections_app.domain.contact_points import PARTIES
from collections_app.domain.entries import IN_FLIGHT, UNIDENTIFIED
from collections_app.domain.promises import Limits
from collections_app.models import Account, ContactPoint, Conversation, Customer, Entry, PaymentClaim, Staff
from collections_app.selectors.promise_rules import limits_for
from collections_app.services import calls, contacts, promises, refusal_texts
from collections_app.services.records import Actor
from desk.forms.call import PHONES
from desk.selectors.record import Record
from desk.selectors.speaker import Speaker
from desk.views import permit_words
from notifications.domain.dials import OUTCOMES, DialState
from notifications.models import Dial

_ORDER = {"verified": 0, "likely": 1, "unknown": 2, "shared": 3, "suspect": 4}


@dataclass(frozen=True, slots=True)
class Number:
    """One telephone number, and the permit of this moment to call it."""

    point: ContactPoint
    permit: permit_words.Banner
    considered: list[permit_words.Considered]
    is_third: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """One overdue account as it is spoken of: what is on its way to it, whether money of it is held, and what may be
    promised now or why not.
    """

    account: Account
    limit: Limits
    why_not: str
    in_flight_fen: int
    held: bool
    claims: list[PaymentClaim]


def numbers(*, customer: Customer, staff: Staff, now: datetime) -> list[Number]:
    """Return the telephone numbers of a record, the customer's own and the best known first."""
    points = [point for point in customer.contact_points.all() if point.kind in PHONES]
    points.sort(key=lambda item: (item.relation != "self", item.relation not in PARTIES, _ORDER.get(item.quality, 9)))
    decisions = contacts.preview_call(
        customer=customer,
        purposes=[(point, calls.purpose_to(point)) for point in points],
        actor=Actor.of(staff),
        now=now,
    )
    return [
        Number(
            point,
            permit_words.banner(decision),
            permit_words.considered(decision),
            calls.purpose_to(point) == "third_party",
        )
        for point, decision in zip(points, decisions, strict=True)
    ]


def owed(record: Record, speaker: Speaker) -> list[Owed]:
    """Return the overdue accounts of a record that concern whoever is on the line, the worst first."""
    named = speaker.accounts
    return [
        Owed(
            account=account,
            limit=limits_for(account=account, today=record.today),
            why_not=_why_not(record, account),
            in_flight_fen=sum(item.amount_fen for item in _under_way(record, account) if item.state == IN_FLIGHT),
            held=any(item.state == UNIDENTIFIED for item in _under_way(record, account)),
            claims=[claim for claim in record.claims if claim.account_id == account.id],
        )
        for account in record.accounts
        if account.overdue_fen > 0 and (named is None or account.id in named)
    ]


def _under_way(record: Record, account: Account) -> list[Entry]:
    return [entry for entry in record.in_flight if entry.account_id == account.id]


def _why_not(record: Record, account: Account) -> str:
    found = promises.obstacle(account=account, now=record.now)
    return refusal_texts.refusal_text(found) if found else ""


def result_of_dial(conversation: Conversation) -> dict[str, str]:
    """Return what the closing form begins with when the call was put through: its name, and how it ended if nobody
    was reached.
    """
    dial = Dial.objects.filter(conversation=conversation).order_by("-id").first()
    if dial is None:
        return {}
    found = {"recording_ref": dial.provider_id}
    last = dial.reports.filter(applied=True).order_by("-id").values_list("report", flat=True).first()
    if dial.state == DialState.UNREACHED and last in OUTCOMES:
        found |= {"party": "nobody", "outcome": OUTCOMES[last]}
    return found
