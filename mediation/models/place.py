"""Where sessions in person are held, and how long it takes from one place to another."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.models import Branch
from collections_app.models.organisation import Named
from mediation.models.organisation import MediationOrganisation


class Place(Named):
    """Premises in which a branch's customers are received: the bank's own, or a mediation organisation's.

    At an organisation's only its own mediators hold sessions, and the bank's own talks are never held there.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, related_name="session_places", verbose_name=_("for customers of")
    )
    organisation = models.ForeignKey(
        MediationOrganisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="places",
        verbose_name=_("premises of"),
        help_text=_("Empty for the bank's own."),
    )
    address_zh = models.CharField(_("Chinese address"), max_length=160)
    address_en = models.CharField(_("English address"), max_length=160)
    zone = models.CharField(_("time zone"), max_length=48, default="Asia/Shanghai")
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("place of sessions")
        verbose_name_plural = _("places of sessions")

    @property
    def address(self) -> str:
        """The address in the language of the moment."""
        return self.address_zh if (get_language() or "zh").startswith("zh") else self.address_en


class Room(models.Model):
    """A room of a place. It holds one session at a time; the database refuses a second."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="rooms", verbose_name=_("site"))
    name = models.CharField(_("room"), max_length=40)
    capacity = models.PositiveSmallIntegerField(_("seats"), default=6)
    video = models.BooleanField(_("video equipment"), default=False)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering: ClassVar = ["place", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "name"], name="room_once"),
            models.CheckConstraint(condition=Q(capacity__gte=2), name="room_seats_two"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.name}"


class Travel(models.Model):
    """Minutes on the way between two places, either way; the place with the lower number stands first."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    one = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+", verbose_name=_("one end"))
    other = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+", verbose_name=_("other end"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta:
        verbose_name = _("way between places")
        verbose_name_plural = _("ways between places")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="travel_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="travel_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one} – {self.other}"


class SessionSpacing(models.Model):
    """The bank's one row on what lies between two sessions of a person, in minutes. Without it: the starting values."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    buffer_minutes = models.PositiveSmallIntegerField(_("minutes between two sessions"), default=0)
    travel_minutes = models.PositiveSmallIntegerField(
        _("minutes between two places"), default=60, help_text=_("Where no way of its own is recorded.")
    )

    class Meta:
        verbose_name = _("time between sessions")
        verbose_name_plural = _("time between sessions")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pk=1), name="session_spacing_is_one_row"),
            models.CheckConstraint(
                condition=Q(buffer_minutes__lte=240, travel_minutes__lte=600), name="session_spacing_within_a_day"
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
