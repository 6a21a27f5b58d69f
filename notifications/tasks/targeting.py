"""Waking what is computed at night for choosing messages."""

from celery import shared_task
from django.utils import timezone

from collections_app.services import clock, sweeps
from notifications.services.targeting import features, learning


@shared_task(name="notifications.compute_features")
def compute_features() -> None:
    """Compute the features of today; a run that was interrupted goes on, one that is done does nothing."""
    now = clock.now()
    features.compute(on=timezone.localdate(now), now=now)


@shared_task(name="notifications.learn_choices")
def learn_choices() -> None:
    """Judge the choices whose window is over, then learn from them."""
    sweeps.in_turn(learning.settle, learning.learn, now=clock.now())
