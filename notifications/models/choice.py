"""Every choice of an experiment, with all it was made by, and what came of it."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import Customer
from collections_app.models.choices import choices
from notifications.domain.targeting.experiments import OUTCOMES
from notifications.domain.targeting.policies import ROLES
from notifications.models.experiment import Experiment, ExperimentPolicy, Snapshot
from notifications.models.message import Message


class Choice(models.Model):
    """How one message is sent, and why so: the rules that took arms away, the numbers, the scores, the probability.

    ``probability`` is that of the arm under the policy of the customer, ``spread`` that over all policies as
    customers are shared among them. Erased, it keeps the arm with its probability, since that message was sent, and
    loses what it was chosen by and what came of it.
    """

    personal_data: ClassVar[tuple[str, ...]] = (
        "context", "scores", "allowed", "refused", "reward", "came", "settled_at",
    )  # fmt: skip

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="choice")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="choices")
    policy = models.ForeignKey(ExperimentPolicy, on_delete=models.PROTECT, related_name="+")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=12, choices=choices(ROLES))
    arm = models.PositiveSmallIntegerField()
    wording = models.CharField(_("wording"), max_length=16, blank=True)
    at = models.TimeField(_("hour"))
    channel = models.CharField(_("channel"), max_length=8)
    allowed = models.JSONField(default=list)
    refused = models.JSONField(default=dict)
    context = models.JSONField(default=list)
    scores = models.JSONField(default=list)
    probability = models.FloatField()
    spread = models.FloatField()
    draw = models.FloatField()
    explored = models.BooleanField()
    chosen_at = models.DateTimeField(_("chosen at"))
    reward = models.FloatField(null=True, blank=True)
    came = models.CharField(_("outcome"), max_length=8, choices=choices(OUTCOMES), blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        indexes: ClassVar = [
            # What is not judged yet, the oldest first.
            models.Index(fields=["chosen_at"], name="choice_open", condition=models.Q(reward__isnull=True)),
            # What an experiment learns from.
            models.Index(
                fields=["experiment", "chosen_at"],
                name="choice_learnt",
                condition=models.Q(reward__isnull=False, erased_at__isnull=True),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(probability__gt=0, probability__lte=1, spread__gt=0, spread__lte=1.0000001),
                name="choice_probability",
            ),
        ]
        triggers: ClassVar = [
            # How it was made is never rewritten; only its outcome, and what erasure takes away.
            pgtrigger.Protect(
                name="choice_fixed",
                operation=pgtrigger.UpdateOf(
                    "message_id", "experiment_id", "policy_id", "arm", "probability", "spread", "draw"
                ),
            ),
        ]
