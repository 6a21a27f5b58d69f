"""Forms of the hours in which sessions are held."""

import re
from collections.abc import Iterable
from datetime import time
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.staff import Role
from mediation.domain.slots import WeeklyHours
from mediation.models import Absence, Availability, SessionWeek

_STRETCH = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})$")
BANK_ZONE = "Asia/Shanghai"


class HoursField(forms.CharField):
    """The stretches of one day as they are written: ``09:00-12:00, 14:00-18:00``; empty for a day off."""

    def to_python(self, value: Any) -> Any:
        """Return pairs of times. Raise ValidationError when a stretch cannot be read or has no length."""
        stretches = [part.strip() for part in re.split("[,，、;；]", super().to_python(value) or "") if part.strip()]
        return [self._read(part) for part in stretches]

    def _read(self, text: str) -> tuple[time, time]:
        found = _STRETCH.match(text.replace("\uff1a", ":"))
        hours = [int(part) for part in found.groups()] if found else []
        try:
            opens, closes = time(hours[0], hours[1]), time(hours[2], hours[3])
        except (IndexError, ValueError):
            opens = closes = time.min
        if not hours or closes <= opens:
            message = _("Write hours such as 09:00-12:00, 14:00-18:00.")
            raise forms.ValidationError(message, code="hours")
        return opens, closes


class SessionWeekForm(forms.ModelForm[SessionWeek]):
    """One box for each day of the week, and by which clock."""

    class Meta:
        model = SessionWeek
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(self.instance.availability.all()) if self.instance.pk else []
        for day, name in WEEKDAYS.items():
            self.fields[f"day_{day}"] = HoursField(
                label=capfirst(name), required=False, initial=_stretches(row for row in rows if row.weekday == day)
            )
        self.fields["zone"] = forms.CharField(
            label=_("Time zone"), max_length=48, initial=rows[0].zone if rows else BANK_ZONE
        )

    def clean_zone(self) -> str:
        """Return the time zone. Raise ValidationError when there is none of this name."""
        zone: str = self.cleaned_data["zone"]
        if zone not in available_timezones():
            raise forms.ValidationError(_("There is no such time zone. Write one such as Asia/Shanghai."), code="zone")
        return zone

    @property
    def hours(self) -> list[WeeklyHours]:
        """The week that was typed."""
        return [
            WeeklyHours(day, opens, closes) for day in WEEKDAYS for opens, closes in self.cleaned_data[f"day_{day}"]
        ]


class AbsenceForm(forms.ModelForm[Absence]):
    """Who is away, from when until when."""

    starts_at = forms.DateTimeField(label=_("Away from"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    ends_at = forms.DateTimeField(label=_("Away until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))

    class Meta:
        model = Absence
        fields: ClassVar = ["staff"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "staff" in self.fields:
            holders = self.fields["staff"].queryset  # type: ignore[attr-defined]  # a model choice
            holders = holders.filter(role__in=[Role.MEDIATOR, Role.NEGOTIATOR, Role.EXPERT], is_active=True)
            self.fields["staff"].queryset = holders.order_by("username")  # type: ignore[attr-defined]


def week_words(rows: Iterable[Availability]) -> str:
    """Return a week in words: each day that has hours, with them."""
    found = list(rows)
    days = [
        f"{name} {_stretches(row for row in found if row.weekday == day)}"
        for day, name in WEEKDAYS.items()
        if any(row.weekday == day for row in found)
    ]
    return ("；" if (get_language() or "zh").startswith("zh") else "; ").join(days)


def _stretches(rows: Iterable[Availability]) -> str:
    return ", ".join(
        f"{row.opens:%H:%M}-{row.closes:%H:%M}" for row in sorted(rows, key=lambda row: (row.weekday, row.opens))
    )
