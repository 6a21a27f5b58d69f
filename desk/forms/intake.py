"""Uploading a nightly file."""

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collections_app.forms.keyed import KeyedForm


class UploadForm(KeyedForm):
    """The file and the day its data stand for."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV in UTF-8 or GB18030, one row for each account."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    as_of = forms.DateField(
        label=gettext_lazy("Data as of"),
        help_text=gettext_lazy("The day whose end the balances stand for, usually yesterday."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    rows = forms.IntegerField(
        label=gettext_lazy("Rows"),
        help_text=gettext_lazy("How many rows the core says it has. Leave it empty when the file's last line says so."),
        required=False,
        min_value=1,
        max_value=999_999_999,
    )

    def clean_file(self) -> Any:
        """Refuse a file that is larger than the intake reads."""
        file = self.cleaned_data["file"]
        if file.size > settings.INTAKE_MAX_BYTES:
            limit = filesizeformat(settings.INTAKE_MAX_BYTES)
            raise forms.ValidationError(_("The file is larger than %(limit)s.") % {"limit": limit})
        return file
