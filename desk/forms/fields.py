"""Fields the forms of the desk share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.money import NotMoneyError, fen_of

DOCUMENT_BYTES = 10 << 20
DOCUMENT_KINDS = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}


class YuanField(forms.CharField):
    """An amount typed in yuan, cleaned to fen."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "form-control number"})

    def to_python(self, value: Any) -> Any:
        """Return the fen of what was typed, or None for nothing."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return fen_of(text)
        except NotMoneyError as error:
            raise forms.ValidationError(_("Write an amount in yuan, such as 2000.00."), code="amount") from error


def day_input() -> forms.DateInput:
    """Return a date input the browser shows a calendar for."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})


def moment_input() -> forms.DateTimeInput:
    """Return a date-and-time input the browser shows a picker for."""
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "form-control"})


def time_input() -> forms.TimeInput:
    """Return a time input the browser shows a picker for."""
    return forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "form-control"})


def line_input() -> forms.TextInput:
    """Return a text input of one line."""
    return forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false"})


def text_input(rows: int = 3) -> forms.Textarea:
    """Return a text area of so many rows."""
    return forms.Textarea(attrs={"rows": rows, "class": "form-control"})


def choice_input() -> forms.Select:
    """Return a plain select."""
    return forms.Select(attrs={"class": "form-select"})


class DocumentField(forms.FileField):
    """One document that goes with a request: PDF or a picture, at most 10 MB, and what its name says it is."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse other kinds, larger files, and content that is not what the name says."""
        file = super().clean(data, initial)
        if not file:
            return file
        kind = DOCUMENT_KINDS.get(str(file.name).rpartition(".")[2].lower())
        starts = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff"}
        head = file.read(8)
        file.seek(0)
        if kind is None or not head.startswith(starts[kind]):
            raise forms.ValidationError(_("Please choose a PDF, PNG or JPEG file."), code="kind")
        if file.size > DOCUMENT_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."), code="size")
        file.content_type = kind
        return file
