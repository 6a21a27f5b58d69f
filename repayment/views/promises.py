"""Promising a day, and moving it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from collections_app.models import AccessSession
from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from repayment.forms.promises import MoveForm, PromiseForm
from repayment.selectors import account_page, promises
from repayment.services import promises as services
from repayment.views.account import show_account
from repayment.views.pages import own_page, show
from repayment.views.saying import METHODS


@own_page
@require_http_methods(METHODS)
def promise(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take the day on which a customer will pay; where none can be taken without a person, say how it goes on."""
    now = clock.now()
    page = account_page.read(customer_id=session.customer_id, now=now)
    offered = promises.offered(page=page, now=now)
    context = {"page": page, "today": page.today, "offered": offered}
    status = 400 if request.method == "POST" else 200
    if offered:
        form = PromiseForm(request.POST or None, offered=offered, today=page.today, initial={"version": page.version})
        if request.method == "POST" and form.is_valid():
            try:
                services.give(
                    session=session,
                    account_id=form.cleaned_data["account"],
                    part=form.cleaned_data["part"],
                    seen_version=form.cleaned_data["version"],
                    now=now,
                )
            except StaleWriteError:
                return show_account(request, session, status=409, changed=True)
            except RefusedError as error:
                return show_account(request, session, status=409, problem=error.code)
            return redirect("repayment:sent", "promise")
        context["form"] = form
    elif request.method == "POST":
        # Sent twice, or something came between: the account says how it stands.
        return redirect("repayment:account")
    zone = page.customer.time_zone
    return show(request, "promise.html", context, status=status, session=session, time_zone=zone)


@own_page
@require_http_methods(METHODS)
def move(request: HttpRequest, account_id: int, *, session: AccessSession) -> HttpResponse:
    """Take another day for what was promised on an account; where it asks for a person, say so and how it goes on."""
    now = clock.now()
    page = account_page.read(customer_id=session.customer_id, now=now)
    found = promises.movable(customer=page.customer, account_id=account_id, now=now)
    if found is None or not found.left or not page.names(account_id):
        # Kept, ended, another customer's, or spoken of in person only: the account says how it stands.
        return redirect("repayment:account")
    form = MoveForm(request.POST or None, movable=found, today=page.today, initial={"version": page.version})
    if request.method == "POST" and form.is_valid():
        try:
            services.move(
                session=session,
                account_id=account_id,
                days=form.cleaned_data["days"],
                seen_version=form.cleaned_data["version"],
                now=now,
            )
        except StaleWriteError:
            return show_account(request, session, status=409, changed=True)
        except RefusedError as error:
            return show_account(request, session, status=409, problem=error.code)
        return redirect("repayment:sent", "promise")
    context = {"page": page, "today": page.today, "found": found, "form": form}
    status = 400 if request.method == "POST" else 200
    zone = page.customer.time_zone
    return show(request, "promise_move.html", context, status=status, session=session, time_zone=zone)
