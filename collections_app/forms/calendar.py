"""The form that takes a file of a working calendar."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.models import CalendarVersion


class CalendarForm(forms.ModelForm[CalendarVersion]):
    """A file and where it comes from."""

    file = forms.FileField(label=_("File"), help_text=_("CSV in UTF-8: country,date,works,name"))

    class Meta:
        model = CalendarVersion
        fields = ("source",)
