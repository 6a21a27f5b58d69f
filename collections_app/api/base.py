"""What every address of the API shares: who asks, which record, and the version in the headers."""

import json
import re
from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from collections_app.models import Customer, Staff
from collections_app.selectors import incidents
from collections_app.selectors import records as selector
from collections_app.services import clock, form_keys, refusal_texts
from collections_app.services.errors import KeyReusedError, NotAllowedError, RefusedError, StaleWriteError

_TAG = re.compile(r'^(?:W/)?"(\d+)(?:\.\d+)?"$')


class PreconditionRequired(APIException):
    """A write without the version its author saw."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Send If-Match with the ETag of the record you saw."
    default_code = "precondition_required"


def etag(customer: Customer) -> str:
    """Return the tag of a record: its version, and after the dot the second it was last derived.

    Time alone changes what a record shows (days past due), without a version; a reader must see that too.
    """
    derived = int(customer.derived_at.timestamp()) if customer.derived_at else 0
    return f'"{customer.version}.{derived}"'


class RecordAPIView(APIView):
    """An address below one record, for staff in whose scope it is."""

    @property
    def staff(self) -> Staff:
        """The person who is signed in."""
        if not isinstance(self.request.user, Staff):
            raise PermissionDenied
        return self.request.user

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Name the incidents in force, if there are any: whoever contacts customers by machine reads it here too."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if ids := incidents.stamp(now=clock.now()):
            answer["OneCase-Incidents"] = ids.replace(".", ", ")
        return answer

    def access_record(self, customer_no: str) -> Customer:
        """Return the record. Raise NotFound out of scope, PermissionDenied when a purpose must be named first."""
        try:
            return selector.open_record(staff=self.staff, customer_no=customer_no, now=clock.now())
        except selector.NoSuchRecordError as error:
            raise NotFound from error
        except selector.PurposeNeededError as error:
            raise PermissionDenied("Name a purpose on the record's page first.", code="purpose_needed") from error

    def seen_version(self, request: Request) -> int:
        """Return the version in If-Match. Raise PreconditionRequired without one that can be read."""
        found = _TAG.match(request.headers.get("If-Match", "").strip())
        if not found:
            raise PreconditionRequired
        return int(found[1])

    def sending(self, request: Request) -> form_keys.Sent | None:
        """Return the sending the Idempotency-Key header names, or None without one.

        Raise ValidationError for a key that cannot be read.
        """
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return None
        # A structured field is a quoted string; many senders leave the quotes out.
        key = key.strip().strip('"')
        content = [request.path, json.dumps(request.data, sort_keys=True, default=str)]
        sending = form_keys.sent(key=key, staff=self.staff, content=content)
        if sending is None:
            raise ValidationError({"Idempotency-Key": ["16 to 64 letters, digits, hyphens or underscores"]})
        return sending

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a service's refusal: 412 with what changed, 403 not allowed, 422 not possible."""
        if isinstance(exc, StaleWriteError):
            return self._stale(exc)
        if isinstance(exc, RefusedError):
            code = 403 if isinstance(exc, NotAllowedError) else 409 if isinstance(exc, KeyReusedError) else 422
            return Response({"code": exc.code, "detail": refusal_texts.refusal_text(exc)}, status=code)
        return super().handle_exception(exc)

    def _stale(self, stale: StaleWriteError) -> Response:
        changes: list[dict[str, Any]] = [
            {
                "event": event.id,
                "version": event.version,
                "kind": event.kind,
                "at": event.at,
                "department": event.department,
                "by": event.actor.employee_no if event.actor else None,
                "account": event.account_id,
            }
            for event in stale.changes
        ]
        body = {
            "code": stale.code,
            "detail": refusal_texts.refusal_text(stale),
            "seen_version": stale.seen_version,
            "current_version": stale.current_version,
            "changes": changes,
        }
        return Response(body, status=status.HTTP_412_PRECONDITION_FAILED)
