"""Staging the sound rows of a nightly file: personal values sealed, with the tokens they are found by."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from django.db.models import Model

from collections_app.domain.intake.file import Line
from collections_app.domain.intake.format import AMOUNTS, COLUMNS, CUSTOMER_COLUMNS
from collections_app.domain.intake.row import AccountData, CustomerData, Row
from collections_app.domain.masking import tail
from collections_app.models import Account, ContactPoint, Customer
from collections_app.models.fields import key_ring
from collections_app.models.tokens import INTAKE_ROW, account_token, contact_token, name_tokens, number_tokens
from collections_app.services.intake.tables import Stream

_CUSTOMER_PLACES = [COLUMNS.index(name) for name in CUSTOMER_COLUMNS]
_SEPARATOR = "\x1f"


def digests(line: Line) -> tuple[str, str]:
    """Return the keyed digests of a row and of its customer's columns, which tell whether anything changed."""
    ring = key_ring()
    cells = line.cells
    return (
        ring.token(_SEPARATOR.join(cells), space=INTAKE_ROW),
        ring.token(_SEPARATOR.join([cells[place] for place in _CUSTOMER_PLACES]), space=INTAKE_ROW),
    )


_ROW_COLUMNS = (
    "line", "account_token", "customer_no", "balances_only", "kind", "branch", "name",
    "id_number", "birth_date", "language", "time_zone", "country", "salary_day", "customer_synthetic", "tokens",
    "account_no", "tail", "product", "currency", *(f"{name}_fen" for name in AMOUNTS), "payoff_valid_until",
    "statement_on", "due_on", "overdue_since", "grace_days", "risk_class", "written_off", "autodebit", "owner",
    "synthetic",
)  # fmt: skip
# In place of what ``Staging._of`` returns.
_AS_BEFORE = ("", "", "", "", "", "", "", "", None, "[]", "{}", "", "")
_CONTACTS = (("mobile", "mobile"), ("email", "email"), ("address", "address_home"))
# The kinds of numbers and addresses that a file tells of.
CONTACT_KINDS = tuple(kind for _column, kind in _CONTACTS)


@lru_cache(maxsize=64)
def _json(names: tuple[str, ...]) -> str:
    """Return names as JSON; most rows of a file have the same."""
    return json.dumps(names)


def _sealer(model: type[Model], name: str) -> Callable[[str], str]:
    """Return what seals a value for a column, as the model itself would."""
    seal: Callable[[str], str] = cast(Any, model._meta.get_field(name)).get_prep_value
    return seal


class Staging:
    """The tables of the second look, filled together."""

    def __init__(self) -> None:
        self._rows = Stream("intake_row", _ROW_COLUMNS)
        self._contacts = Stream("intake_contact", ["customer_no", "kind", "value", "value_token", "country"])
        self._schedule = Stream(
            "intake_instalment", ["account_token", "number", "due_on", "principal_fen", "interest_fen", "paid_fen"]
        )
        self._seal_value = _sealer(ContactPoint, "value")
        self._seal_account = _sealer(Account, "account_no")
        self._seal_customer = {name: _sealer(Customer, name) for name in ("name", "id_number", "birth_date")}

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            for stream in (self._rows, self._contacts, self._schedule):
                stream.flush()

    def add(self, line: Line, row: Row, *, balances_only: bool) -> None:
        """Stage one row: personal values sealed, with the tokens they are found by.

        Those of a known customer that are as they were are not sealed again: on most nights only balances move.
        """
        customer, account = row.customer, row.account
        token = account_token(account.account_no)
        personal = _AS_BEFORE if balances_only else self._of(customer, account)
        self._rows.write((line.number, token, customer.customer_no, balances_only, *personal, *_values(account)))
        if not balances_only:
            self._add_contacts(customer)
        for item in account.schedule:
            self._schedule.write(
                (token, item.number, item.due_on, item.principal_fen, item.interest_fen, item.paid_fen)
            )

    def _add_contacts(self, customer: CustomerData) -> None:
        for column, kind in _CONTACTS:
            if value := getattr(customer, column):
                point = contact_token(value, is_phone=column == "mobile")
                self._contacts.write((customer.customer_no, kind, self._seal_value(value), point, customer.country))

    def _of(self, customer: CustomerData, account: AccountData) -> tuple[Any, ...]:
        tokens = name_tokens(customer.name) | number_tokens(account.account_no)
        for number in (customer.id_number, customer.mobile):
            if number:
                tokens |= number_tokens(number)
        seal = self._seal_customer
        return (
            customer.kind,
            customer.branch,
            seal["name"](customer.name),
            seal["id_number"](customer.id_number),
            seal["birth_date"](customer.birth_date),
            customer.language,
            customer.time_zone,
            customer.country,
            customer.salary_day,
            _json(tuple(customer.synthetic)),
            "{" + ",".join(sorted(tokens)) + "}",
            self._seal_account(account.account_no),
            tail(account.account_no),
        )


def _values(account: AccountData) -> tuple[Any, ...]:
    return (
        account.product,
        account.currency,
        *(account.amounts[name] for name in AMOUNTS),
        account.payoff_valid_until,
        account.statement_on,
        account.due_on,
        account.overdue_since,
        account.grace_days,
        account.risk_class,
        account.written_off,
        account.autodebit,
        account.owner,
        _json(tuple(account.synthetic)),
    )
