"""What a customer says of a debt: already paid, cannot pay, disputed, mediation, a complaint, their data."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from collections_app.models import AccessSession
from collections_app.services import clock
from repayment.forms.requests import ClaimForm, ComplaintForm, DataForm, DisputeForm, MediationForm, PlanForm
from repayment.selectors import account_page as selectors
from repayment.services import requests
from repayment.views.pages import own_page
from repayment.views.saying import METHODS, choice, lines, serve


@own_page
@require_http_methods(METHODS)
def claim(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take the customer's word that they have paid by another way, with the slip if they have one."""
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    initial = {"version": page.version, "paid_on": page.today.isoformat()}
    form = ClaimForm(request.POST or None, request.FILES or None, page=page, initial=initial)

    def send(data: dict[str, Any]) -> None:
        requests.say_paid(
            customer_id=session.customer_id,
            account_id=data["account"],
            amount_fen=data["amount"],
            channel=data["channel"],
            paid_on=data["paid_on"],
            remark=data["remark"],
            slip=data["slip"][0] if data["slip"] else None,
            seen_version=data["version"],
            now=clock.now(),
        )

    return serve(request, session, page, "claim", form, send)


@own_page
@require_http_methods(METHODS)
def plan(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take a request to pay in parts, or for help in hardship."""
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    form = PlanForm(request.POST or None, request.FILES or None, page=page)

    def send(data: dict[str, Any]) -> None:
        monthly = f"{data['monthly'] / 100:.2f}" if data["monthly"] else ""
        words = [choice(form, "reason"), _("monthly: %s") % monthly if monthly else "", data["text"]]
        _ask(session, form.kind, data, words)

    return serve(request, session, page, "plan", form, send)


@own_page
@require_http_methods(METHODS)
def dispute(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take an objection to a debt; collection of that account waits."""
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    form = DisputeForm(request.POST or None, request.FILES or None, page=page)

    def send(data: dict[str, Any]) -> None:
        _ask(session, form.kind, data, [choice(form, "reason"), data["text"]])

    return serve(request, session, page, "dispute", form, send)


@own_page
@require_http_methods(METHODS)
def mediation(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take the wish for mediation, with the consent it needs."""
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    form = MediationForm(request.POST or None, page=page)

    def send(data: dict[str, Any]) -> None:
        agreed = _("Consent to mediation: given on the customer's page.")
        _ask(session, "mediation_request", data, [choice(form, "way"), data["text"], agreed])

    return serve(request, session, page, "mediation", form, send)


@own_page
@require_http_methods(METHODS)
def my_data(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take a request to correct, erase, copy or explain personal data."""
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    form = DataForm(request.POST or None, request.FILES or None)

    def send(data: dict[str, Any]) -> None:
        _ask(session, "data_rights", data, [choice(form, "wish"), data["text"]])

    return serve(request, session, page, "my_data", form, send)


@own_page
@require_http_methods(METHODS)
def complaint(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Take a complaint to consumer protection."""
    page = selectors.read(customer_id=session.customer_id, now=clock.now())
    form = ComplaintForm(request.POST or None, request.FILES or None)

    def send(data: dict[str, Any]) -> None:
        words = [choice(form, "about"), data["text"]]
        _ask(session, "complaint", data, words, conduct=data["about"] == "conduct")

    return serve(request, session, page, "complaint", form, send)


def _ask(session: AccessSession, kind: str, data: dict[str, Any], words: list[str], *, conduct: bool = False) -> None:
    requests.ask(
        customer_id=session.customer_id,
        kind=kind,
        account_id=data.get("account"),
        text=lines(words),
        conduct=conduct,
        files=data.get("papers") or (),
        now=clock.now(),
    )
