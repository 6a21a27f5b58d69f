"""The bank's table of routes."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Product
from mediation.domain.route import RoutePolicy
from mediation.domain.tracks import TrackPolicy

# Starting values of the bank's policy, until its table says otherwise (facts M-18 name the tracks, not their limits).
COMPLEX_DISPUTES = TrackPolicy(0, 0).complex_disputes


def complex_disputes() -> list[str]:
    """Return the types of dispute that are legally complex, to begin with."""
    return list(COMPLEX_DISPUTES)


class RouteRule(models.Model):
    """How disputes of one product are talked over. A product without a row uses the starting values."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    product = models.CharField(_("product"), max_length=8, choices=Product.choices, unique=True)
    telephone_up_to_fen = models.BigIntegerField(_("telephone up to"))
    video_up_to_fen = models.BigIntegerField(_("video up to"))
    telephone_minutes = models.PositiveSmallIntegerField(_("minutes by telephone"), default=60)
    video_minutes = models.PositiveSmallIntegerField(_("minutes by video"), default=90)
    meeting_minutes = models.PositiveSmallIntegerField(_("minutes in person"), default=120)
    notice_hours = models.PositiveSmallIntegerField(_("hours of notice"), default=24)
    simple_up_to_fen = models.BigIntegerField(
        _("simple track up to"), null=True, blank=True, help_text=_("empty: the limit for the telephone")
    )
    complex_disputes = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("complex disputes"),
        default=complex_disputes,
        db_default=list(COMPLEX_DISPUTES),
        blank=True,
    )
    complex_accounts = models.PositiveSmallIntegerField(
        _("complex from so many overdue accounts"), default=3, db_default=3
    )
    batch_minutes = models.PositiveSmallIntegerField(_("minutes of each session in a batch"), default=30, db_default=30)
    mandate_required = models.BooleanField(
        _("no signature without a mandate"),
        default=False,
        db_default=False,
        help_text=_("The bank's representative then signs only within an approved mandate."),
    )

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(telephone_up_to_fen__gte=0) & Q(video_up_to_fen__gte=F("telephone_up_to_fen")),
                name="route_limits_in_order",
            ),
            models.CheckConstraint(
                condition=Q(telephone_minutes__gte=15, video_minutes__gte=15, meeting_minutes__gte=15),
                name="route_sessions_have_length",
            ),
            models.CheckConstraint(
                condition=(Q(simple_up_to_fen__isnull=True) | Q(simple_up_to_fen__gte=0))
                & Q(complex_accounts__gte=2, batch_minutes__gte=15),
                name="route_tracks_have_limits",
            ),
        ]

    def __str__(self) -> str:
        return self.product

    @property
    def policy(self) -> RoutePolicy:
        """The row as the rule takes it."""
        return RoutePolicy(
            telephone_up_to_fen=self.telephone_up_to_fen,
            video_up_to_fen=self.video_up_to_fen,
            telephone_minutes=self.telephone_minutes,
            video_minutes=self.video_minutes,
            meeting_minutes=self.meeting_minutes,
            notice_hours=self.notice_hours,
            batch_minutes=self.batch_minutes,
        )

    @property
    def track_policy(self) -> TrackPolicy:
        """What decides the track."""
        return TrackPolicy(
            simple_up_to_fen=self.telephone_up_to_fen if self.simple_up_to_fen is None else self.simple_up_to_fen,
            ordinary_up_to_fen=self.video_up_to_fen,
            complex_disputes=tuple(self.complex_disputes),
            complex_accounts=self.complex_accounts,
        )
