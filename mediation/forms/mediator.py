"""The form of a mediator."""

from typing import Any, ClassVar

from django import forms

from collections_app.domain.staff import Role
from collections_app.models import Product, Staff
from collections_app.models.choices import choices
from mediation.domain.languages import LANGUAGES
from mediation.models import MediationOrganisation, Mediator


class MediatorForm(forms.ModelForm[Mediator]):
    """A person with the mediator's role, their organisation, languages and training."""

    class Meta:
        model = Mediator
        fields: ClassVar = ["staff", "organisation", "languages", "trained_for", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "staff" in self.fields:
            people = Staff.objects.filter(role=Role.MEDIATOR, is_active=True, mediator__isnull=True)
            self.fields["staff"].queryset = people.order_by("username")  # type: ignore[attr-defined]  # a model choice
        if "organisation" in self.fields:
            open_ones = MediationOrganisation.objects.filter(active=True)
            mine = MediationOrganisation.objects.filter(pk=self.instance.organisation_id)
            self.fields["organisation"].queryset = (open_ones | mine).order_by("code")  # type: ignore[attr-defined]
        for name, options in (("languages", choices(LANGUAGES)), ("trained_for", Product.choices)):
            if name in self.fields:
                label = self.fields[name].label
                box = forms.CheckboxSelectMultiple()
                self.fields[name] = forms.MultipleChoiceField(label=label, choices=options, widget=box)
