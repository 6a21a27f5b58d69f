"""The sweep behind the batches: hand-overs that were broken off, and letters that nobody prints."""

from datetime import datetime, timedelta

from django.db.models import Q

from collections_app.services import alerts
from notifications.domain.letters import HANDING_TAKES, BatchState, LetterState
from notifications.models import Letter, PrintBatch
from notifications.providers.print import folder
from notifications.services.letters import batches, files

# Letters are printed every working day; what waits longer is forgotten.
WAITS_AT_MOST = timedelta(days=1)


def sweep(*, now: datetime) -> int:
    """Look for the files of hand-overs that were broken off, and return how many were settled; alert what waits."""
    lost = PrintBatch.objects.filter(state=BatchState.HANDING, handing_since__lt=now - HANDING_TAKES)
    settled = 0
    for batch in lost.order_by("pk"):
        there = folder.is_configured() and folder.has(files.name_of(batch))
        settled += batches.settle_lost(batch_id=batch.pk, there=there, now=now).state != BatchState.HANDING
    undecided = PrintBatch.objects.filter(state=BatchState.UNKNOWN).count()
    queued = Q(state=LetterState.QUEUED, made_at__lt=now - WAITS_AT_MOST)
    # A batch that nobody took is forgotten as much as a letter in none.
    left = Q(state=LetterState.BATCHED, batch__state=BatchState.MADE, batch__made_at__lt=now - WAITS_AT_MOST)
    waiting = Letter.objects.filter(queued | left).count()
    for kind, number in (("letters_undecided", undecided), ("letters_waiting", waiting)):
        if number:
            alerts.raise_alert(kind=kind, detail={"number": number}, now=now)
        else:
            alerts.clear(kind=kind, now=now)
    return settled
