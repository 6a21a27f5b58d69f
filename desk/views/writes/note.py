"""Adding a note."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from collections_app.services import clock, notes
from desk.forms.note import NoteForm
from desk.views.writes.base import WriteView


class NoteView(WriteView):
    """A note for colleagues of both departments."""

    action = "note.add"
    title = _("Note")
    button = _("Save note")
    form_class = NoteForm

    def write(self, form: Any) -> str | None:
        """Add the note."""
        notes.add(
            customer_id=self.customer.id,
            text=form.cleaned_data["text"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return None
