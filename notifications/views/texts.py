"""The texts of messages for the people who write them: what is in use, and each text in its versions."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from collections_app.models import Staff
from collections_app.services import clock, refusal_texts
from collections_app.services.errors import NotAllowedError, RefusedError
from notifications.domain.kinds import KIND_TERMS, KINDS, LEADING
from notifications.domain.wording_diff import differences
from notifications.forms.text import RegistrationForm
from notifications.models import Template
from notifications.selectors import longest, text_versions
from notifications.selectors.templates import opt_out_for
from notifications.services import templates, text_terms
from notifications.services.drafting import is_offered
from notifications.services.text_checks import checked
from notifications.views.guard import for_texts


@for_texts
@require_safe
def texts(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List every text there is to have, with the wording in use and what is to come."""
    kind, language = request.GET.get("kind", ""), request.GET.get("language", "")
    kind = kind if kind in KIND_TERMS else ""
    language = language if language in text_versions.LANGUAGES else ""
    rows = text_versions.slots(kind=kind, language=language, on=timezone.localdate(clock.now()))
    context = {
        "slots": rows,
        "kinds": list(KIND_TERMS),
        "languages": text_versions.LANGUAGES,
        "kind": kind,
        "language": language,
        "missing": sum(1 for row in rows if row.in_use is None),
    }
    return render(request, "notifications/texts/list.html", context)


@for_texts
@require_safe
def text(request: HttpRequest, staff: Staff, kind: str, variant: str, language: str) -> HttpResponse:
    """Show one text in all its versions, each beside the one before it with what changed."""
    check_key(kind, variant, language)
    return show(request, staff, kind, variant, language)


def check_key(kind: str, variant: str, language: str) -> None:
    """Answer 404 where there can be no such text."""
    known = kind in KINDS and variant in {each.value for each in KINDS[kind].variants}
    if not known or language not in text_versions.LANGUAGES:
        raise Http404


def show(
    request: HttpRequest, staff: Staff, kind: str, variant: str, language: str, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """Render the page of one text."""
    found = text_versions.versions(kind=kind, variant=variant, language=language, on=timezone.localdate(clock.now()))
    real, demanded = longest.longest_values(), opt_out_for(language)
    providers = text_versions.approving_providers()
    older = [version.template.body for version in found[1:]] + [""]
    rows = (
        [
            (
                version,
                differences(before, version.template.body) if before else [],
                checked(version.template, real=real, opt_out=demanded),
            )
            for version, before in zip(found, older, strict=True)
        ]
        if found
        else []
    )
    context = {
        "kind": kind, "variant": variant, "language": language, "rows": rows, "providers": providers,
        "registration": RegistrationForm(providers=providers) if providers and staff.may(templates.WRITE) else None,
        "may_write": staff.may(templates.WRITE), "refusal": refusal, "drafting": is_offered(),
        "disclosing": variant in LEADING,
    }  # fmt: skip
    return render(request, "notifications/texts/text.html", context, status=status)


@for_texts
@require_POST
def act(request: HttpRequest, staff: Staff, template_id: int) -> HttpResponse:
    """Take a version out of use, ask for it to be put into use, or note what a provider said of it."""
    row = Template.objects.filter(pk=template_id).first()
    if row is None:
        raise Http404
    key = (row.kind, row.variant, row.language)
    try:
        _do(request, staff, template_id)
    except NotAllowedError as error:
        return show(request, staff, *key, refusal=refusal_texts.refusal_text(error), status=403)
    except RefusedError as error:
        return show(request, staff, *key, refusal=refusal_texts.refusal_text(error), status=422)
    return redirect("notifications:text", *key)


def _do(request: HttpRequest, staff: Staff, template_id: int) -> None:
    now = clock.now()
    what = request.POST.get("do", "")
    if what == "retire":
        templates.retire(template_id=template_id, by=staff)
    elif what == "ask":
        templates.ask(template_id=template_id, reason=request.POST.get("reason", ""), by=staff, now=now)
    else:
        text_terms.note(
            template_id=template_id,
            provider=request.POST.get("provider", ""),
            state=request.POST.get("state", ""),
            provider_template=request.POST.get("provider_template", ""),
            reason=request.POST.get("reason", ""),
            by=staff,
            now=now,
        )
