"""Where Twilio reports what became of a message."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import RequestValidator

from collections_app.services import clock
from notifications.providers.registry import provider
from notifications.services import receipts


@csrf_exempt
@require_POST
def status(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Take in one signed report. Anything not signed with the account's token is refused and changes nothing."""
    if not is_signed(request):
        return HttpResponse(status=403)
    try:
        report = provider("twilio").parse_receipt({key: request.POST[key] for key in request.POST})
    except ValueError:
        return HttpResponse(status=400)
    receipts.receive(provider_code="twilio", report=report, attempt=str(attempt), now=clock.now())
    # Never a redirect: Twilio would follow it and lose the fields.
    return HttpResponse(status=204)


def is_signed(request: HttpRequest) -> bool:
    """Return whether Twilio signed this request: over the address it was given, which a proxy may have hidden."""
    token = settings.TWILIO_AUTH_TOKEN
    if not token:
        return False
    address = settings.PUBLIC_URL + request.get_full_path()
    signature = request.headers.get("X-Twilio-Signature", "")
    return bool(RequestValidator(token).validate(address, request.POST, signature))
