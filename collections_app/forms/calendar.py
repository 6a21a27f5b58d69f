"""The form that takes a file of a working calendar."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.models import CalendarVersion


class CalendarForm(forms.ModelForm[CalendarVersion]):
    """A file and where it comes from."""

    file = forms.FileField(
        label=_("File"), help_text=_("A table of days, in the form that the documentation of calendars gives.")
    )

    class Meta:
        model = CalendarVersion
        fields = ("source",)
