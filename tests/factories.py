"""Rows for tests, each with sensible values and only what a test says different."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from collections_app.domain.search import number_keys
from collections_app.models import (
    Account,
    AccountParty,
    Branch,
    Case,
    ContactPoint,
    Customer,
    Entry,
    Institution,
    RelatedPerson,
    Staff,
    Visit,
)
from collections_app.models.fields import token
from collections_app.selectors import codes
from collections_app.services import derivation, journal
from tests.remembered import remembered

_numbers = count(1)
# What everybody signs in and signs with.
PASSWORD = "correct horse battery"
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@remembered
def make_institution() -> Institution:
    # filter, not get_or_create: several calls in one test are no N+1 of the code under test.
    return Institution.objects.filter(code="DEMO").first() or Institution.objects.create(
        code="DEMO", name_zh="示范银行", name_en="Demo Bank", hotline="955XX", sms_signature="示范银行"
    )


@remembered
def make_branch(code: str = "BJ", **values: Any) -> Branch:
    found = Branch.objects.filter(code=code).first()
    if found:
        return found
    defaults = {
        "institution": make_institution(),
        "name_zh": f"{code}分行",
        "name_en": f"{code} branch",
        "region": code,
    }
    return Branch.objects.create(code=code, **(defaults | values))


@remembered
def make_staff(role: str = "collector", **values: Any) -> Staff:
    number = next(_numbers)
    departments = {
        "collector": "collections",
        "service_agent": "service",
        "negotiator": "collections",
        "mediator": "mediation",
        "supervisor": "collections",
        "auditor": "management",
        "administrator": "operations",
        "operations": "operations",
    }
    scopes = {
        "collector": "branch",
        "service_agent": "institution",
        "negotiator": "branch",
        "supervisor": "branch",
        "auditor": "institution",
    }
    defaults: dict[str, Any] = {
        "username": f"{role}{number}",
        "employee_no": f"E{number:05}",
        "display_name": f"员工{number}",
        "role": role,
        "department": departments.get(role, "compliance"),
        "scope": scopes.get(role, "none"),
        "branch": values.get("branch") or make_branch(),
    }
    return Staff.objects.create_user(password=PASSWORD, **(defaults | values))


@remembered
def make_customer(**values: Any) -> Customer:
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "customer_no": f"C{number:08}",
        "branch": values.get("branch") or make_branch(),
        "name": "陈晓梅",
        "id_number": "110101199003070011",
        "birth_date": "1990-03-07",
        "created_at": START,
        "data_as_of": TODAY - timedelta(days=1),
    }
    customer = Customer.objects.create(**(defaults | values))
    make_mobile(customer)
    return customer


@remembered
def make_mobile(customer: Customer, number: str | None = None, **values: Any) -> ContactPoint:
    value = number or f"+86100{next(_numbers):08}"
    defaults: dict[str, Any] = {
        "kind": "mobile",
        "value": value,
        "value_token": token(value, space="phone"),
        "provenance": "on_file",
        "quality": "verified",
        "created_at": START,
    }
    return ContactPoint.objects.create(customer=customer, **(defaults | values))


@remembered
def make_person(customer: Customer, role: str, **values: Any) -> RelatedPerson:
    defaults: dict[str, Any] = {
        "name": "李四",
        "role": role,
        "relation": "unknown",
        "provenance": "customer_given",
        "recorded_at": START,
    }
    return RelatedPerson.objects.create(customer=customer, **(defaults | values))


@remembered
def make_account(customer: Customer, **values: Any) -> Account:
    number = f"6200{next(_numbers):012}"
    defaults: dict[str, Any] = {
        "account_no": number,
        "account_token": token(number, space="account"),
        "tail": number[-4:],
        "product": "card",
        "limit_fen": 2_000_000,
        "principal_fen": 391_300,
        "core_overdue_fen": 391_300,
        "core_minimum_due_fen": 39_130,
        "core_billed_fen": 391_300,
        "core_payoff_fen": 395_218,
        "payoff_valid_until": TODAY + timedelta(days=3),
        "core_unbilled_fen": 0,
        "due_on": TODAY - timedelta(days=40),
        "overdue_since": TODAY - timedelta(days=39),
        "grace_days": 3,
        "data_as_of": TODAY - timedelta(days=1),
        "created_at": START,
    }
    values = defaults | values
    account = Account.objects.create(customer=customer, **({"opening_fen": values["core_payoff_fen"]} | values))
    AccountParty.objects.create(account=account, customer=customer, role="borrower")
    return account


def carried(kind: str) -> dict[str, str]:
    """Words for everything a hand-off of a kind must carry."""
    return dict.fromkeys(codes.shipped().handoffs[kind].must_carry, "如前所述")


@remembered
def make_debtor(**values: Any) -> tuple[Customer, Account]:
    """A customer with one overdue card, an open case, and everything derived."""
    account_values = values.pop("account", {})
    customer = make_customer(**values)
    account = make_account(customer, **account_values)
    number = f"{customer.branch.code}-26-{next(_numbers):06}"
    Case.objects.create(customer=customer, number=number, opened_at=START)
    customer.case_number = number
    customer.search_tokens = [token(key, space="number") for key in number_keys(customer.id_number)]
    customer.save()
    derivation.derive(customer=customer, now=START)
    customer.refresh_from_db()
    account.refresh_from_db()
    return customer, account


def make_received(account: Account, fen: int, *, reference: str, at: datetime, state: str = "received") -> Entry:
    """Return an entry of money that arrived and its booking, without anything that follows from it."""
    entry = Entry.objects.create(
        account=account, customer_id=account.customer_id, kind="payment", state=state, amount_fen=fen, channel="app",
        reference=reference, occurred_at=at, recorded_at=at,
    )  # fmt: skip
    journal.book_received_within(entry=entry, account=account, through="app", now=at)
    return entry


@remembered
def make_visit(customer: Customer, first: Staff, *, at: datetime, **values: Any) -> Visit:
    """A visit of an hour to the customer's home, by two, which waits for approval unless told otherwise."""
    defaults: dict[str, Any] = {
        "contact_point": make_mobile(customer, f"示范路 {next(_numbers)} 号", kind="address_home"),
        "second": values.get("second") or make_staff("collector"),
        "starts_at": at,
        "ends_at": at + timedelta(hours=1),
        "reason": "多次无人接听",
        "planned_by": first,
        "planned_at": START,
    }
    return Visit.objects.create(customer=customer, first=first, **(defaults | values))
