"""Forms about talks that are proposed: means and track, a longer term, a position, a mandate, an early end."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.models import Staff
from collections_app.selectors import codes
from mediation.domain.agreement import LONGEST_MONTHS
from mediation.domain.endings import before_a_session, list_of
from mediation.domain.mandates import Figures
from mediation.domain.route import ROUTES
from mediation.domain.tracks import TRACKS
from mediation.forms.outcome import YuanField
from mediation.forms.papers import PapersField
from mediation.forms.versioned import VersionedForm


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ChoosingForm(VersionedForm):
    """A form whose choices are known only when it is shown."""

    def choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        """Give a field its choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class RouteForm(ChoosingForm):
    """Other means or another track, and why."""

    words_about = "hardship"

    route = forms.ChoiceField(label=_("By"))
    track = forms.ChoiceField(label=_("Track"))
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh"
        self.choose("route", [(code, term.text(language)) for code, term in ROUTES.items()])
        self.choose("track", [(code, term.text(language)) for code, term in TRACKS.items()])


class ExtendForm(VersionedForm):
    """A later last day of the mediation."""

    until = forms.DateField(label=_("New last day"), widget=_day())


class PositionForm(VersionedForm):
    """What the bank brings, in words and papers."""

    words_about = "hardship"

    text = forms.CharField(
        label=_("What the bank brings to the table"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    papers = PapersField(label=_("Papers as evidence"))


class MandateForm(ChoosingForm):
    """How far the representative may go."""

    words_about = "hardship"

    representative = forms.ChoiceField(label=_("The bank's representative"))
    waiver = YuanField(label=_("Largest waiver (yuan)"))
    percent = forms.IntegerField(label=_("at most so many percent of the payoff"), min_value=0, max_value=100)
    months = forms.IntegerField(label=_("Longest term (months)"), min_value=1, max_value=LONGEST_MONTHS)
    floor = YuanField(label=_("Floor (yuan)"))
    reason = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, representatives: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("representative", [(str(person.id), person.name) for person in representatives])

    def figures(self) -> Figures:
        """Return the limits. The form must be valid."""
        data = self.cleaned_data
        return Figures(data["waiver"], data["percent"], data["months"], data["floor"])


class CloseForm(ChoosingForm):
    """How talks end while no session is going on."""

    ending = forms.ChoiceField(label=_("How did it end?"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        endings = list_of(kind)
        offered = before_a_session(codes.seen().terms(endings))
        self.choose("ending", [("", "—"), *codes.choices(endings, offered)])


class CasesField(forms.MultipleChoiceField):
    """Cases by number. Whether they still wait is for the service to say, which knows what was sent before."""

    def valid_value(self, value: Any) -> bool:
        """Return whether it can be a number."""
        return str(value).isascii() and str(value).isdigit()


class BatchForm(ChoosingForm):
    """Which like cases go to which organisation; of many records, each looked at again when it is booked."""

    cases = CasesField(label=_("Cases"), widget=forms.CheckboxSelectMultiple)
    organisation = forms.ChoiceField(label=_("Organisation"))

    def __init__(
        self, *args: Any, cases: Sequence[tuple[str, str]], organisations: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["seen_version"]
        self.choose("cases", cases)
        self.choose("organisation", organisations)
