"""The worklist of the person who asks."""

import re

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from collections_app.api.base import RecordAPIView
from collections_app.domain.next_steps import QUEUES
from collections_app.domain.worklists.views import queue_view
from collections_app.selectors import worklists
from collections_app.serializers.record import CaseRowSerializer
from collections_app.services import clock

_PLACE = re.compile(r"^(-?\d{1,9})\.(\d{1,18})$")


class WorklistView(RecordAPIView):
    """``GET /api/worklist/?queue=to_contact&after=410.17``"""

    def get(self, request: Request) -> Response:
        """Return one page of a queue, how many cases stand in each, and where the next page begins."""
        queue = request.query_params.get("queue", "to_contact")
        if queue not in QUEUES:
            raise ValidationError({"queue": [f"one of: {', '.join(QUEUES)}"]})
        after = request.query_params.get("after", "")
        place = _PLACE.match(after)
        if after and not place:
            raise ValidationError({"after": ["what a page before gave as next_after"]})
        now = clock.now()
        page = worklists.page(
            staff=self.staff,
            view=queue_view(queue),
            now=now,
            after=(int(place[1]), int(place[2])) if place else None,
        )
        return Response(
            {
                "queue": queue,
                "counts": worklists.counts(self.staff, now=now),
                "rows": CaseRowSerializer(page.rows, many=True).data,
                "next_after": "{}.{}".format(*page.next_after) if page.next_after else None,
            }
        )
