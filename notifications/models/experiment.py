"""Experiments with the wording, hour and channel of one kind of message."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import Staff
from collections_app.models.choices import choices
from notifications.domain.targeting.eligibility import Arm
from notifications.domain.targeting.experiments import EXPERIMENT_STATES, WINDOW_DAYS
from notifications.domain.targeting.policies import ALGORITHMS, MOST_EXPLORATION, ROLES, Algorithm, Policy


class Experiment(models.Model):
    """One kind of message sent in several ways, each customer under one policy. A second person starts it."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=24)
    state = models.CharField(_("state"), max_length=8, choices=choices(EXPERIMENT_STATES), default="draft")
    exploration = models.FloatField(_("exploration"), help_text=_("share of choices other than the best known"))
    window_days = models.PositiveSmallIntegerField(_("window in days"), default=WINDOW_DAYS)
    created_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    created_at = models.DateTimeField(_("written at"))
    started_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    stopped_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)

    class Meta:
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(state="running"), name="experiment_one_running_per_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(exploration__gte=0, exploration__lte=MOST_EXPLORATION),
                name="experiment_exploration_capped",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="running")
                | models.Q(started_by__isnull=False) & ~models.Q(started_by=models.F("created_by")),
                name="experiment_started_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExperimentArm(models.Model):
    """One way to send the message. Number 0 is the bank's script: the standard wording at the hour of the rule."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="arms")
    number = models.PositiveSmallIntegerField()
    wording = models.CharField(_("wording"), max_length=16, blank=True)
    at = models.TimeField(_("hour"))
    channel = models.CharField(_("channel"), max_length=8)

    class Meta:
        verbose_name = _("arm of an experiment")
        verbose_name_plural = _("arms of experiments")
        ordering: ClassVar = ["experiment", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["experiment", "number"], name="arm_once"),
            models.UniqueConstraint(fields=["experiment", "wording", "at", "channel"], name="arm_differs"),
        ]

    @property
    def arm(self) -> Arm:
        """The arm as the domain takes it."""
        return Arm(self.number, self.wording, self.at, self.channel)


class Snapshot(models.Model):
    """What was learnt in an experiment until one night: sums per arm, of which no customer can be told."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="snapshots")
    version = models.PositiveIntegerField(_("version"))
    learnt_at = models.DateTimeField(_("learnt at"))
    rows = models.PositiveIntegerField()
    model = models.JSONField()
    report = models.JSONField(default=dict, help_text="how the policies were judged that night")

    class Meta:
        verbose_name = _("snapshot of what was learnt")
        verbose_name_plural = _("snapshots of what was learnt")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["experiment", "version"], name="snapshot_version_once"),
        ]
        triggers: ClassVar = [
            # A choice names the snapshot it was made by; it must compute to the same for as long as it is kept.
            pgtrigger.Protect(name="snapshot_fixed", operation=pgtrigger.Update),
        ]


class ExperimentPolicy(models.Model):
    """Who decides for a share of the customers. A champion is frozen with its snapshot and replaced by a person."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="policies")
    role = models.CharField(_("role"), max_length=12, choices=choices(ROLES))
    algorithm = models.CharField(_("algorithm"), max_length=8, choices=choices(ALGORITHMS))
    alpha = models.FloatField(default=0.3)
    version = models.PositiveIntegerField(_("version"))
    frozen = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("policy of an experiment")
        verbose_name_plural = _("policies of experiments")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["experiment", "role"], condition=models.Q(until__isnull=True), name="policy_one_per_role"
            ),
            models.UniqueConstraint(fields=["experiment", "role", "version"], name="policy_version_once"),
        ]

    def policy(self, exploration: float) -> Policy:
        """Return the policy as the domain takes it."""
        return Policy(Algorithm(self.algorithm), self.alpha, exploration, seed=self.experiment_id)
