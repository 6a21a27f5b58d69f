"""What a refused press of a button was, so that the notice of what changed can offer it again."""

from dataclasses import dataclass

from django.http import HttpRequest

from collections_app.services.errors import StaleWriteError

# Each sending has these of its own.
_OF_ONE_SENDING = {"csrfmiddlewaretoken", "seen_version", "form_key"}


@dataclass(frozen=True, slots=True)
class Again:
    """A form of buttons alone, ready to be sent to the record of now."""

    address: str
    fields: list[tuple[str, str]]
    seen_version: int
    # Where whoever lets it be goes on.
    back: str
    # The class of the panel that takes the answer, on a page that is made of several.
    panel: str = ""


def again(request: HttpRequest, stale: StaleWriteError, *, back: str, panel: str = "") -> Again:
    """Return what was pressed, to be pressed again by whoever has seen what changed."""
    fields = [(name, value) for name, values in request.POST.lists() if name not in _OF_ONE_SENDING for value in values]
    return Again(request.path, fields, stale.current_version, back, panel)
