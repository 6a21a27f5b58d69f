"""Writes below a record; each names the version its author saw."""

from typing import Any, ClassVar

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from collections_app.api.base import RecordAPIView, etag
from collections_app.models import Customer, Event, HandOff, Hold
from collections_app.serializers.writes import HandOffInput, HoldInput, NoteInput
from collections_app.services import clock, form_keys, handoffs, holds, notes
from collections_app.services.errors import AlreadyWrittenError
from collections_app.services.records import Actor


class WriteAPIView(RecordAPIView):
    """What every write has in common: scope, version, input, one service call, and the same answer when repeated."""

    entered_by: ClassVar[type[Serializer[Any]]]

    def post(self, request: Request, customer_no: str) -> Response:
        """Write once, however often it is sent."""
        customer = self.access_record(customer_no)
        seen_version = self.seen_version(request)
        entered = self.entered_by(data=request.data)
        entered.is_valid(raise_exception=True)
        common = {"customer_id": customer.pk, "actor": Actor.of(self.staff), "now": clock.now()}
        try:
            with form_keys.sending(self.sending(request)):
                written = self.write(**common, seen_version=seen_version, **entered.validated_data)
        except AlreadyWrittenError as before:
            written = self.written_by(before.event)
        customer.refresh_from_db(fields=["version", "derived_at"])
        body = self.body(written, customer)
        return Response(body, status=status.HTTP_201_CREATED, headers={"ETag": etag(customer)})

    def write(self, **entered: Any) -> Any:
        """Make the one service call."""
        raise NotImplementedError

    def written_by(self, event: Event) -> Any:
        """Return what an earlier sending of the same wrote."""
        raise NotImplementedError

    def body(self, written: Any, customer: Customer) -> dict[str, Any]:
        """Return the answer."""
        raise NotImplementedError


class NotesView(WriteAPIView):
    """``POST /api/records/<customer_no>/notes/``: add a note; it conflicts with nothing."""

    entered_by = NoteInput

    def write(self, **entered: Any) -> Event:
        """Add the note."""
        return notes.add(**entered)

    def written_by(self, event: Event) -> Event:
        """Return the event itself."""
        return event

    def body(self, written: Event, customer: Customer) -> dict[str, Any]:
        """Name the event, and the version it made."""
        return {"event": written.pk, "version": written.version}


class HoldsView(WriteAPIView):
    """``POST /api/records/<customer_no>/holds/``: 412 when another hold, a plan or the case has changed since."""

    entered_by = HoldInput

    def write(self, **entered: Any) -> Hold:
        """Place the hold by hand."""
        return holds.place(**entered)

    def written_by(self, event: Event) -> Hold:
        """Return the hold."""
        return Hold.objects.get(id=event.payload["hold"])

    def body(self, written: Hold, customer: Customer) -> dict[str, Any]:
        """Name the hold and when it ends."""
        return {"hold": written.pk, "kind": written.kind, "ends_at": written.ends_at, "version": customer.version}


class HandOffsView(WriteAPIView):
    """``POST /api/records/<customer_no>/handoffs/``: with all it must carry; 412 when another one moved since."""

    entered_by = HandOffInput

    def write(self, **entered: Any) -> HandOff:
        """Open the hand-off."""
        return handoffs.open_(**entered)

    def written_by(self, event: Event) -> HandOff:
        """Return the hand-off."""
        return HandOff.objects.get(id=event.payload["handoff"])

    def body(self, written: HandOff, customer: Customer) -> dict[str, Any]:
        """Name the hand-off, who has it and until when."""
        return {
            "handoff": written.pk,
            "kind": written.kind,
            "to": written.to_department,
            "due_at": written.due_at,
            "version": customer.version,
        }
