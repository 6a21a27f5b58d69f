"""Beginning an incident, asking for its end, and the sentences that go with it."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from collections_app.domain.incidents import IncidentScope
from collections_app.forms.keyed import KeyedForm
from collections_app.models import ApprovedSentence, Branch, Product, SentenceUse
from collections_app.selectors import codes
from collections_app.services.emergencies.incidents import Scope, regions
from desk.forms.fields import choice_input, moment_input, text_input


class StartForm(KeyedForm):
    """For whom collection stops, why, and in which approved words. Nothing needs to be typed."""

    covers = forms.ChoiceField(label=_("For whom collection stops"), widget=choice_input())
    reason = forms.ChoiceField(label=_("Reason"), widget=choice_input())
    sentence = forms.ChoiceField(label=_("What everybody reads"), widget=forms.RadioSelect)
    notices_too = forms.BooleanField(label=_("Stop due and plan notices too"), required=False)
    ends_at = forms.DateTimeField(
        label=_("Ends by itself at"),
        widget=moment_input(),
        required=False,
        help_text=_("Empty: until two people end it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["covers"].choices = scope_choices()
        fields["reason"].choices = [("", _("Choose")), *codes.choices("incident_reasons")]
        rows = ApprovedSentence.objects.filter(use=SentenceUse.INCIDENT, active=True).order_by("id")
        fields["sentence"].choices = [(str(row.id), row.to_staff) for row in rows]

    def scope(self) -> Scope:
        """Return the scope that was chosen."""
        kind, _separator, name = self.cleaned_data["covers"].partition(":")
        if kind == IncidentScope.BRANCH:
            return Scope(IncidentScope.BRANCH, branch_id=int(name))
        if kind == IncidentScope.REGION:
            return Scope(IncidentScope.REGION, region=name)
        if kind == IncidentScope.PRODUCT:
            return Scope(IncidentScope.PRODUCT, product=name)
        return Scope(IncidentScope.ALL)

    def end(self) -> datetime | None:
        """Return when it ends by itself, if it does."""
        found: datetime | None = self.cleaned_data["ends_at"]
        return found


def scope_choices() -> list[Any]:
    """Return everything collection can be stopped for, in groups."""
    branches = [(f"branch:{row.id}", row.name) for row in Branch.objects.order_by("code")]
    places = [(f"region:{name}", name) for name in regions()]
    products = [(f"product:{code}", capfirst(str(name))) for code, name in Product.choices]
    return [
        ("", _now("Choose")),
        ("all", _now("Whole bank")),
        (_now("Branch"), branches),
        (_now("Region"), places),
        (_now("Product"), products),
    ]


class EndForm(KeyedForm):
    """Why collection may begin again."""

    words_about = "disaster"

    reason = forms.CharField(label=_("Why it may end"), max_length=500, widget=text_input(2))


class SentenceForm(KeyedForm):
    """Another wording, in both languages, and why."""

    words_about = "risk_to_life"

    staff_zh = forms.CharField(label=_("To staff, in Chinese"), max_length=300, widget=text_input(3))
    staff_en = forms.CharField(label=_("To staff, in English"), max_length=400, widget=text_input(3))
    customer_zh = forms.CharField(
        label=_("To customers, in Chinese"), max_length=300, widget=text_input(3), required=False
    )
    customer_en = forms.CharField(
        label=_("To customers, in English"), max_length=400, widget=text_input(3), required=False
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))
