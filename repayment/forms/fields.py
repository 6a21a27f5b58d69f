"""A field for amounts as people write them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.money import NotMoneyError, fen_of


class MoneyField(forms.CharField):
    """An amount such as ``1,000`` or ``1000.50``; gives fen."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Return fen, or None when nothing was written and nothing need be."""
        text = super().clean(value)
        if not text:
            return None
        try:
            fen = fen_of(text)
        except NotMoneyError as error:
            raise forms.ValidationError(_("Enter an amount such as 1000 or 1000.50.")) from error
        if fen <= 0:
            raise forms.ValidationError(_("Enter an amount above zero."))
        return fen
