"""What all pages share on which a customer says something: the form, its answer, and that it has arrived."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from collections_app.models import AccessSession
from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from repayment.selectors import account_page as selectors
from repayment.services import shown
from repayment.views.account import show_account
from repayment.views.pages import own_page, show

METHODS = ["GET", "HEAD", "POST"]
SENT = frozenset(
    {"claim", "plan", "dispute", "wrong_person", "complaint", "representative", "callback", "channels", "mediation"}
    | {"my_data", "papers", "document", "promise"}
)


def serve(
    request: HttpRequest,
    session: AccessSession,
    page: selectors.Page,
    kind: str,
    form: forms.Form,
    send: Callable[[dict[str, Any]], None],
) -> HttpResponse:
    """Show a form, or let ``send`` write what it says; what is refused leads to the account, which says why."""
    if request.method == "POST" and form.is_valid():
        try:
            send(form.cleaned_data)
        except StaleWriteError:
            return show_account(request, session, status=409, changed=True)
        except RefusedError as error:
            return show_account(request, session, status=409, problem=error.code)
        return redirect("repayment:sent", kind)
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "kind": kind, "page": page, "today": page.today}
    return show(request, "request.html", context, status=status, session=session, time_zone=page.customer.time_zone)


@own_page
@require_safe
def sent(request: HttpRequest, kind: str, *, session: AccessSession) -> HttpResponse:
    """Say that it has arrived, what happens now and by when."""
    if kind not in SENT:
        raise Http404
    now = clock.now()
    page = selectors.read(customer_id=session.customer_id, now=now)
    promised = page.latest_promise if kind == "promise" else None
    if promised is not None:
        # It says what is agreed now, in place of what was read before.
        shown.remember(page=page, now=now, account_id=promised.account.pk)
    context = {
        "kind": kind,
        "page": page,
        "latest": page.requests[0] if page.requests else None,
        "promised": promised,
        "today": page.today,
    }
    return show(request, "sent.html", context, session=session, time_zone=page.customer.time_zone)


def choice(form: forms.Form, name: str) -> str:
    """Return the words of the choice made, as the customer read them."""
    labels = {str(option.data["value"]): option.choice_label for option in form[name]}
    return str(labels[form.cleaned_data[name]])


def lines(words: list[str]) -> str:
    """Return what was said, a line for each thing."""
    return "\n".join(word for word in words if word)
