"""What is stated about a session in person."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from collections_app.domain.terms import TermList
from collections_app.forms.keyed import KeyedForm
from mediation.domain.meetings import ATTENDANTS, LONGEST_LINE, LONGEST_MINUTES, SESSION_PAPERS
from mediation.domain.people.roles import EXPERT_ROLES
from mediation.domain.rooms import IDENTITY_DOCUMENTS

ACCEPTS = ".pdf,.jpg,.jpeg,.png,.heic"


def _named(terms: TermList, *, without: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    language = get_language() or "zh"
    return [(code, term.text(language)) for code, term in terms.items() if code not in without]


class PlaceForm(KeyedForm):
    """Where a session is held."""

    name = forms.CharField(label=pgettext_lazy("of a session", "Place"), max_length=LONGEST_LINE)
    address = forms.CharField(label=_("Address"), max_length=LONGEST_LINE)
    room = forms.CharField(label=_("Room"), max_length=LONGEST_LINE, required=False)
    directions = forms.CharField(label=_("How to get there"), max_length=LONGEST_LINE, required=False)
    bring = forms.CharField(label=_("What to bring"), max_length=LONGEST_LINE, required=False)


class AttendForm(KeyedForm):
    """Who came, and which document was compared."""

    kind = forms.ChoiceField(label=_("Who came"))
    name = forms.CharField(label=_("Name, of a companion"), max_length=80, required=False)
    document = forms.ChoiceField(label=_("Document compared"), required=False)
    came_at = forms.TimeField(label=_("At what time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def __init__(self, *args: Any, mediated: bool, panel: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        """``panel`` are the roles of those who sit beside the mediator, with their names."""
        super().__init__(*args, **kwargs)
        without = frozenset({"panel"}) if mediated else frozenset({"panel", "mediator"})
        roles = dict(_named(EXPERT_ROLES))
        kinds = _named(ATTENDANTS, without=without) + [(role, f"{roles[role]} · {name}") for role, name in panel]
        for name, terms in (("kind", kinds), ("document", _named(IDENTITY_DOCUMENTS))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = terms


class MinutesForm(KeyedForm):
    """The minutes both sides sign."""

    text = forms.CharField(
        label=_("Minutes for both sides"), max_length=LONGEST_MINUTES, widget=forms.Textarea(attrs={"rows": 8})
    )


class PaperForm(KeyedForm):
    """The scan of a paper signed by hand."""

    kind = forms.ChoiceField(label=_("Which paper"))
    file = forms.FileField(
        label=_("Scan or photograph"),
        help_text=_("PDF, JPEG, PNG or HEIC, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ACCEPTS}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _named(SESSION_PAPERS)
