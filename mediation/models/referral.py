"""What a referral is made of: who consented and how, which hand changed the route, and cases referred together."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField
from mediation.domain.consents import HOWS
from mediation.domain.route import ROUTES
from mediation.domain.sides import SIDES
from mediation.domain.tracks import TRACKS
from mediation.models.mediation import Mediation
from mediation.models.organisation import Mediator


class Consent(models.Model):
    """That one side said yes or no to talks: when, by what means, and who wrote it down. The last one counts."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="consents")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=8, choices=choices(SIDES))
    agrees = models.BooleanField()
    how = models.CharField(max_length=8, choices=choices(HOWS))
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            # What the page did not take down, somebody did.
            models.CheckConstraint(
                condition=Q(how="page") | Q(recorded_by__isnull=False), name="consent_is_of_the_page_or_of_somebody"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="consent_append_only", operation=pgtrigger.Update),
        ]


class RouteOverride(models.Model):
    """That a person chose other means or another track than before; the first row keeps what the rule had chosen."""

    personal_data: ClassVar[tuple[str, ...]] = ("reason",)

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="overrides")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    route_before = models.CharField(max_length=12, choices=choices(ROUTES))
    route_after = models.CharField(max_length=12, choices=choices(ROUTES))
    track_before = models.CharField(max_length=8, choices=choices(TRACKS))
    track_after = models.CharField(max_length=8, choices=choices(TRACKS))
    reason = SealedField()
    changed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(route_before=models.F("route_after")) | ~Q(track_before=models.F("track_after")),
                name="route_override_changes_something",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="route_override_append_only", operation=pgtrigger.Update),
        ]


class ReferralBatch(models.Model):
    """Like cases of one type of dispute, referred together to one mediator, one session after the other."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="batches")
    representative = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    dispute_type = models.CharField(max_length=20)
    minutes_each = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("batch of referrals")
        verbose_name_plural = _("batches of referrals")


class BatchedReferral(models.Model):
    """One case of a batch, at its place in it."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    batch = models.ForeignKey(ReferralBatch, on_delete=models.CASCADE, related_name="referrals")
    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="batched")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "place"], name="batched_referral_place_once"),
            models.UniqueConstraint(fields=["batch", "mediation"], name="batched_referral_once"),
        ]
