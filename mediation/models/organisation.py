"""Mediation organisations and the people who mediate for them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import Staff
from collections_app.models.organisation import Named


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


class Mediator(models.Model):
    """A member of staff who mediates for one organisation, and what they are trained for."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, related_name="mediator", verbose_name=_("person"))
    organisation = models.ForeignKey(
        MediationOrganisation,
        on_delete=models.PROTECT,
        related_name="mediators",
        verbose_name=_("mediation organisation"),
    )
    languages = ArrayField(models.CharField(max_length=8), verbose_name=_("languages"))
    trained_for = ArrayField(
        models.CharField(max_length=8), verbose_name=_("trained for"), help_text=_("products: card, loan")
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("mediator")
        verbose_name_plural = _("mediators")

    def __str__(self) -> str:
        return str(self.staff)
