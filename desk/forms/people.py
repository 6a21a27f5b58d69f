"""People, numbers and the estate: short forms, each with what it rests on."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.people import DEBT_ROLES, NEEDS_DEATH, RELATIONS_OF_OTHERS
from collections_app.models import RelatedPerson
from collections_app.selectors import codes
from desk.forms.base import RecordForm, term_choices
from desk.forms.fields import YuanField, choice_input, day_input, text_input

_EMPTY = ("", _("Choose"))


def _hour_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "form-control"})


class PersonForm(RecordForm):
    """Somebody beside the customer: who, in what role, and on what that rests."""

    words_about = "bereavement"

    name = forms.CharField(
        label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Role in the debt"), widget=choice_input())
    relation = forms.ChoiceField(label=_("Relation"), widget=choice_input(), required=False)
    account = forms.ChoiceField(label=_("Account"), widget=choice_input(), required=False)
    provenance = forms.ChoiceField(label=_("Known from"), widget=choice_input())
    document = forms.CharField(
        label=_("Document"),
        max_length=300,
        required=False,
        widget=text_input(2),
        help_text=_("What the role rests on, its number, and where it is kept."),
    )
    until = forms.DateField(label=_("Authority until"), widget=day_input(), required=False)
    consent_on = forms.DateField(
        label=_("Debtor's consent of"),
        widget=day_input(),
        required=False,
        help_text=_("Of whoever offers to pay: without it they are told nothing."),
    )

    def prepare(self) -> None:
        """Offer the roles, relations and accounts."""
        fields: dict[str, Any] = self.fields
        fields["role"].choices = [_EMPTY, *term_choices(DEBT_ROLES)]
        fields["relation"].choices = codes.choices("relations", sorted(RELATIONS_OF_OTHERS))
        fields["account"].choices = [("", _("All accounts")), *self.account_choices()]
        fields["provenance"].choices = [_EMPTY, *codes.choices("provenances")]


class EndPersonForm(RecordForm):
    """Why somebody's role ends."""

    words_about = "bereavement"

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))


class PointForm(RecordForm):
    """A number or address: of what kind, whose, and where it comes from."""

    kind = forms.ChoiceField(label=_("Kind"), widget=choice_input())
    value = forms.CharField(
        label=_("Number or address"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    whose = forms.ChoiceField(label=_("Whose"), widget=choice_input())
    provenance = forms.ChoiceField(label=_("Known from"), widget=choice_input())
    quality = forms.ChoiceField(label=_("How sure"), widget=choice_input(), initial="unknown")

    def prepare(self) -> None:
        """Offer the people on record beside the customer, and third parties."""
        fields: dict[str, Any] = self.fields
        people = RelatedPerson.objects.filter(customer=self.customer, ended_at__isnull=True).order_by("id")
        language_terms = dict(term_choices(DEBT_ROLES))
        fields["kind"].choices = [_EMPTY, *codes.choices("contact_kinds")]
        fields["whose"].choices = [
            ("self", codes.name_of("relations", "self")),
            *((f"person:{row.pk}", f"{row.name} · {language_terms.get(row.role, row.role)}") for row in people),
            *((code, codes.name_of("relations", code)) for code in sorted(RELATIONS_OF_OTHERS)),
        ]
        fields["provenance"].choices = [_EMPTY, *codes.choices("provenances")]
        # That a number is verified is said with the evidence, once it stands on the record.
        fields["quality"].choices = [row for row in codes.choices("qualities") if row[0] != "verified"]

    def holder(self) -> dict[str, Any]:
        """Return whose it is, as the service takes it. The form must be valid."""
        whose: str = self.cleaned_data["whose"]
        if whose.startswith("person:"):
            return {"person_id": int(whose.removeprefix("person:"))}
        return {"relation": whose}


class JudgeForm(RecordForm):
    """What is known of a number now, from what, and whether and when it may be used."""

    quality = forms.ChoiceField(label=_("How sure"), widget=choice_input(), required=False)
    permission = forms.ChoiceField(label=_("May be used"), widget=choice_input(), required=False)
    evidence = forms.CharField(
        label=_("How it was verified"),
        max_length=300,
        required=False,
        widget=text_input(2),
        help_text=_("Needed to call a number verified, and to use one again that nobody was to use."),
    )
    hours_from = forms.TimeField(label=_("Agreed hours from"), widget=_hour_input(), required=False)
    hours_to = forms.TimeField(
        label=_("Agreed hours to"),
        widget=_hour_input(),
        required=False,
        help_text=_("By the customer's own clock; outside them nobody calls."),
    )

    def prepare(self) -> None:
        """Offer the codes, and to leave each as it is."""
        fields: dict[str, Any] = self.fields
        as_is = ("", _("As it is"))
        fields["quality"].choices = [as_is, *codes.choices("qualities")]
        fields["permission"].choices = [as_is, *codes.choices("permissions")]

    def hours(self) -> tuple[time, time] | None:
        """Return the hours agreed, or None. The form must be valid."""
        begins, ends = self.cleaned_data["hours_from"], self.cleaned_data["hours_to"]
        return (begins, ends) if begins is not None and ends is not None else None


class EstateForm(RecordForm):
    """A customer's death, its proof, and what is known of what they left."""

    words_about = "bereavement"

    died_on = forms.DateField(label=_("Day of death"), widget=day_input(), required=False)
    proof = forms.CharField(
        label=_("Proof"),
        max_length=300,
        required=False,
        widget=text_input(2),
        help_text=_("Death certificate or other proof, and where it is kept. Without one it is asked for."),
    )
    contact = forms.ChoiceField(label=_("Who looks after the estate"), widget=choice_input(), required=False)
    inventory = YuanField(label=_("Worth of the estate"), required=False)
    inventory_on = forms.DateField(label=_("Worth on"), widget=day_input(), required=False)
    inventory_source = forms.CharField(label=_("Known from"), max_length=300, required=False, widget=text_input(2))
    renounced = forms.BooleanField(
        label=_("Every heir has renounced the inheritance"),
        required=False,
        help_text=_("Ends the role of every heir: they owe nothing and are contacted no more."),
    )

    def prepare(self) -> None:
        """Offer the heirs on record."""
        people = RelatedPerson.objects.filter(customer=self.customer, role__in=NEEDS_DEATH, ended_at__isnull=True)
        contact: Any = self.fields["contact"]
        contact.choices = [("", _("Not known yet")), *((str(row.pk), row.name) for row in people.order_by("id"))]

    def values(self) -> dict[str, Any]:
        """Return the fields of the estate. The form must be valid."""
        data = dict(self.cleaned_data)
        for name in ("seen_version", "form_key"):
            data.pop(name, None)
        data["inventory_fen"] = data.pop("inventory")
        contact = data.pop("contact")
        return {**data, "contact_id": int(contact) if contact else None}
