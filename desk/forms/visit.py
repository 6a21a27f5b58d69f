"""Planning a field visit, setting out, saying what came of it, calling it off."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from collections_app.domain.calls import IDENTITY_FACTS
from collections_app.domain.outcomes import Outcome
from collections_app.domain.visits import outcomes_of_visits
from collections_app.models import ContactPoint, Staff
from collections_app.selectors import codes
from collections_app.services.visits import Going
from desk.forms.base import RecordForm
from desk.forms.call import FACT_LABELS, PARTY_LABELS, CloseForm
from desk.forms.fields import choice_input, day_input, text_input, time_input


class PlanVisitForm(RecordForm):
    """Where to, who goes, on which day and between which hours, and what for."""

    contact_point = forms.ChoiceField(label=_("Address"), widget=choice_input())
    first = forms.ChoiceField(label=_("Who goes"), widget=choice_input())
    second = forms.ChoiceField(label=_("With whom"), widget=choice_input())
    on = forms.DateField(label=_("Day"), widget=day_input())
    from_time = forms.TimeField(label=pgettext_lazy("visit", "From"), widget=time_input())
    to_time = forms.TimeField(label=pgettext_lazy("visit", "Until"), widget=time_input())
    reason = forms.CharField(label=_("What the visit is for"), max_length=500, widget=text_input(2))

    def __init__(self, *args: Any, points: list[ContactPoint], people: list[Staff], **kwargs: Any) -> None:
        self.points, self.people = points, people
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the addresses of the record, with whose they are, and the colleagues who may go."""
        address: Any = self.fields["contact_point"]
        address.choices = [
            (
                str(point.pk),
                f"{codes.name_of('contact_kinds', point.kind)} · {codes.name_of('relations', point.relation)}",
            )
            for point in self.points
        ]
        choices = [("", gettext("Choose")), *((str(person.pk), person.name) for person in self.people)]
        for name in ("first", "second"):
            field: Any = self.fields[name]
            field.choices = choices

    def going(self) -> Going:
        """Return what was typed as the service takes it. The form must be valid."""
        values = self.cleaned_data
        zone = timezone.get_current_timezone()
        starts = datetime.combine(values["on"], values["from_time"], tzinfo=zone)
        ends = datetime.combine(values["on"], values["to_time"], tzinfo=zone)
        point, first, second = (int(values[name]) for name in ("contact_point", "first", "second"))
        return Going(point, first, second, starts, ends)

    @staticmethod
    def beginning(now: datetime) -> dict[str, Any]:
        """Return the hours a plan begins with: tomorrow morning."""
        tomorrow = timezone.localdate(now) + timedelta(days=1)
        return {"on": tomorrow, "from_time": time(10), "to_time": time(11)}


class BeginVisitForm(RecordForm):
    """Nothing to type: the permit decides."""


class CallOffForm(RecordForm):
    """Why a visit is not made."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))


class CloseVisitForm(CloseForm):
    """Who was met, what they stated, and what came of it."""

    facts = forms.MultipleChoiceField(
        label=_("Stated by the person"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[(fact, FACT_LABELS[fact]) for fact in IDENTITY_FACTS],
    )

    party = forms.ChoiceField(
        label=_("Who was there"),
        widget=forms.RadioSelect,
        choices=[(party.value, label) for party, label in PARTY_LABELS.items()],
    )

    def found(self) -> list[Outcome]:
        """Return the outcomes that may come of a visit."""
        return outcomes_of_visits(super().found())

    def name_of(self, outcome: str) -> str:
        """Return what an outcome is called of a visit."""
        return codes.outcome_of_visit(outcome)
