"""Events of the telephone system, which open the record on the agent's screen."""

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from collections_app.api.machines.base import MachineAPIView
from collections_app.domain.machines.clients import MachineScope
from collections_app.serializers.machines import CallEventInput
from collections_app.services import clock
from collections_app.services.machines import calls


class EventsView(MachineAPIView):
    """``POST /api/telephony/events/``"""

    scope = MachineScope.EVENTS
    action = "telephony.event"

    def post(self, request: Request) -> Response:
        """Keep one event. The answer does not say whose number it is, nor whether anybody's."""
        entered = CallEventInput(data=request.data)
        entered.is_valid(raise_exception=True)
        said = entered.validated_data
        is_new = calls.take(
            client=self.client,
            event=said["event"],
            call_id=said["call_id"],
            number=said["number"],
            agent=said["agent"],
            direction=said["direction"],
            told_at=said["at"],
            now=clock.now(),
        )
        body = {"call_id": said["call_id"], "event": said["event"], "repeated": not is_new}
        return Response(body, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)
