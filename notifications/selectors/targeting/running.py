"""The experiments that run, as a choice needs them: arms, who decides, and what each has learnt."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch

from notifications.domain.targeting.bandit import Bandit
from notifications.domain.targeting.context import NUMBERS
from notifications.domain.targeting.eligibility import Arm
from notifications.domain.targeting.experiments import ExperimentState
from notifications.domain.targeting.policies import Policy, PolicyRole
from notifications.models import Experiment, ExperimentPolicy, Snapshot


@dataclass(frozen=True, slots=True)
class Deciding:
    """One policy of an experiment with what it goes by."""

    row: ExperimentPolicy
    policy: Policy
    bandit: Bandit | None
    snapshot: Snapshot | None


@dataclass(frozen=True, slots=True)
class Running:
    """One experiment that runs."""

    experiment: Experiment
    arms: tuple[Arm, ...]
    policies: dict[PolicyRole, Deciding]


def running(kinds: Collection[str]) -> dict[str, Running]:
    """Return the running experiments by kind of message, in at most four queries; one when there are none."""
    policies = ExperimentPolicy.objects.filter(until__isnull=True).select_related("frozen")
    rows = Experiment.objects.filter(kind__in=kinds, state=ExperimentState.RUNNING)
    found = list(rows.prefetch_related("arms", Prefetch("policies", queryset=policies, to_attr="deciding")))
    if not found:
        return {}
    latest = latest_snapshots([row.pk for row in found])
    return {row.kind: of(row, latest.get(row.pk)) for row in found}


def of(experiment: Experiment, latest: Snapshot | None) -> Running:
    """Return an experiment whose arms and policies (as ``deciding``) are loaded."""
    policies = {}
    for row in experiment.deciding:  # type: ignore[attr-defined]  # by the prefetch
        role = PolicyRole(row.role)
        # Only a champion is frozen; whoever has none goes by the script.
        snapshot = row.frozen if role is PolicyRole.CHAMPION else latest
        explores = experiment.exploration if role in {PolicyRole.CHALLENGER, PolicyRole.CHAMPION} else 0.0
        policies[role] = Deciding(row, row.policy(explores), bandit_of(snapshot), snapshot)
    return Running(experiment, tuple(arm.arm for arm in experiment.arms.all()), policies)


def latest_snapshots(experiment_ids: Collection[int]) -> dict[int, Snapshot]:
    """Return the newest snapshot of each experiment that has one."""
    rows = Snapshot.objects.filter(experiment__in=experiment_ids)
    return {row.experiment_id: row for row in rows.order_by("experiment_id", "-version").distinct("experiment_id")}


def bandit_of(snapshot: Snapshot | None) -> Bandit | None:
    """Return what a snapshot has learnt, or None when it was learnt from another list of numbers."""
    if snapshot is None or snapshot.model["numbers"] != list(NUMBERS):
        return None
    return Bandit.from_json(snapshot.model["bandit"])
