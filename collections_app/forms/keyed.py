"""The base of every form of staff that writes once."""

from django import forms
from django.http import QueryDict

from collections_app.services import form_keys


class KeyedForm(forms.Form):
    """A form that writes once, however often it is sent: it carries a key of its own.

    Without a key that can be read it writes like any other: a page opened before an upgrade still saves.
    """

    form_key = forms.CharField(widget=forms.HiddenInput, required=False, initial=form_keys.new_key)

    def renew_key(self) -> None:
        """Make it a form of its own: what was typed since it was saved is written as well when it is sent again."""
        self.change_data(form_key=form_keys.new_key())

    def change_data(self, **values: str) -> None:
        """Go by other values of hidden fields from here on; what was typed stays."""
        if isinstance(self.data, QueryDict):
            data = self.data.copy()
            for name, value in values.items():
                data[name] = value
            self.data = data
