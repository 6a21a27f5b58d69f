"""Permits for machines: ask for one or many, look whether one still stands, and report what became of it."""

from typing import Any
from uuid import UUID

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from collections_app.api.machines.base import MachineAPIView
from collections_app.domain.machines.clients import MachineScope
from collections_app.models import MachinePermit
from collections_app.serializers.machines import BulkInput, PermitInput, ReportInput, ask_of, permit_body
from collections_app.services import clock
from collections_app.services.machines import permits, reports, standing


class PermitAPIView(MachineAPIView):
    """What the addresses of permits have in common: how they are shown."""

    def shown(self, rows: list[MachinePermit]) -> list[dict[str, Any]]:
        """Return permits as this client may see them now."""
        shows_number = self.may(MachineScope.NUMBERS)
        found = standing.of(standing.mine(permits=rows), now=clock.now())
        return [permit_body(each, shows_number=shows_number) for each in found]


class PermitsView(PermitAPIView):
    """``POST /api/permits/``"""

    scope = MachineScope.REQUEST
    action = "permit"

    def post(self, request: Request) -> Response:
        """Give a permit (201) or a refusal with its reason (200); the same key again is answered the same."""
        key = self.key(request)
        entered = PermitInput(data=request.data)
        entered.is_valid(raise_exception=True)
        answer = permits.ask(
            client=self.client,
            key=key,
            content=self.content(request),
            asks=[ask_of(entered.validated_data)],
            now=clock.now(),
        )
        (body,) = self.shown(list(answer.permits))
        given = body["allowed"] and not answer.repeated
        headers = {"Idempotency-Replayed": "true"} if answer.repeated else {}
        return Response(body, status=status.HTTP_201_CREATED if given else status.HTTP_200_OK, headers=headers)


class BulkView(PermitAPIView):
    """``POST /api/permits/bulk/``"""

    scope = MachineScope.REQUEST
    action = "permit.bulk"

    def post(self, request: Request) -> Response:
        """Give or refuse each of up to 500 contacts, in the order asked."""
        key = self.key(request)
        entered = BulkInput(data=request.data)
        entered.is_valid(raise_exception=True)
        asks = [ask_of(each) for each in entered.validated_data["items"]]
        answer = permits.ask_many(
            client=self.client, key=key, content=self.content(request), asks=asks, now=clock.now()
        )
        self.items = len(asks)
        headers = {"Idempotency-Replayed": "true"} if answer.repeated else {}
        return Response({"items": self.shown(list(answer.permits))}, headers=headers)


class PermitView(PermitAPIView):
    """``GET /api/permits/<id>/``"""

    scope = MachineScope.REQUEST
    action = "permit.look"

    def get(self, request: Request, permit_id: UUID) -> Response:
        """Say whether a permit still stands: asked right before the contact, it is as good as new."""
        (body,) = self.shown([reports.own(client=self.client, permit_id=permit_id)])
        return Response(body)


class OutcomeView(MachineAPIView):
    """``POST /api/permits/<id>/outcome/``"""

    scope = MachineScope.SETTLE
    action = "permit.outcome"

    def post(self, request: Request, permit_id: UUID) -> Response:
        """Record what became of it; the same report again changes nothing."""
        # Another client's permit is not there, whatever was sent.
        reports.own(client=self.client, permit_id=permit_id)
        entered = ReportInput(data=request.data)
        entered.is_valid(raise_exception=True)
        said = reports.Report(**entered.validated_data)
        permit = reports.report(client=self.client, permit_id=permit_id, said=said, now=clock.now())
        body = {"id": permit.pk, "state": permit.report["state"], "reported_at": permit.reported_at}
        return Response(body)
