"""How the customer wants to be spoken to."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from collections_app.models import AccessSession
from collections_app.services import clock, records
from collections_app.services import preferences as services
from notifications.services.targeting import objections
from repayment.forms.preferences import PreferencesForm
from repayment.selectors import preferences as selectors
from repayment.views.pages import own_page, show


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Show and take the language of messages, whether SMS is welcome, and whether messages may follow habits."""
    now = clock.now()
    now_chosen = selectors.of(customer_id=session.customer_id, now=now)
    form = PreferencesForm(request.POST or None, initial=now_chosen)
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        services.choose(
            customer_id=session.customer_id,
            language=language,
            sms_allowed=form.cleaned_data["sms"] == "yes",
            actor=records.CUSTOMER,
            now=now,
        )
        if personal := form.cleaned_data["personal"]:
            objections.set_personalised(
                customer_id=session.customer_id, wanted=personal == "yes", actor=records.CUSTOMER, now=now
            )
        response = redirect(f"{request.path}?saved=1")
        if "language" in form.changed_data:
            # Who chooses a language for messages reads it here too; who only stops SMS keeps the page as it is.
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
        return response
    status = 400 if request.method == "POST" else 200
    held = selectors.held(customer_id=session.customer_id)
    context = {"form": form, "saved": "saved" in request.GET, "held": held}
    return show(request, "preferences.html", context, status=status, session=session)
