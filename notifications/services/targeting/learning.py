"""What came of choices, and what is learnt of it: once a night, in batches, from what is judged for good."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Exists, ExpressionWrapper, OuterRef, Value, When
from django.db.models import DateTimeField as Moment
from django.db.models.functions import TruncDate

from collections_app.models import Arrangement, Entry, Promise
from collections_app.selectors.data_age import banner
from collections_app.services import sweeps
from notifications.domain.targeting.bandit import Bandit
from notifications.domain.targeting.context import NUMBERS
from notifications.domain.targeting.experiments import Came, ExperimentState
from notifications.models import Choice, Experiment, Snapshot
from notifications.selectors.targeting.logs import judged, logged
from notifications.selectors.targeting.reports import report
from notifications.selectors.targeting.running import running

# A promise that was only proposed, or taken back, is no agreement.
_AGREED_NOT = ("proposed", "withdrawn")


def settle(*, now: datetime) -> int:
    """Judge the choices whose window is over: paid or agreed within it, or neither; return how many.

    The window begins with the choice, whatever hour was chosen and whether the message went out in the end: so no
    arm gains by coming early, and none by not being sent. With stale data nothing is judged: money may have come.
    """
    if not banner(now=now).fresh:
        return 0
    experiments = list(Experiment.objects.exclude(state=ExperimentState.DRAFT))
    return sweeps.each(experiments, lambda experiment: _settle(experiment, now))


@transaction.atomic(durable=True)
def _settle(experiment: Experiment, now: datetime) -> int:
    window = timedelta(days=experiment.window_days)
    end = ExpressionWrapper(OuterRef("chosen_at") + Value(window), output_field=Moment())
    own = {"customer_id": OuterRef("customer_id")}
    paid = Entry.objects.filter(
        **own, kind="payment", state__in=["received", "posted"], occurred_at__gt=OuterRef("chosen_at")
    ).filter(occurred_at__lte=end)
    # The core tells days: of the first and the last one nobody knows on which side of the hour the money came.
    seen_by_core = Entry.objects.filter(
        **own, kind="adjustment", money_fen__gt=0, earliest_on__gt=OuterRef("chosen_at__date")
    ).filter(latest_on__lt=TruncDate(end))
    promised = Promise.objects.filter(**own, taken_at__gt=OuterRef("chosen_at"), taken_at__lte=end)
    planned = Arrangement.objects.filter(**own, agreed_at__gt=OuterRef("chosen_at"), agreed_at__lte=end)
    # What was erased is not judged either: that somebody paid is of no more use to the experiment.
    open_ = Choice.objects.filter(
        experiment=experiment, reward__isnull=True, chosen_at__lte=now - window, erased_at__isnull=True
    )
    came = Case(
        When(Exists(paid) | Exists(seen_by_core), then=Value(Came.PAID.value)),
        When(Exists(promised.exclude(state__in=_AGREED_NOT)) | Exists(planned), then=Value(Came.AGREED.value)),
        default=Value(Came.NOTHING.value),
    )
    count = open_.update(came=came, settled_at=now)
    fresh = Choice.objects.filter(experiment=experiment, reward__isnull=True).exclude(came="")
    fresh.update(reward=Case(When(came=Came.NOTHING, then=Value(0.0)), default=Value(1.0)))
    return count


def learn(*, now: datetime) -> int:
    """Learn from all that is judged, in every running experiment, and return how many have a new snapshot.

    Challenger and greedy baseline go by the newest snapshot; a champion keeps its own until a person replaces it.
    What customers had erased is not learnt from any more. With stale data nothing is learnt.
    """
    if not banner(now=now).fresh:
        return 0
    kinds = Experiment.objects.filter(state=ExperimentState.RUNNING).values_list("kind", flat=True)
    return sweeps.each(list(kinds), lambda kind: _learn(kind, now))


@transaction.atomic(durable=True)
def _learn(kind: str, now: datetime) -> int:
    """Write the snapshot of a night, taught on everything, with the report it is judged by."""
    of = running([kind]).get(kind)
    if of is None:
        return 0
    experiment = Experiment.objects.select_for_update().get(pk=of.experiment.pk)
    bandit = Bandit(arms=len(of.arms), numbers=len(NUMBERS))
    for part in logged(experiment, arms=len(of.arms), now=now):
        bandit.learn(part.contexts, part.arms, part.rewards)
    log = judged(experiment, arms=len(of.arms), now=now)
    last = experiment.snapshots.order_by("-version").values_list("version", flat=True).first() or 0
    Snapshot.objects.create(
        experiment=experiment,
        version=last + 1,
        learnt_at=now,
        rows=int(bandit.rows.sum()),
        model={"numbers": list(NUMBERS), "bandit": bandit.as_json()},
        report=report(of, log, now=now),
    )
    return 1
