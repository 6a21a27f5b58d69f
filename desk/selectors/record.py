"""Everything the record page shows of one customer, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.db.models.expressions import RawSQL

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.entries import IN_FLIGHT, UNDER_WAY
from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.holds import HoldKind
from collections_app.domain.promises import PENDING
from collections_app.domain.told.sayings import Saying
from collections_app.domain.told.standing import Standing, Statement, Truth, standing, to_say
from collections_app.domain.told.verdicts import FLAGGED, ToldState
from collections_app.models import (
    Account,
    Approval,
    Arrangement,
    CaseClaim,
    Complaint,
    ContactPoint,
    Conversation,
    Customer,
    Entry,
    HandOff,
    Hold,
    IssuedDocument,
    LineTransfer,
    LookUp,
    PaymentClaim,
    PowerOfAttorney,
    Promise,
    Recusal,
    Staff,
    Told,
    Visit,
)
from collections_app.selectors import approvals, case_claims, issued, lines
from collections_app.selectors.told.truths import truths
from collections_app.selectors.told.verdicts import told_of
from collections_app.selectors.told.words import statement
from desk.selectors import complaints, known, present
from desk.selectors import legal as legal_states

# Opening a record again within so long is the same look.
ONE_LOOK = timedelta(minutes=5)
TOLD_SHOWN = 4
# In SQL, because every live screen asks for it at every change, and building it costs more than asking it.
_LAST_WORDS = """
    SELECT id FROM (
        SELECT id, dense_rank() OVER (PARTITION BY medium = 'spoken' ORDER BY at DESC) AS moment
        FROM collections_app_told WHERE customer_id = %s
    ) AS ranked WHERE moment <= %s
"""
ISSUED_SHOWN = 5
_SHOWN_ELSEWHERE = frozenset({"promise_pending", "payment_pending", "agreement_active"})


@dataclass
class Record:
    """One record as its page shows it. Each part is read once, when a template first asks for it."""

    told_flagged = FLAGGED
    customer: Customer
    staff: Staff
    today: date
    now: datetime
    wanted_account: int | None = None
    wants_amounts: bool = False

    @cached_property
    def accounts(self) -> list[Account]:
        """The customer's accounts with their schedules, the worst first."""
        rows = Account.objects.filter(customer=self.customer).select_related("owner")
        rows = rows.prefetch_related("schedule") if "schedules" in self.has else rows
        return sorted(rows, key=lambda item: (-item.overdue_fen, -item.days_past_due, item.id))

    @cached_property
    def account(self) -> Account | None:
        """The account whose five amounts are shown: the one asked for, else the one that sets the stage."""
        wanted = self.wanted_account or self.customer.stage_account_id
        found = next((item for item in self.accounts if item.id == wanted), None)
        return found or (self.accounts[0] if self.accounts else None)

    @cached_property
    def has(self) -> frozenset[str]:
        """What there is of this record to ask further about."""
        return present.of_record(self.customer.id)

    @cached_property
    def promises(self) -> list[Promise]:
        """The promises still pending, with their parts."""
        if "promises" not in self.has:
            return []
        rows = Promise.objects.filter(customer=self.customer, state__in=[state.value for state in PENDING])
        return known.set_on(rows.select_related("taken_by").prefetch_related("parts").order_by("last_day"), self)

    @cached_property
    def approvals(self) -> list[Approval]:
        """What waits for a decision about this record, and approved contacts that have not been made yet."""
        return list(approvals.of_record(customer_id=self.customer.id)) if "approvals" in self.has else []

    @cached_property
    def legal(self) -> dict[int, legal_states.LegalState]:
        """By account where it stands before the courts, and to whom its claim was assigned."""
        return legal_states.of_record(self.customer) if "legal" in self.has else {}

    @cached_property
    def visits(self) -> list[Visit]:
        """The visit that is planned or under way."""
        if "visits" not in self.has:
            return []
        rows = Visit.objects.filter(customer=self.customer, closed_at__isnull=True)
        return list(rows.select_related("first", "second", "contact_point"))

    @cached_property
    def last_promise(self) -> Promise | None:
        """The newest promise when none is pending, to say how it ended."""
        if self.promises or "any_promises" not in self.has:
            return None
        rows = Promise.objects.filter(customer=self.customer).exclude(state__in=["proposed", "redated", "withdrawn"])
        rows = rows.select_related("taken_by").prefetch_related("parts").order_by("-taken_at")[:1]
        return next(iter(known.set_on(rows, self)), None)

    @cached_property
    def plans(self) -> list[Arrangement]:
        """The arrangements in force, with their instalments."""
        if "plans" not in self.has:
            return []
        rows = Arrangement.objects.filter(customer=self.customer, state__in=[state.value for state in IN_FORCE])
        plans = known.set_on(rows.prefetch_related("instalments"), self)
        prefetch_related_objects([plan for plan in plans if plan.early_fen], "schedules__made_by")
        return plans

    @cached_property
    def holds(self) -> list[Hold]:
        """The holds in force now, but for those that the promise, claim or plan beside them explains."""
        if "holds" not in self.has:
            return []
        rows = Hold.objects.filter(customer=self.customer, released_at__isnull=True)
        rows = rows.select_related("account", "placed_by", "contact_point").order_by("-placed_at")
        return [
            hold
            for hold in rows
            if hold.kind not in _SHOWN_ELSEWHERE and (hold.ends_at is None or hold.ends_at > self.now)
        ]

    @cached_property
    def risk(self) -> Hold | None:
        """The stop for risk to life, when it is in force."""
        return next((hold for hold in self.holds if hold.kind == HoldKind.RISK_TO_LIFE), None)

    @property
    def may_show_amounts(self) -> bool:
        """Whether this person may see amounts although somebody's life is at risk: who decides on the end may."""
        return self.staff.may("risk.release")

    @property
    def hides_amounts(self) -> bool:
        """Whether the page names no amount: nobody speaks of debt while a life is at risk."""
        return self.risk is not None and not (self.wants_amounts and self.may_show_amounts)

    @cached_property
    def contact_points(self) -> list[ContactPoint]:
        """Numbers and addresses: the customer's own first, usable before useless."""
        order = {"verified": 0, "likely": 1, "unknown": 2, "shared": 3, "suspect": 4}
        rows = ContactPoint.objects.filter(customer=self.customer)
        return sorted(rows, key=lambda item: (item.relation != "self", order.get(item.quality, 9), item.id))

    @cached_property
    def number_to_call(self) -> ContactPoint | None:
        """The number a call would go to: the customer's own that is best known to work."""
        phones = {"mobile", "landline_home", "landline_work"}
        return next((item for item in self.contact_points if item.kind in phones and item.relation == "self"), None)

    @cached_property
    def call(self) -> Conversation | None:
        """The call that is going on with this customer."""
        if "calls" not in self.has:
            return None
        return lines.held(now=self.now).filter(customer=self.customer).select_related("staff").first()

    @cached_property
    def unclosed_calls(self) -> list[Conversation]:
        """Calls that lost their line and wait to be closed by whoever has them."""
        if "calls" not in self.has:
            return []
        rows = lines.to_be_closed(now=self.now).filter(customer=self.customer)
        return list(rows.select_related("staff").order_by("id"))

    @cached_property
    def call_asked_for(self) -> LineTransfer | None:
        """A colleague's request for the call that is going on, waiting for an answer."""
        return lines.asked_for(conversation=self.call, now=self.now) if self.call else None

    @cached_property
    def claim(self) -> CaseClaim | None:
        """Who has claimed the case to work on it."""
        ids = [self.customer.id] if "case_claims" in self.has else []
        return case_claims.of_customers(customer_ids=ids, now=self.now).get(self.customer.id)

    @cached_property
    def claims(self) -> list[PaymentClaim]:
        """What the customer says they have paid and nobody has found yet."""
        rows = PaymentClaim.objects.filter(customer=self.customer, state="open").prefetch_related("slips")
        return known.set_on(rows, self) if "claims" in self.has else []

    @cached_property
    def in_flight(self) -> list[Entry]:
        """Payments begun and not yet received; of those that are ``unidentified`` another sum arrived and is held."""
        rows = Entry.objects.filter(customer=self.customer, state__in=sorted(UNDER_WAY))
        return known.set_on(rows, self) if "in_flight" in self.has else []

    @property
    def in_flight_fen(self) -> int:
        """What is on its way to the account that is shown, in fen: not posted yet, and not owed a second time."""
        shown = [entry for entry in self.in_flight if entry.account_id == getattr(self.account, "id", 0)]
        return sum(entry.amount_fen for entry in shown if entry.state == IN_FLIGHT)

    @cached_property
    def handoffs(self) -> list[HandOff]:
        """Work that waits with some department, the most urgent first."""
        if "handoffs" not in self.has:
            return []
        rows = HandOff.objects.filter(customer=self.customer, state__in=[state.value for state in STILL_OPEN])
        return list(rows.order_by("due_at").annotate(taken_in=Exists(Complaint.objects.filter(handoff=OuterRef("pk")))))

    @cached_property
    def complaints(self) -> list[complaints.Row]:
        """The customer's open complaints, with how many days are left."""
        if "complaints" not in self.has:
            return []
        return complaints.of_record(self.customer, now=self.now)

    @cached_property
    def recusals(self) -> list[Recusal]:
        """Who is kept away from the record."""
        if "recusals" not in self.has:
            return []
        rows = Recusal.objects.filter(customer=self.customer, ended_at__isnull=True)
        return list(rows.select_related("staff", "agency").order_by("id"))

    @cached_property
    def powers(self) -> list[PowerOfAttorney]:
        """Who says they speak for the customer, and has not been refused."""
        if "powers" not in self.has:
            return []
        rows = PowerOfAttorney.objects.filter(customer=self.customer).exclude(state="refused")
        return list(rows.order_by("id"))

    @cached_property
    def issued(self) -> list[IssuedDocument]:
        """The statements and certificates issued to the customer last."""
        return issued.of_customer(customer_id=self.customer.id, most=ISSUED_SHOWN) if "issued" in self.has else []

    @cached_property
    def _told_rows(self) -> list[Told]:
        """The last words by mouth and the last in writing: many accounts told in one of them hide none of the other."""
        last = RawSQL(_LAST_WORDS, [self.customer.pk, TOLD_SHOWN])  # noqa: S611  no words of anybody's are in it
        return list(Told.objects.filter(id__in=last).select_related("staff").order_by("-at", "-id"))

    @cached_property
    def _truths(self) -> dict[int, Truth]:
        return truths(self.accounts, pending=self.promises)

    @cached_property
    def told(self) -> list["ToldLine"]:
        """What the customer was last told, newest first; statements of one moment stand on one line."""
        lines: list[ToldLine] = []
        for row in self._told_rows:
            said = statement(row, ZoneInfo(self.customer.time_zone))
            holds = standing(said, self._truths.get(row.account_id), today=self.today) is not Standing.WRONG
            if lines and (lines[-1].at, lines[-1].medium) == (row.at, row.medium):
                lines[-1].rows.append(row)
                lines[-1].rows.sort(key=lambda item: (item.pay_by or date.min, item.id))
                lines[-1].holds = lines[-1].holds and holds
            elif len(lines) < TOLD_SHOWN:
                lines.append(ToldLine(row.at, row.medium, row.staff, [row], holds))
            else:
                break
        return lines

    @cached_property
    def contradictions(self) -> list["Contradiction"]:
        """Each account of which the customer was told what is not so, or only by mouth, beside what is true now."""
        if self.customer.told_state not in FLAGGED:
            return []
        accounts = {account.id: account for account in self.accounts}
        return [
            Contradiction(accounts[account_id], told.verdict.state, told.verdict.word.statements, to_say(told.truth))
            for (_, account_id), told in told_of([self.customer], now=self.now, truths=self._truths).items()
            if told.verdict.state in FLAGGED and told.verdict.word and told.truth and account_id in accounts
        ]

    @cached_property
    def _looks(self) -> list[datetime]:
        """When this person looked at the record last, and before that."""
        looks = LookUp.objects.filter(staff=self.staff, customer=self.customer).order_by("-at")
        return list(looks.values_list("at", flat=True)[:2])

    @property
    def seen_until(self) -> datetime | None:
        """When this person looked at the record before this look."""
        return next(iter(self._looks if self.is_new_look else self._looks[1:]), None)

    @property
    def is_new_look(self) -> bool:
        """Whether opening the page now is a new look that is to be logged."""
        return not self._looks or self.now - self._looks[0] >= ONE_LOOK


@dataclass
class ToldLine:
    """What was told in one breath by one medium, and whether it still holds."""

    at: datetime
    medium: str
    staff: Staff | None
    rows: list[Told]
    holds: bool


@dataclass(frozen=True)
class Contradiction:
    """What was last told of an account, by one medium, and what is to be said of it now."""

    account: Account
    state: ToldState
    told: Sequence[Statement]
    true: Sequence[Saying]

    @property
    def is_oral_only(self) -> bool:
        """Whether it is true, and only not in writing."""
        return self.state is ToldState.ORALLY_ONLY


def others_looking(*, customer: Customer, staff: Staff, now: datetime) -> Sequence[LookUp]:
    """Return who else has opened the record within the last minutes, newest first, each once."""
    rows = LookUp.objects.filter(customer=customer, at__gt=now - ONE_LOOK).exclude(staff=staff)
    found: dict[int, LookUp] = {}
    for row in rows.select_related("staff").order_by("-at")[:10]:
        found.setdefault(row.staff_id, row)
    return list(found.values())
