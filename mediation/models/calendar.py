"""A person's week as the administration shows it."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from collections_app.models import Staff


class SessionWeek(Staff):
    """A mediator or a representative of the bank, with the weekly hours in which they take sessions."""

    personal_data: ClassVar[tuple[str, ...]] = Staff.personal_data

    class Meta:
        proxy = True
        verbose_name = _("weekly session hours")
        verbose_name_plural = _("weekly session hours")
