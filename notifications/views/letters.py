"""Letters for operations: what waits, batches and their files, what became of each letter, and files of the post."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collections_app.domain.typed import number_of
from collections_app.models import Staff
from collections_app.selectors import records
from collections_app.services import clock, contact_points, refusal_texts
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from collections_app.views.once import once
from collections_app.views.paging import page_of
from notifications.domain.letters import letter_no
from notifications.forms.letters import NewsForm, PostedForm, PostFileForm, ReasonForm
from notifications.models import Letter, PrintBatch
from notifications.providers.print import folder
from notifications.selectors import letters as selectors
from notifications.services.letters import batches, files, post, post_files
from notifications.views.guard import staff_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Staff, P], HttpResponse]
LOOK_PURPOSE = "review"


def for_letters(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in who prints letters, or reads everything; hand the view the person."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        staff = staff_of(request)
        if not (staff.may(batches.PRINT) or staff.may("admin.read")):
            raise PermissionDenied
        return view(request, staff, *args, **kwargs)

    return login_required(guarded)


@require_safe
@for_letters
def listed(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show what waits, the latest batches, letters by state, and the files of the post."""
    return _list(request, staff)


def _list(request: HttpRequest, staff: Staff, *, status: int = 200, **more: Any) -> HttpResponse:
    now = clock.now()
    state = request.GET.get("state", "")
    rows, following = selectors.page(staff=staff, state=state, before=number_of(request.GET.get("before", "")), now=now)
    counts = selectors.counts(staff=staff, now=now)
    context = {
        "rows": rows,
        "next_before": following,
        "state": state,
        "counts": counts,
        "total": sum(number for _, number in counts),
        "waiting": dict(counts).get("queued", 0),
        "batches": page_of(request, selectors.batches(), name="batches"),
        "files": page_of(request, selectors.post_files(), name="files"),
        "make_form": ReasonForm(),
        "file_form": PostFileForm(),
        "may_print": staff.may(batches.PRINT),
        "needs_purpose": records.needs_purpose(staff),
        **more,
    }
    return render(request, "notifications/letters/list.html", context, status=status)


def _to_list(request: HttpRequest) -> HttpResponse:
    return redirect("notifications:letters")


@require_POST
@once(again=_to_list)
@for_letters
def make(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Put what waits into a batch, and go to it; say so when nothing of it may go."""
    try:
        batch = batches.make(by=staff, now=clock.now())
    except RefusedError as error:
        return _list(request, staff, status=409, refused=refusal_texts.refusal_text(error))
    if batch is None:
        return _list(request, staff, status=409, nothing=True)
    return redirect("notifications:print_batch", batch_id=batch.pk)


def _to_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    return redirect("notifications:print_batch", batch_id=batch_id)


def _access_batch(staff: Staff, batch_id: int) -> PrintBatch:
    found = selectors.batch(staff=staff, batch_id=batch_id, now=clock.now())
    if found is None:
        raise Http404
    return found


def _batch(request: HttpRequest, staff: Staff, batch_id: int, *, status: int = 200, **more: Any) -> HttpResponse:
    batch = _access_batch(staff, batch_id)
    rows = selectors.of_batch(batch_id)
    context = {
        "batch": batch,
        "rows": rows,
        "steps": batch.steps.select_related("by"),
        "taken": batches.is_taken(batch),
        "to_post": sum(row.state == "batched" for row in rows),
        "reason_form": ReasonForm(),
        "posted_form": PostedForm(),
        "print_house": folder.is_configured(),
        "may_print": staff.may(batches.PRINT),
        "needs_purpose": records.needs_purpose(staff),
        **more,
    }
    return render(request, "notifications/letters/batch.html", context, status=status)


@require_http_methods(["GET", "POST"])
@once(again=_to_batch)
@for_letters
def print_batch(request: HttpRequest, staff: Staff, batch_id: int) -> HttpResponse:
    """Show a batch; hand it over, note its posting, or decide what nobody knows."""
    batch = _access_batch(staff, batch_id)
    if request.method == "GET":
        return _batch(request, staff, batch_id)
    step = _STEPS.get(request.POST.get("do", ""))
    if step is None:
        raise Http404
    try:
        step(request, staff, batch)
    except RefusedError as error:
        return _batch(request, staff, batch_id, status=409, refused=refusal_texts.refusal_text(error))
    return _to_batch(request, batch_id)


def _hand_over(request: HttpRequest, staff: Staff, batch: PrintBatch) -> None:
    batches.hand_over(batch_id=batch.pk, by=staff, now=clock.now())


def _decide(request: HttpRequest, staff: Staff, batch: PrintBatch) -> None:
    is_there, reason = request.POST.get("decision") == "there", request.POST.get("reason", "")
    batches.decide(batch_id=batch.pk, is_there=is_there, reason=reason, by=staff, now=clock.now())


def _posted(request: HttpRequest, staff: Staff, batch: PrintBatch) -> None:
    form = PostedForm(request.POST)
    if not form.is_valid():
        raise RefusedError("letter_day_impossible")
    post.post_batch(batch_id=batch.pk, on=form.cleaned_data["on"], actor=Actor.of(staff), now=clock.now())


_STEPS: dict[str, Callable[[HttpRequest, Staff, PrintBatch], None]] = {
    "hand_over": _hand_over,
    "decide": _decide,
    "posted": _posted,
}


@require_POST
@never_cache
@for_letters
def download(request: HttpRequest, staff: Staff, batch_id: int) -> HttpResponse:
    """Send the file of a batch, which is written down first."""
    _access_batch(staff, batch_id)
    try:
        batch, content = batches.download(
            batch_id=batch_id, reason=request.POST.get("reason", ""), by=staff, now=clock.now()
        )
    except RefusedError as error:
        return _batch(request, staff, batch_id, status=409, refused=refusal_texts.refusal_text(error))
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{files.name_of(batch)}"'
    return answer


def _to_letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    return redirect("notifications:letter", letter_id=letter_id)


def _access_letter(staff: Staff, letter_id: int) -> Letter:
    found = selectors.one(staff=staff, letter_id=letter_id, now=clock.now())
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@once(again=_to_letter)
@for_letters
def letter(request: HttpRequest, staff: Staff, letter_id: int) -> HttpResponse:
    """Show one letter, and take in what became of it."""
    found = _access_letter(staff, letter_id)
    form = NewsForm(request.POST or None)
    refused, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            told = post.Told(said["outcome"], said["on"], said["reference"], said["why"])
            try:
                post.tell(letter_id=found.pk, told=told, actor=Actor.of(staff), now=clock.now())
            except RefusedError as error:
                refused, status = refusal_texts.refusal_text(error), 409
            else:
                return _to_letter(request, letter_id)
    context = {
        "letter": found,
        "number": letter_no(found.pk),
        "form": form,
        "refused": refused,
        "may_print": staff.may(batches.PRINT),
        "open": found.state in {"batched", "posted"},
        "needs_purpose": records.needs_purpose(staff),
    }
    return render(request, "notifications/letters/letter.html", context, status=status)


@require_POST
@never_cache
@for_letters
def page(request: HttpRequest, staff: Staff, letter_id: int) -> HttpResponse:
    """Send the sealed page of a letter; each look at it is logged with its purpose."""
    found = _access_letter(staff, letter_id)
    contact_points.log_look(customer_id=found.customer_id, purpose=LOOK_PURPOSE, actor=Actor.of(staff), now=clock.now())
    answer = HttpResponse(files.page(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{letter_no(found.pk)}.pdf"'
    return answer


def _to_files(request: HttpRequest) -> HttpResponse:
    return redirect("notifications:letters")


@require_POST
@once(again=_to_files)
@for_letters
def take_file(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Take in a file of the post, and show which of its lines were rejected and why."""
    form = PostFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, staff, status=422, file_form=form)
    file = form.cleaned_data["file"]
    try:
        taken = post_files.take(name=file.name, content=file.read(), by=staff, now=clock.now())
    except RefusedError as error:
        return _list(request, staff, status=409, refused=refusal_texts.refusal_text(error))
    return redirect("notifications:post_file", file_id=taken.pk)


@require_safe
@for_letters
def post_file(request: HttpRequest, staff: Staff, file_id: int) -> HttpResponse:
    """Show a file of the post: how many lines were taken in, and what is wrong with the others."""
    found = selectors.post_file(file_id)
    if found is None:
        raise Http404
    reasons = [{**row, "words": refusal_texts.refusal_text(RefusedError(row["reason"]))} for row in found.rejected]
    return render(request, "notifications/letters/file.html", {"file": found, "rejected": reasons})
