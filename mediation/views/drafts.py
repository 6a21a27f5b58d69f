"""Drafting an agreement, reading a version, and signing it as one of the bank's or the organisation's people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from collections_app.domain.instalments.months import months_on
from collections_app.domain.money import yuan_text
from collections_app.forms.keyed import KeyedForm
from collections_app.models import Account, Staff
from collections_app.services import clock, reauthentication
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from collections_app.services.records import Actor
from collections_app.views.access import address_of
from collections_app.views.once import once
from mediation.domain.kinds import SIGNATORIES
from mediation.forms.draft import DraftForm
from mediation.forms.signing import PaperSignForm, StaffSignForm
from mediation.forms.table import calculator_choices
from mediation.gateways.signing import certificates
from mediation.models import AgreementDraft, DraftParty, DraftSignature, Session
from mediation.selectors import drafts as selectors
from mediation.selectors import parties
from mediation.selectors.sessions import BANK_ZONE, account_of
from mediation.services import checking, paper_signing, signing
from mediation.services import drafts as services
from mediation.services import sessions as holding
from mediation.services.refusals import sentences, text_of
from mediation.views.guards import staff_of, staff_only
from mediation.views.sessions import access, to_session

PEOPLE = ("mediation.conduct", "mediation.represent")


def _today() -> date:
    return clock.now().astimezone(BANK_ZONE).date()


@dataclass(frozen=True, slots=True)
class ShownHand:
    """One line of the list of signatures: what names it, of whom, and what was found of it; no key: left out."""

    key: str
    signatory: str
    party: DraftParty | None
    signature: DraftSignature | None
    verdict: str

    @property
    def certificate(self) -> certificates.Certificate | None:
        """What the authority's certificate says, where there is one."""
        return certificates.read(self.signature.certificate) if self.signature is not None else None


def choices_of(row: AgreementDraft, waiting: Sequence[ShownHand], staff: Staff) -> list[tuple[str, str]]:
    """Return the signatures on a paper that somebody may confirm, each with its name."""
    language = get_language() or "zh"
    names = [
        (hand, hand.party.name if hand.party else "")
        for hand in waiting
        if paper_signing.may_confirm(draft=row, key=hand.key, staff=staff, today=_today())
    ]
    return [
        (hand.key, " · ".join(filter(None, [SIGNATORIES[hand.signatory].text(language), name]))) for hand, name in names
    ]


def access_draft(request: HttpRequest, draft_id: int) -> AgreementDraft:
    """Return one of the person's drafts, or 404."""
    try:
        return selectors.access_draft(staff=staff_of(request), draft_id=draft_id, today=_today())
    except selectors.NoSuchDraftError as error:
        raise Http404 from error


@require_http_methods(["GET", "POST"])
@staff_only(*PEOPLE)
@once(again=to_session)
def draft(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show the form, work out its instalments (``work_out``), or write the next version (``save``)."""
    row = access(request, session_id)
    account = account_of(row)
    form = _form(request, row, account)
    if request.method == "GET":
        return _draft_page(request, row, account, form)
    valid = form.is_valid()
    if "save" not in request.POST:
        form.work_out()
        return _draft_page(request, row, account, form)
    if not valid:
        return _draft_page(request, row, account, form, status=422)
    try:
        wording = form.wording()
    except ValueError as error:
        unreadable = _("Instalment %(number)s cannot be read: write a date and an amount.") % {"number": error}
        return _draft_page(request, row, account, form, problems=[unreadable], status=422)
    try:
        made = services.draft(
            session_id=row.id,
            wording=wording,
            actor=Actor.of(staff_of(request)),
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
    except RefusedError as error:
        form.follow(error)
        if isinstance(error, StaleWriteError):
            return _draft_page(request, row, account, form, changes=error.changes, status=409)
        return _draft_page(request, row, account, form, problems=sentences(error), status=409)
    messages.success(request, _("The version is drafted. Read it, then sign."))
    return redirect("mediation:agreement_draft", draft_id=made.pk)


def _form(request: HttpRequest, row: Session, account: Account) -> DraftForm:
    initial: dict[str, Any] = {"seen_version": row.customer.version, "grace_days": 3, "interval": "month"}
    if row.customer.country != "CN" or not row.customer.language.startswith("zh"):
        initial["second_language"] = "en"
    if request.method == "GET":
        initial |= _from_plan(request, account)
    return DraftForm(
        request.POST if request.method == "POST" else None,
        account_id=row.mediation.account_id,
        language=get_language() or "zh",
        parties=parties.of_account(account_id=row.mediation.account_id, customer_id=row.customer_id),
        initial=initial,
    )


def _from_plan(request: HttpRequest, account: Account) -> dict[str, Any]:
    """Return what the form begins with: the account it pays into, and the plan chosen at the desk, if any.

    What is let off still asks for its component, so that no waiver is lost between the desk and the paper.
    """
    with translation.override("zh-hans"):
        begun: dict[str, Any] = {
            "pay_to": _("To the account that ends in %(tail)s, through any channel of the bank.")
            % {"tail": account.tail}
        }
    plans, _typed = calculator_choices(dict(request.GET.lists()))
    choice = plans[0] if plans and "months" in request.GET else None
    if choice is None or not 0 <= choice.waiver_fen < account.payoff_fen:
        return begun
    begun |= {
        "total": yuan_text(account.payoff_fen - choice.waiver_fen, grouped=False), "count": choice.months,
        "first": months_on(_today(), 1), "percent": choice.annual_percent,
    }  # fmt: skip
    return begun | ({"waiver_amount_1": yuan_text(choice.waiver_fen, grouped=False)} if choice.waiver_fen else {})


def _draft_page(
    request: HttpRequest,
    row: Session,
    account: Account,
    form: DraftForm,
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
    return render(request, "mediation/draft.html", context, status=status)


@require_GET
@staff_only(*PEOPLE)
def agreement_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show one version: what it says, who has signed, whether document and signatures hold."""
    return show_draft(request, access_draft(request, draft_id))


def to_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    return redirect("mediation:agreement_draft", draft_id=draft_id)


@require_POST
@staff_only(*PEOPLE)
@once(again=to_draft)
def sign(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Sign a version, or set the seal on it."""
    row = access_draft(request, draft_id)
    form = StaffSignForm(request.POST, needs_code=reauthentication.needs_code(staff_of(request)))
    if not form.is_valid():
        return show_draft(request, row, form=form, status=422)
    data = form.cleaned_data
    hand = signing.Hand(data["sha256"], data["name"], data["strokes"], address_of(request))
    try:
        signing.sign_as_staff(
            draft_id=row.pk,
            signatory=data["signatory"],
            hand=hand,
            password=form.given.password,
            code=form.given.code,
            actor=Actor.of(staff_of(request)),
            now=clock.now(),
        )
    except NotAllowedError:
        return show_draft(request, row, problems=[text_of("not_your_signature")], status=403)
    except RefusedError as error:
        return show_draft(request, access_draft(request, draft_id), problems=sentences(error), status=409)
    messages.success(request, _("Signed."))
    return to_draft(request, draft_id)


def hands_of(row: AgreementDraft, checked: checking.Checked) -> list[ShownHand]:
    """Return every signature of a version, given or waited for, and who is left out, as the page lists them."""
    have = {signature.key: (signature, verdict) for signature, verdict in checked.signatures}
    bound = parties.bound(row)
    shown = []
    for name, party in parties.needed(kind=row.mediation.kind, parties=bound):
        key = party.key if party is not None else name
        shown.append(ShownHand(key, name, party, *have.get(key, (None, ""))))
    return [*shown, *(ShownHand("", party.role, party, None, "") for party in bound if not party.signs)]


def show_draft(
    request: HttpRequest,
    row: AgreementDraft,
    *,
    form: StaffSignForm | None = None,
    paper_form: PaperSignForm | None = None,
    problems: object = (),
    status: int = 200,
) -> HttpResponse:
    """Return the page of a version, with what is in the way and what was typed."""
    staff = staff_of(request)
    checked = checking.check(row)
    listed = hands_of(row, checked)
    waiting = [hand for hand in listed if hand.key and hand.signature is None]
    own = [
        hand.signatory
        for hand in waiting
        if row.state == "open"
        and signing.may_sign(draft=row, signatory=hand.signatory, staff=staff, today=_today()) is not None
    ]
    needs_code = reauthentication.needs_code(staff)
    initial = {"sha256": row.sha256}
    own_session = staff.id in {row.session.representative_id, getattr(row.session.mediator, "staff_id", 0)}
    choices = choices_of(row, waiting, staff)
    if paper_form is None and choices and row.state == "open":
        paper_form = PaperSignForm(choices=choices, needs_code=needs_code, initial=initial)
    context = {
        "draft": row,
        "mediation": row.mediation,
        "customer": row.customer,
        "account": row.account,
        "checked": checked,
        "hands": listed,
        "papers": list(row.paper_signings.select_related("confirmed_by").prefetch_related("scans")),
        "forms": [
            (name, form or StaffSignForm(initial={**initial, "signatory": name}, needs_code=needs_code)) for name in own
        ],
        "paper_form": paper_form,
        "invite_form": KeyedForm(),
        "paper_typed": paper_form is not None and paper_form.is_bound,
        "holds_it": holding.conductor_of(row.session).id == staff.id,
        "own_session": own_session,
        "refused": problems,
    }
    return render(request, "mediation/agreement_draft.html", context, status=status)


@require_GET
@staff_only(*PEOPLE)
def document(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Send the document of a version as it lies on disk."""
    return pdf_answer(access_draft(request, draft_id))


def pdf_answer(row: AgreementDraft) -> HttpResponse:
    """Return the very document whose SHA-256 is signed, or 404 when it is gone."""
    try:
        body = services.content(row)
    except OSError as error:
        raise Http404 from error
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="agreement-{row.mediation_id}-v{row.version}.pdf"'
    return response


@require_GET
@staff_only("mediation.conduct")
def seals(request: HttpRequest) -> HttpResponse:
    """Show what waits for a seal this person may set."""
    rows = selectors.to_seal(staff_of(request), today=_today())
    return render(request, "mediation/seals.html", {"drafts": rows})
