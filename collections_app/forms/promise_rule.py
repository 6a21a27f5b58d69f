"""The form of what may be promised."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.models import Product, PromiseRule
from collections_app.selectors import codes


class PromiseRuleForm(forms.ModelForm[PromiseRule]):
    """Limits of promises; product and stage are chosen, never typed."""

    class Meta:
        model = PromiseRule
        fields: ClassVar = [
            "product",
            "stage",
            "smallest_percent",
            "longest_days",
            "most_parts",
            "most_redates",
            "tolerance_fen",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = codes.choices("stages")
        for name, options in (("product", Product.choices), ("stage", [("", _("all other stages")), *stages])):
            field = self.fields[name]
            self.fields[name] = forms.ChoiceField(label=field.label, choices=options, required=name == "product")
