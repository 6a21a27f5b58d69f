"""Where Twilio reports what became of a call."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from collections_app.services import clock
from notifications.providers.twilio_voice.provider import TwilioVoiceProvider
from notifications.services import dialling
from notifications.views.twilio import is_ours


@csrf_exempt
@require_POST
def status(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Take in one signed report. Anything not signed with the account's token is refused and changes nothing."""
    if not is_ours(request):
        return HttpResponse(status=403)
    provider = TwilioVoiceProvider()
    try:
        report = provider.parse_report({key: request.POST[key] for key in request.POST})
    except ValueError:
        return HttpResponse(status=400)
    dialling.receive(provider_code=provider.code, report=report, attempt=str(attempt), now=clock.now())
    return HttpResponse(status=204)
