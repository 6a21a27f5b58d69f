"""Whether a record's customer may be contacted now, and every reason, for machines."""

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from collections_app.api.base import RecordAPIView
from collections_app.domain.purposes import Channel, Purpose
from collections_app.services import clock, contacts, decision_words
from collections_app.services.records import Actor


class PermitPreviewView(RecordAPIView):
    """``GET /api/records/<customer_no>/permit/?channel=voice&purpose=collection&contact_point=17``"""

    def get(self, request: Request, customer_no: str) -> Response:
        """Return the decision a permit would rest on at this instant, in words of both languages; reserve nothing."""
        customer = self.access_record(customer_no)
        channel = request.query_params.get("channel", Channel.VOICE.value)
        purpose = request.query_params.get("purpose", Purpose.COLLECTION.value)
        if channel not in set(Channel) or purpose not in set(Purpose):
            raise ValidationError({"detail": "There is no such channel or purpose.", "code": "no_such_code"})
        point = None
        if number := request.query_params.get("contact_point"):
            point = customer.contact_points.filter(id=number).first() if number.isascii() and number.isdigit() else None
            if point is None:
                raise ValidationError({"detail": "There is no such number on this record.", "code": "no_such_number"})
        decision = contacts.preview(
            customer=customer,
            channel=channel,
            purpose=purpose,
            contact_point=point,
            actor=Actor.of(self.staff),
            now=clock.now(),
        )
        return Response(
            decision_words.in_both_languages(decision.as_json()), headers={"Cache-Control": "private, no-store"}
        )
