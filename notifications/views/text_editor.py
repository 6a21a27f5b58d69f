"""Writing another wording of a text: its findings while one types, how it reads with a record, a machine's drafts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from collections_app.models import Staff
from collections_app.selectors import records
from collections_app.services import clock, contact_points, refusal_texts
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from collections_app.views.once import say_saved, sending_of
from notifications.domain.template_lint import allowed_variables
from notifications.forms.text import PreviewForm, TextForm
from notifications.models import Template
from notifications.selectors.templates import active_templates
from notifications.services import drafting, previews, templates
from notifications.services.text_checks import checked_words, cost
from notifications.views.guard import for_texts
from notifications.views.texts import check_key

# What a look at a record for a preview is logged as.
LOOK_PURPOSE = "review"
Key = tuple[str, str, str]


def _start(request: HttpRequest, key: Key) -> str:
    """Return the words the form begins with: of the version named, else of the one in use."""
    kind, variant, language = key
    named = request.GET.get("from", "")
    rows = Template.objects.filter(kind=kind, variant=variant, language=language)
    row = rows.filter(pk=int(named)).first() if named.isdecimal() and len(named) < 18 else None
    row = row or active_templates(timezone.localdate(clock.now())).get(key)
    return row.body if row else ""


@for_texts
@require_http_methods(["GET", "POST"])
def editor(request: HttpRequest, staff: Staff, kind: str, variant: str, language: str) -> HttpResponse:
    """Show the form, or write the version down and ask for its approval; ``check`` only looks at the words."""
    check_key(kind, variant, language)
    key = (kind, variant, language)
    if request.method != "POST" or "check" in request.POST:
        typed = request.POST if request.method == "POST" else None
        form = TextForm(initial=typed.dict() if typed else {"body": _start(request, key)})
        return _show(request, staff, key, form)
    form = TextForm(request.POST)
    if not form.is_valid():
        return _show(request, staff, key, form, status=422)
    values: dict[str, Any] = form.cleaned_data
    try:
        templates.propose(
            kind=kind, variant=variant, language=language, body=values["body"], valid_from=values["valid_from"],
            valid_to=values["valid_to"], reason=values["reason"], by=staff, now=clock.now(),
        )  # fmt: skip
    except NotAllowedError as error:
        return _show(request, staff, key, form, status=403, refusal=refusal_texts.refusal_text(error))
    except RefusedError as error:
        return _show(request, staff, key, form, status=422, refusal=refusal_texts.refusal_text(error))
    return say_saved(redirect("notifications:text", *key), sending_of(request, staff))


def _show(
    request: HttpRequest,
    staff: Staff,
    key: Key,
    form: TextForm,
    *,
    status: int = 200,
    refusal: str = "",
    **more: Any,
) -> HttpResponse:
    body = form["body"].value() or ""
    context = {
        "form": form,
        "refusal": refusal,
        "variables": sorted(allowed_variables(*key[:2])),
        "days": [form["valid_from"], form["valid_to"]],
        "drafting": drafting.is_offered(),
        "preview_form": PreviewForm(),
        "may_write": staff.may(templates.WRITE),
        **_looked_at(key, body),
        **more,
    }
    return render(request, "notifications/texts/editor.html", context, status=status)


def _looked_at(key: Key, body: str) -> dict[str, Any]:
    kind, variant, language = key
    found = checked_words(kind=kind, variant=variant, language=language, body=body)
    estimate = cost(kind=kind, language=language, found=found, now=clock.now())
    return {"kind": kind, "variant": variant, "language": language, "found": found, "estimate": estimate, "body": body}


@for_texts
@require_POST
def check(request: HttpRequest, staff: Staff, kind: str, variant: str, language: str) -> HttpResponse:
    """Return the findings of the words being typed, their length and their cost. Nothing is written."""
    check_key(kind, variant, language)
    context = _looked_at((kind, variant, language), request.POST.get("body", "")[:1000])
    return render(request, "notifications/texts/_check.html", context)


@for_texts
@require_POST
def preview(request: HttpRequest, staff: Staff, kind: str, variant: str, language: str) -> HttpResponse:
    """Show the words with the values of a record in this person's scope; the look is logged with its purpose."""
    check_key(kind, variant, language)
    key, now = (kind, variant, language), clock.now()
    form, asked = TextForm(initial=request.POST.dict()), PreviewForm(request.POST)
    if not asked.is_valid():
        return _show(request, staff, key, form, status=422, preview_form=asked)
    try:
        customer = records.access_record(staff=staff, customer_no=asked.cleaned_data["customer_no"], now=now)
    except records.NoSuchRecordError:
        return _show(request, staff, key, form, status=404, preview_form=asked, no_record=True)
    contact_points.log_look(customer_id=customer.pk, purpose=LOOK_PURPOSE, actor=Actor.of(staff), now=now)
    rendered = previews.render(
        kind=kind, body=request.POST.get("body", "")[:1000].strip(), language=language, customer=customer, now=now
    )
    return _show(request, staff, key, form, preview_form=asked, rendered=rendered, customer=customer)


@for_texts
@require_POST
def draft(request: HttpRequest, staff: Staff, kind: str, variant: str, language: str) -> HttpResponse:
    """Ask the machine for wordings, and show each with its findings; what may be used is kept as a draft of it."""
    check_key(kind, variant, language)
    key = (kind, variant, language)
    try:
        proposals = drafting.propose(kind=kind, variant=variant, language=language, by=staff, now=clock.now())
    except RefusedError as error:
        status = 403 if isinstance(error, NotAllowedError) else 422
        form = TextForm(initial={"body": _start(request, key)})
        return _show(request, staff, key, form, status=status, refusal=refusal_texts.refusal_text(error))
    return _show(request, staff, key, TextForm(initial={"body": _start(request, key)}), proposals=proposals)
