"""Experiments: writing one down, starting it, stopping it in one step, and putting a challenger forward."""

from collections.abc import Sequence
from datetime import datetime, time
from itertools import product

from django.db import IntegrityError, transaction

from collections_app.models import Approval, Staff
from collections_app.services import approvals, records
from collections_app.services.errors import RefusedError
from notifications.domain.kinds import KINDS
from notifications.domain.targeting.experiments import MOST_ARMS, ExperimentState
from notifications.domain.targeting.policies import MOST_EXPLORATION, Algorithm, PolicyRole
from notifications.models import Experiment, ExperimentArm, ExperimentPolicy, Message, ReminderRule, Snapshot, Template
from notifications.services.targeting import script

PROPOSE, APPROVE, STOP = "targeting.propose", "targeting.approve", "targeting.stop"
_ROLES = {
    PolicyRole.SCRIPT: Algorithm.FIXED,
    PolicyRole.GREEDY: Algorithm.GREEDY,
    # The champion begins as the script: nothing decides by what was learnt before a person has said so.
    PolicyRole.CHAMPION: Algorithm.FIXED,
}


@transaction.atomic(durable=True)
def write(
    *,
    name: str,
    kind: str,
    wordings: Sequence[str],
    hours: Sequence[time],
    algorithm: str,
    exploration: float,
    actor: records.Actor,
    now: datetime,
) -> Experiment:
    """Write an experiment down as a draft; it tries nothing until a second person has started it.

    Its arms are each wording (empty: the standard one) at each hour, beside the bank's script. ``exploration`` is
    a share of choices. A draft of the same name by the same person is the same draft. Raise RefusedError when there
    is nothing to compare, too much, or a wording has no approved text; NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action=PROPOSE)
    rule = ReminderRule.objects.select_for_update().filter(kind=kind).first()
    if rule is None or actor.staff is None:
        raise RefusedError("experiment_kind_not_planned")
    same = Experiment.objects.filter(kind=kind, name=name.strip(), state=ExperimentState.DRAFT, created_by=actor.staff)
    if (written := same.first()) is not None:
        return written
    known = {"", *Template.objects.filter(kind=kind, active=True).values_list("wording", flat=True)}
    if not set(wordings) <= known:
        raise RefusedError("experiment_no_wording", words="、".join(sorted(set(wordings) - known)))
    channel = KINDS[kind].channels[0].value
    others = dict.fromkeys((wording, at) for wording, at in product(wordings, hours) if (wording, at) != ("", rule.at))
    if not 1 <= len(others) < MOST_ARMS:
        raise RefusedError("experiment_arms", most=MOST_ARMS)
    if not 0 <= exploration <= MOST_EXPLORATION or algorithm not in {Algorithm.LINUCB, Algorithm.LINTS}:
        raise RefusedError("experiment_exploration", most=f"{MOST_EXPLORATION:.0%}")
    experiment = Experiment.objects.create(
        name=name.strip(), kind=kind, exploration=exploration, created_by=actor.staff, created_at=now
    )
    arms = [("", rule.at), *others]
    ExperimentArm.objects.bulk_create(
        ExperimentArm(experiment=experiment, number=number, wording=wording, at=at, channel=channel)
        for number, (wording, at) in enumerate(arms)
    )
    roles = {**_ROLES, PolicyRole.CHALLENGER: Algorithm(algorithm)}
    ExperimentPolicy.objects.bulk_create(
        ExperimentPolicy(experiment=experiment, role=role, algorithm=each, version=1, since=now)
        for role, each in roles.items()
    )
    return experiment


def may_read(staff: Staff) -> bool:
    """Return whether a person has a part in experiments: who reads the board, proposes, approves or stops."""
    return any(staff.may(action) for action in ("board.read", PROPOSE, APPROVE, STOP))


def ask_start(*, experiment_id: int, reason: str, actor: records.Actor, now: datetime) -> Approval:
    """Ask a second person to start an experiment. Raise RefusedError when it could not be."""
    return approvals.ask(
        kind="experiment_start", subject=f"experiment:{experiment_id}", reason=reason, actor=actor, now=now
    )


def check_start(*, experiment: Experiment | None) -> Experiment:
    """Return an experiment that may be started, or raise RefusedError."""
    if experiment is None:
        raise RefusedError("no_such_experiment")
    if experiment.state != ExperimentState.DRAFT:
        raise RefusedError("experiment_not_draft")
    if Experiment.objects.filter(kind=experiment.kind, state=ExperimentState.RUNNING).exists():
        raise RefusedError("experiment_running_already")
    return experiment


def start_within(*, experiment: Experiment, by: Staff, now: datetime) -> Experiment:
    """Start an experiment in the transaction of its approval. Raise RefusedError when it is the person's own work."""
    if experiment.created_by_id == by.pk:
        raise RefusedError("own_work")
    experiment.state, experiment.started_by, experiment.started_at = ExperimentState.RUNNING, by, now
    try:
        with transaction.atomic():
            experiment.save(update_fields=["state", "started_by", "started_at"])
    except IntegrityError as error:
        raise RefusedError("experiment_running_already") from error
    return experiment


def stop(*, experiment_id: int, actor: records.Actor, now: datetime) -> Experiment:
    """Stop an experiment at once: nothing more is chosen, and what waits goes out by the bank's script.

    A draft is dropped the same way. Stopping what is stopped gives back what was left over, if anything. Raise
    RefusedError when there is none, NotAllowedError when the role may not.

    Not a transaction: the stop is one, and so is each batch of messages, under the locks of their customers.
    """
    records.check_may(actor=actor, action=STOP)
    experiment = _stop(experiment_id, actor, now)
    script.restore(Message.objects.filter(choice__experiment=experiment), now=now)
    return experiment


@transaction.atomic(durable=True)
def _stop(experiment_id: int, actor: records.Actor, now: datetime) -> Experiment:
    experiment = Experiment.objects.select_for_update().filter(pk=experiment_id).first()
    if experiment is None:
        raise RefusedError("no_such_experiment")
    if experiment.state != ExperimentState.STOPPED:
        experiment.state, experiment.stopped_by, experiment.stopped_at = ExperimentState.STOPPED, actor.staff, now
        experiment.save(update_fields=["state", "stopped_by", "stopped_at"])
    return experiment


def ask_champion(*, experiment_id: int, reason: str, actor: records.Actor, now: datetime) -> Approval:
    """Ask a second person to make the challenger, as learnt until last night, the champion.

    Raise RefusedError when it is not running, too little has been seen, of the champion of now too, or it is not
    surely better.
    """
    snapshot = Snapshot.objects.filter(experiment=experiment_id).order_by("-version").first()
    if snapshot is None:
        raise RefusedError("challenger_too_few")
    if why := snapshot.report["unproven"]:
        raise RefusedError(f"challenger_{why}")
    # What was measured against the champion before this one says nothing of this one.
    champions = ExperimentPolicy.objects.filter(experiment=experiment_id, role=PolicyRole.CHAMPION)
    if champions.filter(until__isnull=True, since__gte=snapshot.learnt_at, version__gt=1).exists():
        raise RefusedError("challenger_too_few")
    challenger = ExperimentPolicy.objects.get(experiment=experiment_id, role=PolicyRole.CHALLENGER, until__isnull=True)
    return approvals.ask(
        kind="experiment_champion",
        subject=f"experiment:{experiment_id}",
        reason=reason,
        actor=actor,
        now=now,
        payload={"snapshot": snapshot.pk, "challenger": challenger.pk, "gain": snapshot.report["gain"]},
    )


def check_champion(*, experiment: Experiment | None) -> Experiment:
    """Return an experiment whose champion may be replaced, or raise RefusedError."""
    if experiment is None:
        raise RefusedError("no_such_experiment")
    if experiment.state != ExperimentState.RUNNING:
        raise RefusedError("experiment_not_running")
    return experiment


def replace_champion_within(*, experiment: Experiment, approval: Approval, by: Staff, now: datetime) -> None:
    """Make the challenger of a request the champion, frozen as it was shown, in the transaction of its approval."""
    challenger = ExperimentPolicy.objects.get(pk=approval.payload["challenger"])
    before = ExperimentPolicy.objects.select_for_update().get(
        experiment=experiment, role=PolicyRole.CHAMPION, until__isnull=True
    )
    before.until = now
    before.save(update_fields=["until"])
    ExperimentPolicy.objects.create(
        experiment=experiment,
        role=PolicyRole.CHAMPION,
        algorithm=challenger.algorithm,
        alpha=challenger.alpha,
        version=before.version + 1,
        frozen_id=approval.payload["snapshot"],
        since=now,
        approved_by=by,
    )
