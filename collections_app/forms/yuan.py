"""Amounts in forms: typed and shown in yuan, kept in fen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.money import NotMoneyError, fen_of, yuan_text


class YuanField(forms.CharField):
    """An amount in yuan on the page, in fen everywhere else."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("In yuan."))
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return what the box shows: yuan for fen, and what was typed as it was typed."""
        return yuan_text(value, grouped=False) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        """Return the fen of what was typed, or None for nothing. Raise ValidationError when it is no amount."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return fen_of(text)
        except NotMoneyError as error:
            raise forms.ValidationError(_("Write an amount in yuan, such as 2000.00."), code="amount") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether another amount was typed."""
        return super().has_changed(self.prepare_value(initial), data)
