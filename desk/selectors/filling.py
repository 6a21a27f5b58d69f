"""What the record and the last call know already, so that no form of a hand-off or complaint asks for it again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from collections_app.domain import masking
from collections_app.models import (
    Account,
    ContactPoint,
    Conversation,
    Customer,
    Event,
    HandOff,
    MachineClient,
    PaymentClaim,
    Placement,
    Staff,
)
from collections_app.selectors import codes
from collections_app.templatetags.terms import day, moment

# A call that ended longer ago is not what the person at the form has just heard.
JUST_NOW = timedelta(hours=2)
LATELY = timedelta(days=90)
_LONGEST = 300


@dataclass
class Known:
    """What is known of a customer at a form. Each part is read once, when it is first needed."""

    customer: Customer
    staff: Staff
    now: datetime

    @cached_property
    def call(self) -> Conversation | None:
        """The person's own last call with the customer, if it was just now."""
        rows = Conversation.objects.filter(
            customer=self.customer, staff=self.staff, started_at__gte=self.now - JUST_NOW
        )
        return rows.select_related("contact__contact_point").order_by("-id").first()

    @cached_property
    def words(self) -> str:
        """What was typed when that call was closed, or that visit told."""
        if self.call is None:
            return ""
        kinds = ["conversation.closed", "visit.closed"]
        rows = Event.objects.filter(customer=self.customer, kind__in=kinds, payload__conversation=self.call.id)
        event = rows.select_related("text_row").first()
        return event.text_row.text if event is not None and hasattr(event, "text_row") else ""

    @cached_property
    def claim(self) -> PaymentClaim | None:
        """What the customer says they have paid and nobody has found yet."""
        return PaymentClaim.objects.filter(customer=self.customer, state="open").order_by("-id").first()

    @cached_property
    def accounts(self) -> list[Account]:
        """The customer's accounts that the core still has."""
        return list(self.customer.accounts.filter(closed_in_core=False).order_by("-overdue_fen", "id"))

    @cached_property
    def passed_on(self) -> HandOff | None:
        """A complaint that a call or the customer has passed on and nobody has taken in yet, the oldest first."""
        rows = HandOff.objects.filter(
            customer=self.customer, kind="complaint", closed_at__isnull=True, complaint__isnull=True
        )
        return rows.order_by("id").first()

    def contents(self, items: tuple[str, ...]) -> dict[str, str]:
        """Return the words for what a hand-off must carry, as far as they are known."""
        found = {item: _KNOWN[item](self) for item in items if item in _KNOWN}
        return {item: words[:_LONGEST] for item, words in found.items() if words}

    def point(self) -> ContactPoint | None:
        """Return the number of that call, else the customer's own that is best known to work."""
        if self.call is not None and self.call.contact.contact_point is not None:
            return self.call.contact.contact_point
        rows = self.customer.contact_points.filter(relation="self", kind="mobile").exclude(quality="bad")
        return rows.order_by("id").first()


def _number(known: Known) -> str:
    point = known.point()
    if point is None:
        return ""
    return f"{codes.name_of('relations', point.relation)} {masking.phone(point.value)}"


def _call(known: Known) -> str:
    return _("call of %(moment)s") % {"moment": moment(known.call.started_at)} if known.call else ""


def _said_by(known: Known) -> str:
    if known.call is None or not known.call.party:
        return _call(known)
    point = known.call.contact.contact_point
    who = codes.name_of("relations", point.relation) if point else ""
    return " · ".join(filter(None, [who, _call(known)]))


def _verified_how(known: Known) -> str:
    if known.call is None or known.call.verification != "verified":
        return ""
    return _("identity confirmed in the %(call)s") % {"call": _call(known)}


def _tails(known: Known) -> str:
    return " / ".join(f"{account.get_product_display()} {account.tail}" for account in known.accounts)


def _claimed(known: Known) -> str:
    return codes.name_of("payment_channels", known.claim.channel) if known.claim else ""


def _claimed_on(known: Known) -> str:
    return day(known.claim.paid_on) if known.claim else ""


_KNOWN: dict[str, Callable[[Known], str]] = {
    "number": _number,
    "reason": lambda known: known.words,
    "statement": lambda known: known.words,
    "item": lambda known: known.words,
    "means": lambda known: known.words,
    "source": _said_by,
    "said_by": _said_by,
    "verified_how": _verified_how,
    "both_accounts": lambda known: _tails(known) if len(known.accounts) > 1 else "",
    "entry": lambda known: _tails(known) if len(known.accounts) == 1 else "",
    "channel": _claimed,
    "time": _claimed_on,
}


def concerned(customer: Customer, *, now: datetime) -> tuple[list[Staff], list[MachineClient]]:
    """Return the colleagues and agencies a complaint of this customer may be about: who had to do with them lately."""
    since = now - LATELY
    events = Event.objects.filter(customer=customer, at__gte=since, actor__isnull=False).values("actor")
    people = Staff.objects.filter(id__in=events).exclude(id__in=customer.recused_staff) | Staff.objects.filter(
        id__in=Account.objects.filter(customer=customer, owner__isnull=False).values("owner")
    )
    placed = Placement.objects.filter(customer=customer, placed_at__gte=since - LATELY).values("client")
    return (
        list(people.filter(is_active=True).distinct().order_by("id")),
        list(MachineClient.objects.filter(id__in=placed).order_by("id")),
    )
