"""One record, to read."""

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from collections_app.api.base import RecordAPIView, etag
from collections_app.selectors import incidents
from collections_app.serializers.record import RecordSerializer
from collections_app.services import clock


class RecordView(RecordAPIView):
    """``GET /api/records/<customer_no>/``"""

    def get(self, request: Request, customer_no: str) -> Response:
        """Return the record with its tag; 304 when the reader holds it already."""
        customer = self.access_record(customer_no)
        tag = etag(customer)
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        # No version of the record: it stands in a header, so that a 304 says it too.
        stopped = incidents.covering(customers=[customer], now=clock.now()).get(customer.id, [])
        if stopped:
            headers["OneCase-Stopped"] = ", ".join(str(item.id) for item in stopped)
        held = {item.strip().removeprefix("W/") for item in request.headers.get("If-None-Match", "").split(",")}
        if tag in held or "*" in held:
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(RecordSerializer(customer).data, headers=headers)
