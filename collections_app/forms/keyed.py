"""The base of every form of staff that writes once."""

from typing import ClassVar

from django import forms
from django.http import QueryDict

from collections_app.services import form_keys, note_words, refusal_texts


class KeyedForm(forms.Form):
    """A form that writes once, however often it is sent: it carries a key of its own.

    Without a key that can be read it writes like any other: a page opened before an upgrade still saves.
    """

    # What its free texts are about, as the lists of words know it: the code of a hold, a hand-off or an outcome, or
    # ``note``. Empty where the service checks them, which knows the kind better.
    words_about: ClassVar[str] = "note"

    form_key = forms.CharField(widget=forms.HiddenInput, required=False, initial=form_keys.new_key)

    def _post_clean(self) -> None:
        """Name words that do not belong into a free text beside the field they stand in."""
        super()._post_clean()  # type: ignore[misc]  # Django's own hook, which its stubs leave out
        if not self.words_about:
            return
        texts = {name: str(self.cleaned_data.get(name) or "") for name in self.free_texts()}
        for name, error in note_words.wrong(texts=texts, kind=self.words_about).items():
            self.add_error(name, refusal_texts.refusal_text(error))

    def free_texts(self) -> list[str]:
        """Return the names of the fields in which somebody writes what they like."""
        return [name for name, field in self.fields.items() if isinstance(field.widget, forms.Textarea)]

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
