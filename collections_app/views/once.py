"""What makes a form write once, in every room: its sending as the services take it, the answer to a form that is sent
again, and the word to the browser that it is saved."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from collections_app.models import Staff
from collections_app.services import form_keys
from collections_app.services.errors import AlreadyWrittenError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

# What differs between two sendings of the same form.
_NOT_CONTENT = {"csrfmiddlewaretoken", "seen_version", "form_key"}
# keep.js forgets what was typed into a form when the next page finds the cookie of its key.
SAVED_COOKIE = "onecase_saved_"
_SAVED_SECONDS = 120


def sending_of(request: HttpRequest, staff: Staff) -> form_keys.Sent | None:
    """Return the sending of a form, or None when it carries no key."""
    return form_keys.sent(key=request.POST.get("form_key", ""), staff=staff, content=_content(request))


def _content(request: HttpRequest) -> Iterator[str]:
    yield request.path
    for name in sorted(set(request.POST) - _NOT_CONTENT):
        yield name
        yield from request.POST.getlist(name)
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            yield f"{name} {file.name} {file.size}"


def say_saved(response: HttpResponse, form: form_keys.Sent | None) -> HttpResponse:
    """Tell the browser, for two minutes, that the form of this key is saved. A key is no secret."""
    if form is not None:
        response.set_cookie(
            f"{SAVED_COOKIE}{form.key}",
            "1",
            max_age=_SAVED_SECONDS,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def once(again: View[P]) -> Callable[[View[P]], View[P]]:
    """Let a view of staff write once for each form key; ``again`` answers a form that has been written already.

    A form without a key that can be read writes like any other.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            staff = request.user
            form = sending_of(request, staff) if request.method == "POST" and isinstance(staff, Staff) else None
            try:
                with form_keys.sending(form):
                    response = view(request, *args, **kwargs)
            except AlreadyWrittenError:
                return say_saved(again(request, *args, **kwargs), form)
            return say_saved(response, form) if form and form.written and response.status_code < 400 else response

        guarded.writes_once = True  # type: ignore[attr-defined]  # for the test that no form of staff is without
        return guarded

    return decorate
