"""Forms that carry the version of the record their author saw."""

from django import forms

from collections_app.forms.keyed import KeyedForm
from collections_app.services.errors import KeyReusedError, RefusedError, StaleWriteError


class VersionedForm(KeyedForm):
    """A form about one record."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def follow(self, error: RefusedError) -> None:
        """Make ready to be sent again: to the version of now, and as a form of its own if it was saved already."""
        if isinstance(error, StaleWriteError):
            # What changed is on the screen beside what was typed.
            self.change_data(seen_version=str(error.current_version))
        if isinstance(error, KeyReusedError):
            self.renew_key()
