"""What the record page shows of talks: proposals, dates, outcome and signed terms."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from collections_app.models import Account, Customer, HandOff
from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.records import Actor
from collections_app.views.again import again
from collections_app.views.once import once
from collections_app.views.opening import open_record
from mediation.domain import eligibility
from mediation.domain.kinds import Kind
from mediation.forms.propose import ProposeForm
from mediation.models import Mediation
from mediation.selectors import mediations as selectors
from mediation.selectors import referrals
from mediation.services import mediations
from mediation.services.referrals import has_consent, route_for, track_for
from mediation.services.refusals import sentences, text_of
from mediation.views.guards import is_fragment, staff_of, staff_only

READERS = ("mediation.propose", "mediation.answer", "board.read", "note.add")


def access(request: HttpRequest, customer_no: str) -> Customer:
    """Return a record this person may open. Raise what `open_record` raises."""
    return open_record(staff_of(request), customer_no, now=clock.now())


@require_GET
@staff_only(*READERS)
def panel(request: HttpRequest, customer_no: str) -> HttpResponse:
    """Show the talks of a record, as a fragment or as a page of its own."""
    return _panel(request, access(request, customer_no))


def _panel(request: HttpRequest, customer: Customer, refused: RefusedError | None = None) -> HttpResponse:
    staff = staff_of(request)
    context = {
        "customer": customer,
        "mediations": list(selectors.of_record(customer)),
        "wishes": list(referrals.wishes_of(customer)),
        "may_propose": staff.may("mediation.propose"),
        "may_court": staff.may("court.record"),
        "may_answer": staff.may("mediation.answer"),
    }
    if isinstance(refused, StaleWriteError):
        back = reverse("mediation:record", args=[customer.customer_no])
        panel = "mediation-panel" if is_fragment(request) else ""
        context |= {"changes": refused.changes, "again": again(request, refused, back=back, panel=panel)}
    elif refused:
        context["refused"] = sentences(refused)
    template = "mediation/_record_panel.html" if is_fragment(request) else "mediation/record.html"
    return render(request, template, context, status=409 if refused else 200)


def _to_panel(request: HttpRequest, customer_no: str) -> HttpResponse:
    if is_fragment(request):
        return _panel(request, access(request, customer_no))
    return redirect("mediation:record", customer_no=customer_no)


def _done(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    return _to_panel(request, customer_no)


@require_http_methods(["GET", "POST"])
@staff_only("mediation.propose")
@once(again=_to_panel)
def propose(request: HttpRequest, customer_no: str) -> HttpResponse:
    """Show the proposal's form, or make the proposal."""
    customer = access(request, customer_no)
    accounts = list(Account.objects.filter(customer=customer, closed_in_core=False).order_by("-overdue_fen", "id"))
    wish = _wish(request, customer)
    form = ProposeForm(
        request.POST or None,
        accounts=accounts,
        from_customer=wish is not None and wish.from_department == "customer",
        initial={"seen_version": customer.version, **_begin_with(accounts, wish)},
    )
    if request.method == "GET" or not form.is_valid():
        return _propose_page(request, customer, accounts, form, status=200 if request.method == "GET" else 422)
    try:
        mediations.propose(
            customer_id=customer.id,
            account_id=int(form.cleaned_data["account"]),
            kind=form.cleaned_data["kind"],
            dispute_type=form.cleaned_data["dispute_type"],
            consent_how=form.cleaned_data["consent_how"],
            handoff_id=form.cleaned_data["handoff"],
            position=form.cleaned_data["position"],
            actor=Actor.of(staff_of(request)),
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
    except RefusedError as error:
        form.follow(error)
        return _propose_page(request, customer, accounts, form, refused=error, status=409)
    if not is_fragment(request):
        messages.success(request, _("Talks are proposed; a date is being looked for."))
    return _to_panel(request, customer_no)


def _wish(request: HttpRequest, customer: Customer) -> HandOff | None:
    """Return the wish for mediation the proposal is made from, as the address or the form names it."""
    named = request.POST.get("handoff") or request.GET.get("handoff", "")
    return referrals.wishes_of(customer).filter(id=int(named)).first() if named.isascii() and named.isdigit() else None


def _begin_with(accounts: list[Account], wish: HandOff | None) -> dict[str, Any]:
    """Return what the form begins with: the account, kind and consent of the wish, else the account most overdue."""
    first = str(accounts[0].id) if accounts else ""
    if wish is None:
        return {"account": first}
    by_page = "page" if wish.from_department == "customer" else "phone"
    return {
        "account": str(wish.account_id) if wish.account_id else first,
        "kind": Kind.MEDIATION.value,
        "handoff": wish.id,
        "consent_how": by_page if has_consent(wish) else "",
    }


def _propose_page(
    request: HttpRequest,
    customer: Customer,
    accounts: list[Account],
    form: ProposeForm,
    *,
    refused: RefusedError | None = None,
    status: int,
) -> HttpResponse:
    now = clock.now()
    rows = []
    for account in accounts:
        found = eligibility.problems(selectors.eligibility_facts(account=account, now=now), now=now)
        dispute_type = str(form["dispute_type"].value() or "")
        track = track_for(account=account, customer=customer, dispute_type=dispute_type, now=now)
        route = route_for(account=account, customer=customer, track=track.track)
        rows.append({"account": account, "route": route, "track": track, "problems": [text_of(code) for code in found]})
    stale = isinstance(refused, StaleWriteError)
    context = {
        "customer": customer,
        "form": form,
        "rows": rows,
        "wish": _wish(request, customer),
        "refused": sentences(refused) if refused and not stale else [],
        "changes": refused.changes if isinstance(refused, StaleWriteError) else [],
    }
    template = "mediation/_propose.html" if is_fragment(request) else "mediation/propose.html"
    return render(request, template, context, status=status)


def seen_of(request: HttpRequest) -> int:
    """Return the version the page was drawn from; a page without one has seen nothing and is refused."""
    try:
        return int(request.POST.get("seen_version", ""))
    except ValueError:
        return 0


@require_POST
@staff_only("mediation.answer")
@once(again=_done)
def answer(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Record whether the customer agrees to talk."""
    customer = access(request, customer_no)
    _of_record(customer, mediation_id)
    try:
        mediations.answer(
            mediation_id=mediation_id,
            consents=request.POST.get("consents") == "yes",
            how=request.POST.get("how", "phone"),
            actor=Actor.of(staff_of(request)),
            seen_version=seen_of(request),
            now=clock.now(),
        )
    except RefusedError as error:
        return _panel(request, customer, error)
    return _to_panel(request, customer_no)


@require_POST
@staff_only("mediation.propose")
@once(again=_done)
def withdraw(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Take a proposal back."""
    customer = access(request, customer_no)
    _of_record(customer, mediation_id)
    try:
        mediations.withdraw(
            mediation_id=mediation_id, actor=Actor.of(staff_of(request)), seen_version=seen_of(request), now=clock.now()
        )
    except RefusedError as error:
        return _panel(request, customer, error)
    return _to_panel(request, customer_no)


def _of_record(customer: Customer, mediation_id: int) -> None:
    if not Mediation.objects.filter(id=mediation_id, customer=customer).exists():
        raise Http404
