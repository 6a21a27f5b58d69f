"""Forms that carry the version of the record their author saw."""

from django import forms
from django.http import QueryDict


class VersionedForm(forms.Form):
    """A form about one record."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def see(self, version: int) -> None:
        """Go by a newer version from here on: what changed is on the screen beside what was typed."""
        if isinstance(self.data, QueryDict):
            data = self.data.copy()
            data["seen_version"] = str(version)
            self.data = data
