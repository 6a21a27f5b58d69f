"""Where Twilio reports what became of a message, and hands over what customers answer."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import RequestValidator

from collections_app.services import clock
from notifications.providers.registry import provider
from notifications.services import receipts
from notifications.services.replies import receiving


@csrf_exempt
@require_POST
def status(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Take in one signed report. Anything not signed with the account's token is refused and changes nothing."""
    if not is_ours(request):
        return HttpResponse(status=403)
    try:
        report = provider("twilio").parse_receipt({key: request.POST[key] for key in request.POST})
    except ValueError:
        return HttpResponse(status=400)
    receipts.receive(provider_code="twilio", report=report, attempt=str(attempt), now=clock.now())
    # Never a redirect: Twilio would follow it and lose the fields.
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def reply(request: HttpRequest) -> HttpResponse:
    """Take in one signed text of a customer's, and answer nothing: what is to be said goes by the queue.

    Where Twilio has confirmed STOP, START or HELP itself, it says so in the request.
    """
    if not is_ours(request):
        return HttpResponse(status=403)
    provider_id, number = request.POST.get("MessageSid", ""), request.POST.get("From", "")
    if not provider_id or not number or len(provider_id) > 64:
        return HttpResponse(status=400)
    receiving.receive(
        provider="twilio", provider_id=provider_id, number=number, body=request.POST.get("Body", ""),
        answered_by_provider=request.POST.get("OptOutType", ""), now=clock.now(),
    )  # fmt: skip
    return HttpResponse("<Response></Response>", content_type="text/xml")


def is_ours(request: HttpRequest) -> bool:
    """Return whether Twilio signed this request and it is about the bank's own account."""
    account = settings.TWILIO_ACCOUNT_SID
    return is_signed(request) and request.POST.get("AccountSid", account) == account


def is_signed(request: HttpRequest) -> bool:
    """Return whether Twilio signed this request: over the address it was given, which a proxy may have hidden."""
    # Both while the token is exchanged: what was signed with the one before may still be on its way. The library
    # itself tries the address with and without its port.
    tokens = [token for token in (settings.TWILIO_AUTH_TOKEN, settings.TWILIO_AUTH_TOKEN_BEFORE) if token]
    address = settings.PUBLIC_URL + request.get_full_path()
    signature = request.headers.get("X-Twilio-Signature", "")
    return any(RequestValidator(token).validate(address, request.POST, signature) for token in tokens)
