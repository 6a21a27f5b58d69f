"""Paying in instalments: what is offered, the application, its terms, the signature, and the plan afterwards."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import strip_tags
from django.views.decorators.http import require_http_methods, require_safe

from collections_app.models import AccessSession
from collections_app.selectors import reading_time
from collections_app.services import clock, signing_codes
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.refusal_texts import refusal_text
from collections_app.views.access import address_of
from repayment.forms.arrangements import ApplyForm, ConsentForm, SignForm
from repayment.models import ArrangementApplication
from repayment.selectors import account_page, arrangements, means
from repayment.services import arrangements as services
from repayment.views.account import show_account
from repayment.views.pages import own_page, show

METHODS = ["GET", "HEAD", "POST"]


@own_page
@require_safe
def offered(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Show which arrangements the customer may have from this page, and the way to a person for everything else."""
    now = clock.now()
    page = account_page.read(customer_id=session.customer_id, now=now)
    offers = arrangements.offered(page=page, now=now)
    refused = means.refused(customer=page.customer, now=now)
    at_once = refused is None and any(row.offer.at_once for row in offers)
    context = {"page": page, "offers": offers, "at_once": at_once, "refused": refused, "today": page.today}
    return _show(request, "arrangement_offers.html", context, session, page)


@own_page
@require_http_methods(METHODS)
def apply(request: HttpRequest, account_id: int, offer: str, *, session: AccessSession) -> HttpResponse:
    """Ask what the customer can spare, and make a schedule with its cost."""
    now = clock.now()
    page = account_page.read(customer_id=session.customer_id, now=now)
    rows = arrangements.offered(page=page, now=now)
    chosen = next((row for row in rows if (row.part.account.pk, row.offer.code) == (account_id, offer)), None)
    if chosen is None:
        return redirect("repayment:arrangements")
    form = ApplyForm(request.POST or None, offered=chosen, initial={"version": page.version})
    if request.method == "POST" and form.is_valid():
        try:
            row = services.apply(
                session=session,
                account_id=account_id,
                offer_code=offer,
                number=form.cleaned_data["number"],
                answers=form.answers(),
                seen_version=form.cleaned_data["version"],
                now=now,
            )
        except StaleWriteError:
            return show_account(request, session, status=409, changed=True)
        except RefusedError as error:
            return show_account(request, session, status=409, problem=error.code)
        return redirect("repayment:arrangement", row.pk)
    refused = means.refused(customer=page.customer, now=now)
    context = {"page": page, "chosen": chosen, "form": form, "refused": refused, "today": page.today}
    status = 400 if request.method == "POST" else 200
    return _show(request, "arrangement_apply.html", context, session, page, status=status)


@own_page
@require_http_methods(METHODS)
def terms(request: HttpRequest, application_id: int, *, session: AccessSession) -> HttpResponse:
    """Show the terms with their full cost; take the consent once there was time to read them."""
    row = _application(application_id, session)
    if row.state == "signed":
        return redirect("repayment:arrangement_plan", row.arrangement_id)
    page = account_page.read(customer_id=session.customer_id, now=clock.now())
    if row.state == "asked":
        refused = means.refused(customer=page.customer, now=clock.now())
        said = refused.said if refused else [means.said_in(row)]
        context = {
            "page": page,
            "account": row.account,
            "answer_by": arrangements.answer_by(row=row, now=clock.now()),
            "said": said,
            "today": page.today,
        }
        return _show(request, "arrangement_asked.html", context, session, page)
    if row.state == "lapsed" or not arrangements.still_offered(row=row, page=page, now=clock.now()):
        # Nobody reads terms for their time that cannot be agreed to any more.
        return show_account(request, session, status=409, problem="offer_over")
    if row.opened_at is None:
        services.open_terms(session=session, application_id=row.pk, now=clock.now())
    form = ConsentForm(request.POST or None)
    reading = reading_time.for_arrangement(customer=page.customer, kind=row.offer.kind, now=clock.now())
    context = {"page": page, "form": form, "read_seconds": reading.seconds, **_terms(row, page)}
    status = 400 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            services.consent(
                session=session, application_id=row.pk, text=_text(context, page.customer.time_zone), now=clock.now()
            )
        except StaleWriteError:
            return show_account(request, session, status=409, changed=True)
        except RefusedError as error:
            if error.code != "read_on":
                return show_account(request, session, status=409, problem=error.code)
            context |= {"wait": error.params["seconds"]}
            status = 409
        else:
            return redirect("repayment:arrangement_sign", row.pk)
    return _show(request, "arrangement_terms.html", context, session, page, status=status)


@own_page
@require_http_methods(METHODS)
def sign(request: HttpRequest, application_id: int, *, session: AccessSession) -> HttpResponse:
    """Take the code that signs; the plan is in force with it."""
    row = _application(application_id, session)
    if row.state == "lapsed":
        return show_account(request, session, status=409, problem="offer_over")
    if row.state != "consented":
        return redirect("repayment:arrangement", row.pk)
    page = account_page.read(customer_id=session.customer_id, now=clock.now())
    form = SignForm(request.POST or None)
    status = 400 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            plan = services.sign(
                session=session,
                application_id=row.pk,
                typed=form.cleaned_data["typed"],
                address=address_of(request),
                now=clock.now(),
            )
        except StaleWriteError:
            return show_account(request, session, status=409, changed=True)
        except RefusedError as error:
            return show_account(request, session, status=409, problem=error.code)
        if plan is not None:
            return redirect("repayment:arrangement_plan", plan.pk)
        stop = signing_codes.stop_of(customer=page.customer, now=clock.now())
        form.add_error(None, refusal_text(stop) if stop else form.REFUSED)
        status = 403
    context = {"page": page, "form": form, **_terms(row, page)}
    return _show(request, "arrangement_sign.html", context, session, page, status=status)


@own_page
@require_safe
def plan(request: HttpRequest, plan_id: int, *, session: AccessSession) -> HttpResponse:
    """Show a plan: its lines, what is paid, what paying it off today would cost, and how it ended."""
    page = account_page.read(customer_id=session.customer_id, now=clock.now())
    zone = ZoneInfo(page.customer.time_zone)
    found = arrangements.plan(plan_id=plan_id, customer_id=session.customer_id, today=page.today, zone=zone)
    if found is None:
        raise Http404
    context = {"page": page, "view": found, "plan": found.plan, "account": found.plan.account, "today": page.today}
    return _show(request, "arrangement_plan.html", context, session, page)


def _application(application_id: int, session: AccessSession) -> ArrangementApplication:
    found = arrangements.application(application_id=application_id, customer_id=session.customer_id)
    if found is None:
        raise Http404
    return found


def _terms(row: ArrangementApplication, page: account_page.Page) -> dict[str, Any]:
    """Return what the terms name; the same for the page and for the text that is kept."""
    return {
        "application": row,
        "offer": row.offer,
        "account": row.account,
        "quote": arrangements.quote(row),
        "today": page.today,
    }


def _text(context: dict[str, Any], zone: str) -> str:
    """Return the terms as they stand on the page, as plain text."""
    with timezone.override(ZoneInfo(zone)):
        page = render_to_string("repayment/_arrangement_terms.html", context)
    lines = (" ".join(line.split()) for line in strip_tags(page).splitlines())
    return "\n".join(line for line in lines if line)


def _show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    session: AccessSession,
    page: account_page.Page,
    *,
    status: int = 200,
) -> HttpResponse:
    account = context.get("account")
    if page.is_silent or (account is not None and not page.names(account.pk)):
        return redirect("repayment:account")
    zone = page.customer.time_zone
    return show(request, template, context, status=status, session=session, time_zone=zone)
