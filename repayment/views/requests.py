"""The ways out: already paid, cannot pay, disputed, not me, a complaint."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from collections_app.models import AccessSession
from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from repayment.forms.requests import ClaimForm, ComplaintForm, DisputeForm, PlanForm, WrongPersonForm
from repayment.selectors import account_page as selectors
from repayment.services import requests
from repayment.views.account import show_account
from repayment.views.pages import own_page, show

METHODS = ["GET", "HEAD", "POST"]
SENT = {"claim", "plan", "dispute", "wrong_person", "complaint"}


@own_page
@require_http_methods(METHODS)
def claim(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take the customer's word that they have paid by another way."""
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    form = ClaimForm(
        request.POST or None, page=page, initial={"version": page.version, "paid_on": page.today.isoformat()}
    )

    def send(data: dict[str, Any]) -> None:
        requests.say_paid(
            customer_id=session.customer_id,
            account_id=data["account"],
            amount_fen=data["amount"],
            channel=data["channel"],
            paid_on=data["paid_on"],
            remark=data["remark"],
            seen_version=data["version"],
            now=clock.now(),
        )

    return _serve(request, session, page, "claim", form, send)


@own_page
@require_http_methods(METHODS)
def plan(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take a request to pay in parts, or for help in hardship."""
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    form = PlanForm(request.POST or None, page=page)

    def send(data: dict[str, Any]) -> None:
        monthly = f"{data['monthly'] / 100:.2f}" if data["monthly"] else ""
        words = [_choice(form, "reason"), _("monthly: %s") % monthly if monthly else "", data["text"]]
        _ask(session, form.kind, data["account"], words)

    return _serve(request, session, page, "plan", form, send)


@own_page
@require_http_methods(METHODS)
def dispute(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take an objection to a debt; collection of that account waits."""
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    form = DisputeForm(request.POST or None, page=page)

    def send(data: dict[str, Any]) -> None:
        _ask(session, form.kind, data["account"], [_choice(form, "reason"), data["text"]])

    return _serve(request, session, page, "dispute", form, send)


@own_page
@require_http_methods(METHODS)
def wrong_person(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take the word that a number or a person is wrong."""
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    form = WrongPersonForm(request.POST or None)

    def send(data: dict[str, Any]) -> None:
        _ask(session, "wrong_number", None, [_choice(form, "reason"), data["text"]])

    return _serve(request, session, page, "wrong_person", form, send)


@own_page
@require_http_methods(METHODS)
def complaint(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take a complaint to consumer protection."""
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    form = ComplaintForm(request.POST or None)

    def send(data: dict[str, Any]) -> None:
        words = [_choice(form, "about"), data["text"]]
        _ask(session, "complaint", None, words, conduct=data["about"] == "conduct")

    return _serve(request, session, page, "complaint", form, send)


@own_page
@require_safe
def sent(request: HttpRequest, kind: str, *, session: AccessSession) -> HttpResponse:
    """Say that it has arrived, what happens now and by when."""
    if kind not in SENT:
        raise Http404
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    context = {"kind": kind, "page": page, "latest": page.requests[0] if page.requests else None, "today": page.today}
    return show(request, "sent.html", context, session=session, time_zone=page.customer.time_zone)


def _serve(
    request: HttpRequest,
    session: AccessSession,
    page: selectors.Page,
    kind: str,
    form: forms.Form,
    send: Callable[[dict[str, Any]], None],
) -> HttpResponse:
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


def _ask(session: AccessSession, kind: str, account_id: int | None, words: list[str], *, conduct: bool = False) -> None:
    text = "\n".join(word for word in words if word)
    requests.ask(
        customer_id=session.customer_id,
        kind=kind,
        account_id=account_id,
        text=text,
        conduct=conduct,
        now=clock.now(),
    )


def _choice(form: forms.Form, name: str) -> str:
    """The words of the choice made, as the customer read them."""
    labels = {str(option.data["value"]): option.choice_label for option in form[name]}
    return str(labels[form.cleaned_data[name]])
