"""The bank's table of routes."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Product
from mediation.domain.route import RoutePolicy


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
        )
