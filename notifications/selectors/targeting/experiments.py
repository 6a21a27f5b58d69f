"""What staff read of experiments: the list, one with its arms and last report, and the state of the nights."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from collections_app.domain.freshness import Freshness
from collections_app.selectors.data_age import banner
from notifications.models import Choice, Experiment, ExperimentArm, FeatureRun, PersonalisationObjection, Snapshot


@dataclass(frozen=True, slots=True)
class Nights:
    """How current what choices go by is: the last run of features, the data, and how many customers object."""

    run: FeatureRun | None
    data: Freshness
    objections: int


@dataclass(frozen=True, slots=True)
class ArmCount:
    """One arm with how often it was given, and how often that ended well."""

    arm: ExperimentArm
    given: int
    settled: int
    good: int

    @property
    def percent(self) -> float | None:
        """Return the share that paid or agreed in percent, or None before anything is judged."""
        return 100 * self.good / self.settled if self.settled else None


def nights(*, now: datetime) -> Nights:
    """Return the state of what is computed at night."""
    run = FeatureRun.objects.order_by("-on").first()
    return Nights(run, banner(now=now), PersonalisationObjection.objects.count())


def listed() -> list[Experiment]:
    """Return all experiments, the newest first, with the number of their choices as ``given``."""
    return list(Experiment.objects.annotate(given=Count("choices")).order_by("-pk"))


def one(experiment_id: int) -> Experiment | None:
    """Return an experiment with who wrote, started and stopped it."""
    return Experiment.objects.select_related("created_by", "started_by", "stopped_by").filter(pk=experiment_id).first()


def arms(experiment: Experiment) -> list[ArmCount]:
    """Return the arms with what they were given."""
    rows = Choice.objects.filter(experiment=experiment).order_by().values("arm")
    counted = {
        row["arm"]: row
        for row in rows.annotate(
            given=Count("pk"), settled=Count("pk", Q(reward__isnull=False)), good=Count("pk", Q(reward__gt=0))
        )
    }
    nothing = {"given": 0, "settled": 0, "good": 0}
    found = []
    for arm in experiment.arms.order_by("number"):
        row = counted.get(arm.number, nothing)
        found.append(ArmCount(arm, row["given"], row["settled"], row["good"]))
    return found


def last_snapshot(experiment: Experiment) -> Snapshot | None:
    """Return what was learnt last, with the report of that night."""
    return Snapshot.objects.filter(experiment=experiment).order_by("-version").first()
