"""Writes below a record; each names the version its author saw."""

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from collections_app.api.base import RecordAPIView, etag
from collections_app.models import HandOff, Hold
from collections_app.serializers.writes import HandOffInput, HoldInput, NoteInput
from collections_app.services import clock, form_keys, handoffs, holds, notes
from collections_app.services.errors import AlreadyWrittenError
from collections_app.services.records import Actor


class NotesView(RecordAPIView):
    """``POST /api/records/<customer_no>/notes/``"""

    def post(self, request: Request, customer_no: str) -> Response:
        """Add a note; it conflicts with nothing."""
        customer = self.access_record(customer_no)
        seen_version = self.seen_version(request)
        entered = NoteInput(data=request.data)
        entered.is_valid(raise_exception=True)
        try:
            with form_keys.sending(self.sending(request)):
                event = notes.add(
                    customer_id=customer.pk,
                    text=entered.validated_data["text"],
                    actor=Actor.of(self.staff),
                    seen_version=seen_version,
                    now=clock.now(),
                )
        except AlreadyWrittenError as before:
            event = before.event
        customer.refresh_from_db(fields=["version", "derived_at"])
        body = {"event": event.pk, "version": event.version}
        return Response(body, status=status.HTTP_201_CREATED, headers={"ETag": etag(customer)})


class HoldsView(RecordAPIView):
    """``POST /api/records/<customer_no>/holds/``"""

    def post(self, request: Request, customer_no: str) -> Response:
        """Place a hold by hand; 412 when another hold, a plan or the case has changed since."""
        customer = self.access_record(customer_no)
        seen_version = self.seen_version(request)
        entered = HoldInput(data=request.data)
        entered.is_valid(raise_exception=True)
        try:
            with form_keys.sending(self.sending(request)):
                hold = holds.place(
                    customer_id=customer.pk,
                    actor=Actor.of(self.staff),
                    seen_version=seen_version,
                    now=clock.now(),
                    **entered.validated_data,
                )
        except AlreadyWrittenError as before:
            hold = Hold.objects.get(id=before.event.payload["hold"])
        customer.refresh_from_db(fields=["version", "derived_at"])
        body = {"hold": hold.pk, "kind": hold.kind, "ends_at": hold.ends_at, "version": customer.version}
        return Response(body, status=status.HTTP_201_CREATED, headers={"ETag": etag(customer)})


class HandOffsView(RecordAPIView):
    """``POST /api/records/<customer_no>/handoffs/``"""

    def post(self, request: Request, customer_no: str) -> Response:
        """Open a hand-off with everything it must carry; 412 when another has been opened or moved since."""
        customer = self.access_record(customer_no)
        seen_version = self.seen_version(request)
        entered = HandOffInput(data=request.data)
        entered.is_valid(raise_exception=True)
        try:
            with form_keys.sending(self.sending(request)):
                handoff = handoffs.open_(
                    customer_id=customer.pk,
                    actor=Actor.of(self.staff),
                    seen_version=seen_version,
                    now=clock.now(),
                    **entered.validated_data,
                )
        except AlreadyWrittenError as before:
            handoff = HandOff.objects.get(id=before.event.payload["handoff"])
        customer.refresh_from_db(fields=["version", "derived_at"])
        body = {
            "handoff": handoff.pk,
            "kind": handoff.kind,
            "to": handoff.to_department,
            "due_at": handoff.due_at,
            "version": customer.version,
        }
        return Response(body, status=status.HTTP_201_CREATED, headers={"ETag": etag(customer)})
