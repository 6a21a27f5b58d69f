"""The base of every form that writes to a record."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import get_language

from collections_app.domain.terms import TermList
from collections_app.forms.keyed import KeyedForm
from collections_app.models import Account, Customer


class RecordForm(KeyedForm):
    """A form about one record. It carries the version its author saw."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        self.customer = customer
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices that depend on the record."""

    def accounts(self) -> list[Account]:
        """Return the record's accounts, those that owe most first."""
        return sorted(self.customer.accounts.all(), key=lambda account: -account.overdue_fen)

    def account_choices(self) -> list[tuple[str, str]]:
        """Return the record's accounts as choices: product and tail."""
        return [
            (str(account.id), f"{capfirst(account.get_product_display())} {account.tail}")
            for account in self.accounts()
        ]


def term_choices(terms: TermList, only: list[str] | None = None) -> list[tuple[str, str]]:
    """Return a code list as choices in the language of the moment."""
    language = get_language() or "zh-hans"
    codes = list(terms) if only is None else only
    return [(code, terms[code].text(language)) for code in codes]
