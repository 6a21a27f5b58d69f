"""What is held of a customer for choosing their messages, and the customer's word on it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from collections_app.services import clock, records, refusal_texts
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.views.once import once
from notifications.forms.personalisation import PersonalisationForm
from notifications.selectors.targeting import explaining
from notifications.services.targeting import objections
from notifications.views.guard import access_record, staff_of


def _again(request: HttpRequest, customer_no: str) -> HttpResponse:
    return redirect("notifications:personalisation", customer_no=customer_no)


@login_required
@require_http_methods(["GET", "POST"])
@once(again=_again)
def personalisation(request: HttpRequest, customer_no: str) -> HttpResponse:
    """Show the features with their sources, what follows of them, and the last choices; take the customer's word."""
    now = clock.now()
    customer = access_record(request, customer_no, now=now)
    staff = staff_of(request)
    form, refusal, status = PersonalisationForm(request.POST or None), "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                objections.set_personalised(
                    customer_id=customer.pk,
                    wanted=form.cleaned_data["wanted"] == "yes",
                    actor=records.Actor.of(staff),
                    now=now,
                )
                return _again(request, customer_no)
            except RefusedError as error:
                refusal = refusal_texts.refusal_text(error)
                status = 403 if isinstance(error, NotAllowedError) else 422
    context = {
        "customer": customer,
        "held": explaining.held(customer=customer),
        "personalised": objections.is_personalised(customer_id=customer.pk),
        "may_set": staff.may(objections.ACTION),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "notifications/targeting/customer.html", context, status=status)
