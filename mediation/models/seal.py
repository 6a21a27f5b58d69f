"""Who may set the seal of a mediation organisation."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Staff
from mediation.models.organisation import MediationOrganisation


class SealAuthority(models.Model):
    """That a person may set the seal of an organisation, from one day to another, by a paper of the organisation's."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    organisation = models.ForeignKey(
        MediationOrganisation,
        on_delete=models.PROTECT,
        related_name="seal_authorities",
        verbose_name=_("mediation organisation"),
    )
    staff = models.ForeignKey(
        Staff, on_delete=models.PROTECT, related_name="seal_authorities", verbose_name=_("person")
    )
    reference = models.CharField(_("letter of authority"), max_length=80)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))

    class Meta:
        verbose_name = _("authority to seal")
        verbose_name_plural = _("authorities to seal")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__gte=models.F("since")) & ~Q(reference=""), name="seal_authority_has_term_and_paper"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.staff}"
