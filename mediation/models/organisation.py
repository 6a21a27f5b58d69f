"""Mediation organisations and the people who mediate for them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import Staff
from collections_app.models.choices import choices
from collections_app.models.organisation import Named
from mediation.domain.people.roles import EXPERT_ROLES


class MediationOrganisation(Named):
    """An organisation whose mediators the bank's customers meet. It is no part of the bank."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    kind = models.CharField(_("kind"), max_length=16)
    registration_no = models.CharField(_("registration number"), max_length=40)
    lawfully_established = models.BooleanField(
        _("lawfully established"),
        help_text=_("Only then can a court confirm what its mediators bring about."),
    )
    fee_free = models.BooleanField(_("free of charge"))
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("mediation organisation")
        verbose_name_plural = _("mediation organisations")
        constraints: ClassVar = [
            # People's Mediation Law, article 4: no fee.
            models.CheckConstraint(
                condition=~models.Q(kind="people") | models.Q(fee_free=True), name="organisation_people_free"
            ),
        ]


class SessionPerson(models.Model):
    """What mediators and experts share: languages, skills, places, how much they take, and where they worked."""

    languages = ArrayField(models.CharField(max_length=8), verbose_name=_("languages"))
    skills = ArrayField(
        models.CharField(max_length=16), verbose_name=_("skills"), default=list, db_default=[], blank=True
    )
    places = ArrayField(
        models.CharField(max_length=32),
        verbose_name=_("places of meetings"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Where they meet customers in person; none chosen means everywhere."),
    )
    worked_at = ArrayField(
        models.CharField(max_length=32),
        verbose_name=_("worked before at"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Branches of the bank they have worked at: disclosed to its customers."),
    )
    most_a_day = models.PositiveSmallIntegerField(_("most sessions a day"), default=8, db_default=8)
    most_a_week = models.PositiveSmallIntegerField(_("most sessions a week"), default=40, db_default=40)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.staff)  # type: ignore[attr-defined]  # each of them is a person


class Mediator(SessionPerson):
    """A member of staff who mediates for one organisation. What they are trained for are their trainings."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, related_name="mediator", verbose_name=_("person"))
    organisation = models.ForeignKey(
        MediationOrganisation,
        on_delete=models.PROTECT,
        related_name="mediators",
        verbose_name=_("mediation organisation"),
    )

    class Meta:
        verbose_name = _("mediator")
        verbose_name_plural = _("mediators")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(most_a_day__gte=1, most_a_week__gte=1), name="mediator_takes_sessions"
            ),
        ]


class Expert(SessionPerson):
    """Somebody who sits beside the mediator: legal counsel, financial expert, psychologist, interpreter."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, related_name="expert", verbose_name=_("person"))
    speciality = models.CharField(_("speciality"), max_length=12, choices=choices(EXPERT_ROLES))
    organisation = models.ForeignKey(
        MediationOrganisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="experts",
        verbose_name=_("mediation organisation"),
    )

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(most_a_day__gte=1, most_a_week__gte=1), name="expert_takes_sessions"
            ),
        ]
