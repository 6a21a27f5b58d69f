"""Where the bank's push gateway reports what became of a push, and says which devices customers use."""

import json
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from collections_app.services import clock
from collections_app.services.errors import RefusedError
from notifications.domain.app_push import is_signed
from notifications.providers.registry import provider
from notifications.services import app_devices, receipts

_MOST_BYTES = 20_000
_LONGEST_DEVICE = 128


@csrf_exempt
@require_POST
def status(request: HttpRequest, attempt: UUID) -> HttpResponse:
    """Take in one signed report. What is not signed with the gateway's key is refused and changes nothing."""
    said = _said(request)
    if isinstance(said, HttpResponse):
        return said
    try:
        report = provider("bank_app").parse_receipt(said)
    except ValueError:
        return HttpResponse(status=400)
    receipts.receive(provider_code="bank_app", report=report, attempt=str(attempt), now=clock.now())
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def devices(request: HttpRequest) -> HttpResponse:
    """Take in one signed word on a customer's device: whether it may be pushed to; the newest word counts."""
    said = _said(request)
    if isinstance(said, HttpResponse):
        return said
    device, told_at = said.get("device", ""), _moment(said.get("at", ""))
    allowed = {"true": True, "false": False}.get(said.get("allowed", "").lower())
    if not device or len(device) > _LONGEST_DEVICE or told_at is None or allowed is None:
        return HttpResponse(status=400)
    try:
        news = app_devices.take(
            customer_no=said.get("customer_no", ""), device=device, allowed=allowed, told_at=told_at, now=clock.now()
        )
    except RefusedError as error:
        return JsonResponse({"code": error.code}, status=404 if error.code == "no_such_record" else 422)
    return JsonResponse({"news": news})


def _said(request: HttpRequest) -> dict[str, str] | HttpResponse:
    """Return what a signed request says, or the answer to one that is not signed or cannot be read."""
    keys = (settings.APP_PUSH_KEY, settings.APP_PUSH_KEY_BEFORE)
    length = request.headers.get("Content-Length") or "0"
    body = request.body if length.isdecimal() and int(length) <= _MOST_BYTES else b""
    header = request.headers.get("OneCase-Signature", "")
    if not is_signed(request.path, body, header, keys=keys, now=clock.now()):
        return HttpResponse(status=403)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    if not isinstance(said, dict):
        return HttpResponse(status=400)
    return {str(name): _text(value) for name, value in said.items()}


def _text(value: object) -> str:
    return "" if value is None else str(value).replace("\x00", "")


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
