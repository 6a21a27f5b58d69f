"""Recording how a session ended."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from collections_app.models import Account
from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.records import Actor
from collections_app.views.once import once
from mediation.domain.endings import brings_agreement
from mediation.forms.outcome import OutcomeForm
from mediation.models import Session
from mediation.selectors.sessions import account_of
from mediation.services import mandates, outcomes
from mediation.services.refusals import sentences, text_of
from mediation.views.guards import staff_of, staff_only
from mediation.views.sessions import access, to_session


@require_http_methods(["GET", "POST"])
@staff_only("mediation.conduct", "mediation.represent")
@once(again=to_session)
def outcome(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show the form, work out its instalments (``work_out``), or record the outcome (``save``)."""
    row = access(request, session_id)
    account = account_of(row)
    form = _form(request, row, account)
    if request.method == "GET":
        return _page(request, row, account, form)
    valid = form.is_valid()
    if "save" not in request.POST:
        form.work_out()
        return _page(request, row, account, form, problems=_problems(request, row, account, form))
    if not valid:
        return _page(request, row, account, form, status=422)
    agreeing = brings_agreement(form.cleaned_data["ending"])
    try:
        terms = _terms(form) if agreeing else None
    except ValueError as error:
        unreadable = _("Instalment %(number)s cannot be read: write a date and an amount.") % {"number": error}
        return _page(request, row, account, form, problems=[unreadable], status=422)
    try:
        outcomes.record(
            session_id=row.id,
            ending=form.cleaned_data["ending"],
            terms=terms,
            actor=Actor.of(staff_of(request)),
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
    except RefusedError as error:
        return _refused(request, access(request, session_id), account, form, error)
    messages.success(request, _("The outcome is recorded."))
    return redirect("mediation:session", session_id=session_id)


def _form(request: HttpRequest, row: Session, account: Account) -> OutcomeForm:
    return OutcomeForm(
        request.POST if request.method == "POST" else None,
        kind=row.mediation.kind,
        account_id=account.id,
        language=get_language() or "zh",
        initial={"seen_version": row.customer.version, "grace_days": 3},
    )


def _terms(form: OutcomeForm) -> outcomes.Terms:
    data = form.cleaned_data
    lines = form.lines()
    return outcomes.Terms(
        total_fen=data["total"] if data["total"] is not None else sum(line.amount_fen for line in lines),
        lines=lines,
        grace_days=data["grace_days"] if data["grace_days"] is not None else 3,
        text=data["terms"],
        signed=frozenset(data["signed"]),
        method=data["method"] or "paper",
        recording_ref=data["recording_ref"],
        recording_agreed=data["recording_agreed"],
    )


def _problems(request: HttpRequest, row: Session, account: Account, form: OutcomeForm) -> list[str]:
    """What would keep the instalments on the screen from being signed."""
    if not form.typed or "grace_days" in form.errors or "total" in form.errors:
        return []
    form.cleaned_data.setdefault("signed", [])
    try:
        terms = _terms(form)
    except (ValueError, KeyError):
        return []
    row.mediation.customer = row.customer
    beyond = mandates.warnings_for(staff=staff_of(request), session=row, account=account, terms=terms, now=clock.now())
    found = outcomes.problems_of(mediation=row.mediation, account=account, terms=terms, now=clock.now())
    return [*(text_of(code) for code in found), *beyond]


def _refused(
    request: HttpRequest, row: Session, account: Account, form: OutcomeForm, error: RefusedError
) -> HttpResponse:
    """Show what is in the way with 409 and keep what was typed; saving again then goes by what is shown now."""
    account.refresh_from_db()
    form.follow(error)
    if isinstance(error, StaleWriteError):
        return _page(request, row, account, form, changes=error.changes, status=409)
    return _page(request, row, account, form, problems=sentences(error), status=409)


def _page(
    request: HttpRequest,
    row: Session,
    account: Account,
    form: OutcomeForm,
    *,
    problems: object = (),
    changes: object = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "session": row,
        "mediation": row.mediation,
        "customer": row.customer,
        "account": account,
        "form": form,
        "problems": problems,
        "changes": changes,
    }
    return render(request, "mediation/outcome.html", context, status=status)
