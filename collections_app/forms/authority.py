"""The form of somebody's authority."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.authority import PLAN
from collections_app.domain.staff import ROLES
from collections_app.models import Authority
from collections_app.selectors import codes


def role_name(code: str) -> str:
    """Return a role's name in the language of the moment."""
    return ROLES[code].text(get_language() or "zh-hans") if code in ROLES else code


def component_name(code: str) -> str:
    """Return a component's name in the language of the moment; a plan is named as one."""
    return str(_("Repayment plan")) if code == PLAN else codes.name_of("waiver_components", code)


class AuthorityForm(forms.ModelForm[Authority]):
    """Role and component are chosen, never typed."""

    class Meta:
        model = Authority
        fields: ClassVar = [
            "role",
            "component",
            "most_percent",
            "most_fen",
            "most_month_fen",
            "most_customer_fen",
            "most_branch_month_fen",
            "most_months",
            "head_office_only",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "role": [(code, role_name(code)) for code in ROLES],
            "component": [*codes.choices("waiver_components"), (PLAN, component_name(PLAN))],
        }
        for name, options in offered.items():
            self.fields[name] = forms.ChoiceField(label=self.fields[name].label, choices=options)
