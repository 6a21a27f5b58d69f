"""Where gateways tell what happened to a payment. No session, no form: the signature is the proof."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from collections_app.services import clock
from collections_app.views.access import address_of
from repayment.domain.orders import RawNotice
from repayment.gateways import registry
from repayment.services import notices

LONGEST_BODY = 64 * 1024
# A gateway that reads this stops repeating itself.
HEARD = {"accepted", "repeated", "irrelevant", "amount_differs", "out_of_order"}


@csrf_exempt
@require_POST
def notify(request: HttpRequest, gateway: str) -> HttpResponse:
    """Take a gateway's notification: heard, or refused without a word why."""
    if gateway not in registry.names():
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
        return HttpResponse("fail", status=413, content_type="text/plain")
    notice = RawNotice(request.body, dict(request.headers), address_of(request))
    verdict = notices.settle_from_notice(gateway=gateway, notice=notice, now=clock.now())
    if verdict in HEARD:
        return HttpResponse("success", content_type="text/plain")
    return HttpResponse("fail", status=400, content_type="text/plain")
