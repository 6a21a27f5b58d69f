"""An agreement signed by hand: its scan and its confirmation; and asking a co-borrower or guarantor once more."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from collections_app.services import clock, reauthentication
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from collections_app.views.access import address_of
from collections_app.views.once import once
from mediation.forms.signing import PaperSignForm
from mediation.services import checking, cosigning, paper_signing
from mediation.services.refusals import sentences, text_of
from mediation.views.drafts import PEOPLE, access_draft, choices_of, hands_of, show_draft, to_draft
from mediation.views.guards import staff_of, staff_only


@require_POST
@staff_only(*PEOPLE)
@once(again=to_draft)
def sign_on_paper(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Keep the scans of a version signed by hand, and confirm whose signatures are on it."""
    row = access_draft(request, draft_id)
    waiting = [hand for hand in hands_of(row, checking.check(row)) if hand.key and hand.signature is None]
    staff = staff_of(request)
    choices, needs_code = choices_of(row, waiting, staff), reauthentication.needs_code(staff)
    form = PaperSignForm(request.POST, request.FILES, choices=choices, needs_code=needs_code)
    if not form.is_valid():
        return show_draft(request, row, paper_form=form, status=422)
    data = form.cleaned_data
    paper = paper_signing.Paper(data["sha256"], data["version"], data["keys"], data["signed_on"], data["place"])
    try:
        paper_signing.confirm(
            draft_id=row.pk,
            paper=paper,
            files=data["scans"],
            given=form.given,
            address=address_of(request),
            actor=Actor.of(staff),
            now=clock.now(),
        )
    except NotAllowedError:
        return show_draft(request, row, problems=[text_of("not_your_signature")], status=403)
    except RefusedError as error:
        fresh = access_draft(request, draft_id)
        return show_draft(request, fresh, paper_form=form, problems=sentences(error), status=409)
    messages.success(request, _("The signatures on the paper are recorded."))
    return to_draft(request, draft_id)


def _to_draft_of_party(request: HttpRequest, draft_id: int, person_id: int) -> HttpResponse:
    return to_draft(request, draft_id)


@require_POST
@staff_only(*PEOPLE)
@once(again=_to_draft_of_party)
def invite_again(request: HttpRequest, draft_id: int, person_id: int) -> HttpResponse:
    """Send a co-borrower or guarantor the invitation once more."""
    row = access_draft(request, draft_id)
    try:
        cosigning.invite_again(draft_id=row.pk, person_id=person_id, actor=Actor.of(staff_of(request)), now=clock.now())
    except NotAllowedError:
        return show_draft(request, row, problems=[text_of("not_your_signature")], status=403)
    except RefusedError as error:
        return show_draft(request, access_draft(request, draft_id), problems=sentences(error), status=409)
    messages.success(request, _("The invitation goes out again."))
    return to_draft(request, draft_id)


@require_GET
@staff_only(*PEOPLE)
def signed_scan(request: HttpRequest, draft_id: int, scan_id: int) -> HttpResponse:
    """Send a scan to be kept as a file, never shown in place; that it was opened stands on the record."""
    row = access_draft(request, draft_id)
    try:
        found, body = paper_signing.open_scan(
            draft_id=row.pk, scan_id=scan_id, actor=Actor.of(staff_of(request)), now=clock.now()
        )
    except RefusedError as error:
        if error.code != "file_lost":
            raise Http404 from error
        return show_draft(request, access_draft(request, draft_id), problems=sentences(error), status=409)
    response = HttpResponse(body, content_type=found.content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.name)
    response["Cache-Control"] = "no-store"
    return response
