"""Pages that say, in plain words, why something cannot be shown."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that makes no sense."""
    return page(
        request,
        400,
        _("This request makes no sense"),
        _("The address or the form is damaged. Begin again from the workbench."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer somebody whose role does not allow this page."""
    return page(
        request, 403, _("Not for your role"), _("Your role does not open this page. A supervisor can tell you who may.")
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what does not exist or is none of this person's business; both look the same."""
    return page(request, 404, _("Not found"), _("There is no such page, or it belongs to a unit you do not work for."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is too old or came from elsewhere."""
    return page(
        request,
        403,
        _("This form has expired"),
        _("Go back, reload the page and send it again. Nothing was saved."),
        again=False,
    )


def conflict(request: HttpRequest) -> HttpResponse:
    """Answer what somebody else has changed meanwhile."""
    return page(
        request,
        409,
        _("Changed meanwhile"),
        _("Somebody changed this while you were looking. Load it again; nothing was saved."),
        again=True,
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer somebody who asks too often."""
    return page(request, 429, _("Too many requests"), _("Wait a moment and try again."), again=True)


def page(request: HttpRequest, status: int, title: str, text: str, *, again: bool = False) -> HttpResponse:
    """Show one calm page for an error, in the language of the reader."""
    context = {"status": status, "title": title, "text": text, "again": again}
    return render(request, "desk/error.html", context, status=status)
