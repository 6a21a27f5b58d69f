"""The forms on how a customer is reached: a wrong number, a call at an hour, channels, a representative."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from repayment.forms.papers import PapersField
from repayment.forms.requests import FITS_BEST, words

OTHER_NUMBER = "other"


class WrongPersonForm(forms.Form):
    """This is not me, or the number is wrong."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[
            ("number", _("The bank uses a number that is not mine")),
            ("person", _("The debt is not mine: I am somebody else")),
        ],
        widget=forms.RadioSelect,
        error_messages=FITS_BEST,
    )
    number = forms.TypedChoiceField(
        label=_("Which number is not yours?"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    text = words(_("What should we correct?"))

    def __init__(self, *args: Any, numbers: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["number"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [*numbers, ("", _("Another one, or none of them"))]
        if not numbers:
            del self.fields["number"]


class CallbackForm(forms.Form):
    """Call me at: the hour and the number."""

    at = forms.ChoiceField(label=_("When may we call?"), error_messages=FITS_BEST)
    number = forms.ChoiceField(label=_("Which number?"), widget=forms.RadioSelect, error_messages=FITS_BEST)
    other = forms.CharField(
        label=_("The other number"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    text = words(_("What is it about? (not required)"), required=False)

    def __init__(
        self, *args: Any, hours: Sequence[tuple[datetime, str]], numbers: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        at, number = self.fields["at"], self.fields["number"]
        assert isinstance(at, forms.ChoiceField)
        assert isinstance(number, forms.ChoiceField)
        self._hours = {hour.isoformat(): hour for hour, _name in hours}
        at.choices = [(hour.isoformat(), name) for hour, name in hours]
        number.choices = [*((name, name) for name in numbers), (OTHER_NUMBER, _("another number"))]

    def clean(self) -> dict[str, Any]:
        """Give the hour as an instant and the number as it is to be called."""
        values = super().clean() or {}
        if values.get("number") == OTHER_NUMBER and not any(sign.isdigit() for sign in values.get("other", "")):
            self.add_error("other", _("Enter the number we shall call."))
        elif values.get("number") == OTHER_NUMBER:
            values["number"] = values["other"].strip()
        if "at" in values:
            values["at"] = self._hours[values["at"]]
        return values


class ChannelsForm(forms.Form):
    """Do not contact me this way."""

    stopped = forms.MultipleChoiceField(
        label=_("Do not contact me by"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, channels: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["stopped"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(channels)


class RepresentativeForm(forms.Form):
    """I have a representative: who, for what, until when, and the document."""

    name = forms.CharField(
        label=_("Name of your representative"), max_length=80, error_messages={"required": _("Enter the name.")}
    )
    scope = words(_("What may they do for you?"))
    valid_until = forms.DateField(
        label=_("Until which day? (not required)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter a day such as 2026-11-20.")},
    )
    papers = PapersField(
        label=_("The signed power of attorney"),
        help_text=_("A photograph is enough. Without it we cannot speak with them yet."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_valid_until(self) -> date | None:
        """Return the day; one that has passed proves nothing."""
        day: date | None = self.cleaned_data["valid_until"]
        if day is not None and day < self._today:
            raise forms.ValidationError(_("This day has passed."))
        return day
