"""Choosing an amount and going to the cashier."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from collections_app.models import AccessSession
from collections_app.selectors import allocation
from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from repayment.domain.payments import PaymentPurpose
from repayment.forms.pay import ChoiceForm, StartForm
from repayment.selectors import account_page as selectors
from repayment.selectors import amounts
from repayment.services import payments
from repayment.views.account import common, show_account
from repayment.views.pages import is_on_phone, own_page, post_only, show


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def amount(request: HttpRequest, account_id: int, *, session: AccessSession) -> HttpResponse:
    """Let the customer choose what to pay on one account: what was agreed, a named amount, or another."""
    now = clock.now()
    page = selectors.read(customer_id=session.customer_id, now=now)
    part = page.part(account_id)
    if part is None or part.due.payoff_fen <= 0 or part.due.closed_to_us:
        raise Http404
    if part.held is not None:
        return redirect("repayment:payment", part.held.reference)
    shown = common(page, now=now)
    form = ChoiceForm(
        request.POST or None,
        part=part,
        amounts=amounts.offered(page=page, part=part),
        initial={"key": shown["key"], "version": page.version},
    )
    asks = "look" in request.POST
    valid = request.method == "POST" and form.is_valid()
    if valid and not asks:
        purpose, fen = form.choice()
        return _start(
            request,
            session,
            account_id=account_id,
            amount_fen=fen,
            purpose=purpose,
            key=form.cleaned_data["key"],
            version=form.cleaned_data["version"],
        )
    asked_fen = form.choice()[1] if valid else 0
    order, splits = allocation.predict(
        account=part.account, amounts=[*form.amounts.values(), *([asked_fen] if asked_fen else [])], now=now
    )
    form.foretell(dict(zip(form.amounts, splits, strict=False)))
    context = {
        "page": page,
        "part": part,
        "form": form,
        "order": order.order.value,
        "asked_fen": asked_fen,
        "asked": splits[-1] if asked_fen else None,
        **shown,
    }
    status = 400 if request.method == "POST" and not valid else 200
    return show(request, "amount.html", context, status=status, session=session, time_zone=page.customer.time_zone)


@own_page
@post_only
def start(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Start the payment that the page's button names, and send the browser to the cashier."""
    form = StartForm(request.POST)
    if not form.is_valid():
        return show_account(request, session, status=400, problem="form")
    data = form.cleaned_data
    return _start(
        request,
        session,
        account_id=data["account"],
        amount_fen=data["amount_fen"],
        purpose=PaymentPurpose(data["purpose"]),
        key=data["key"],
        version=data["version"],
    )


def _start(
    request: HttpRequest,
    session: AccessSession,
    *,
    account_id: int,
    amount_fen: int,
    purpose: PaymentPurpose,
    key: str,
    version: int,
) -> HttpResponse:
    try:
        started = payments.start(
            session=session,
            account_id=account_id,
            amount_fen=amount_fen,
            purpose=purpose.value,
            idempotency_key=key,
            seen_version=version,
            now=clock.now(),
            on_phone=is_on_phone(request),
        )
    except payments.PaymentOpenError as error:
        return redirect("repayment:payment", error.reference)
    except (StaleWriteError, payments.AmountChangedError):
        return show_account(request, session, status=409, changed=True)
    except RefusedError as error:
        return show_account(request, session, status=409, problem=error.code)
    if not started.redirect_url:
        return redirect("repayment:payment", started.payment.reference)
    return redirect(started.redirect_url)
