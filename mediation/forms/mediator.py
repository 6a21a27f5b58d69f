"""The forms of mediators and experts, and of their papers."""

from typing import Any, ClassVar

from django import forms

from collections_app.domain.staff import Role
from collections_app.models import Branch, Product, Staff
from collections_app.models.choices import choices
from mediation.domain.languages import LANGUAGES
from mediation.domain.people.roles import SKILLS
from mediation.models import Expert, MediationOrganisation, Mediator, Qualification, Training
from mediation.services.people.experts import Profile

_SHARED = ["languages", "skills", "places", "worked_at", "most_a_day", "most_a_week", "active"]


def _boxes(field: forms.Field, options: Any, *, required: bool) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=field.label,
        help_text=field.help_text,
        choices=options,
        required=required,
        widget=forms.CheckboxSelectMultiple(),
    )


def _say_what_there_is(form: forms.ModelForm[Any], *, role: str, taken: str) -> None:
    """Offer the people of a role, the open organisations, and the lists of languages, skills and branches."""
    fields = form.fields
    if "staff" in fields:
        people = Staff.objects.filter(role=role, is_active=True, **{f"{taken}__isnull": True})
        fields["staff"].queryset = people.order_by("username")  # type: ignore[attr-defined]  # a model choice
    if "organisation" in fields:
        open_ones = MediationOrganisation.objects.filter(active=True)
        mine = MediationOrganisation.objects.filter(pk=form.instance.organisation_id)
        fields["organisation"].queryset = (open_ones | mine).order_by("code")  # type: ignore[attr-defined]
    branches = [(row.code, row.name) for row in Branch.objects.order_by("code")]
    lists = {
        "languages": (choices(LANGUAGES), True),
        "skills": (choices(SKILLS), False),
        "places": (branches, False),
        "worked_at": (branches, False),
    }
    for name, (options, required) in lists.items():
        if name in fields:
            fields[name] = _boxes(fields[name], options, required=required)


def profile_of(said: dict[str, Any]) -> Profile:
    """Return what the form says of a person as services take it."""
    return Profile(
        languages=said["languages"],
        skills=said["skills"],
        places=said["places"],
        worked_at=said["worked_at"],
        most_a_day=said["most_a_day"],
        most_a_week=said["most_a_week"],
    )


class MediatorForm(forms.ModelForm[Mediator]):
    """A person with the mediator's role; when registered, the products of trainings without known days too."""

    trained_for = forms.MultipleChoiceField(choices=(), widget=forms.CheckboxSelectMultiple())

    class Meta:
        model = Mediator
        fields: ClassVar = ["staff", "organisation", *_SHARED]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_what_there_is(self, role=Role.MEDIATOR, taken="mediator")
        if self.instance.pk:
            self.fields.pop("trained_for", None)
        elif "trained_for" in self.fields:
            self.fields["trained_for"].choices = Product.choices  # type: ignore[attr-defined]  # a choice
            self.fields["trained_for"].label = Training._meta.verbose_name_plural


class ExpertForm(forms.ModelForm[Expert]):
    """A person with the expert's role and what they do."""

    class Meta:
        model = Expert
        fields: ClassVar = ["staff", "speciality", "organisation", *_SHARED]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_what_there_is(self, role=Role.EXPERT, taken="expert")


class TrainingForm(forms.ModelForm[Training]):
    """A training of a mediator with its days."""

    class Meta:
        model = Training
        fields: ClassVar = ["staff", "course", "passed_on", "valid_until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "staff" in self.fields:
            people = Staff.objects.filter(role=Role.MEDIATOR, is_active=True)
            self.fields["staff"].queryset = people.order_by("username")  # type: ignore[attr-defined]  # a model choice


class QualificationForm(forms.ModelForm[Qualification]):
    """A licence or certificate with its number and its days."""

    class Meta:
        model = Qualification
        fields: ClassVar = ["staff", "kind", "number", "valid_from", "valid_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "staff" in self.fields:
            people = Staff.objects.filter(role__in=[Role.MEDIATOR, Role.EXPERT], is_active=True)
            self.fields["staff"].queryset = people.order_by("username")  # type: ignore[attr-defined]  # a model choice
