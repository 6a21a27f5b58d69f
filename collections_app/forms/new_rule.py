"""The form of a rule that is added to a draft: what it is, and the hours or limits its kind states."""

from datetime import time
from typing import Any

from django import forms
from django.core.validators import MinValueValidator, RegexValidator
from django.db.models import Exists, OuterRef
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from collections_app.domain.access import MOST_FAILURES, WAYS
from collections_app.domain.allocation import ALLOCATION_ORDERS
from collections_app.domain.purposes import CHANNELS
from collections_app.domain.rule_terms import AFTERS, CLOSES, COUNTS, SCOPES
from collections_app.domain.rules import MOST_READING_SECONDS
from collections_app.models import Product, Rule, RuleKind, RulePack
from collections_app.models.choices import choices
from collections_app.selectors import codes

# What each kind may state, by the names of its parameters (``domain/rules.parse_rule``); so are the fields called.
STATES: dict[str, tuple[str, ...]] = {
    RuleKind.QUIET_HOURS: ("from", "to", "working_days_only", "every_zone"),
    RuleKind.CAP: ("counts", "scope", "most", "days", "purposes"),
    RuleKind.INTERVAL: ("after", "scope", "minutes", "days"),
    RuleKind.THIRD_PARTY: ("failures", "related", "never"),
    RuleKind.NUMBER_CHECKED: ("days",),
    RuleKind.PAGE_PROOF: ("ways", "one_time_code", "tries"),
    RuleKind.ALLOCATION: ("order", "product", "from_day"),
    RuleKind.OPT_OUT: ("closes", "answers"),
    RuleKind.READING_TIME: ("seconds", "arrangement"),
    RuleKind.MEANS_AGAIN: ("days",),
}
STATED = tuple(dict.fromkeys(name for names in STATES.values() for name in names))
_NONE_CHOSEN = [("", "—")]


def _kinds_text(name: str) -> str:
    labels = dict(RuleKind.choices)
    comma = "、" if (get_language() or "zh").startswith("zh") else ", "
    kinds = comma.join(str(labels[kind]) for kind, names in STATES.items() if name in names)
    return gettext("For: %(kinds)s") % {"kinds": kinds}


_kinds = lazy(_kinds_text, str)


class NewRuleForm(forms.ModelForm[Rule]):
    """A rule of any kind. What its kind does not state stays empty; ``parameters`` holds the rest."""

    class Meta:
        model = Rule
        fields = ("pack", "code", "kind", "channels", "basis", "source", "verified")

    field_order = (*Meta.fields, *STATED)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newer = RulePack.objects.filter(code=OuterRef("code"), version__gt=OuterRef("version"))
        self.fields["pack"] = forms.ModelChoiceField(
            RulePack.objects.filter(~Exists(newer), active=False),
            label=_("rule pack"),
            empty_label=gettext("Please choose"),
        )
        code_form = gettext("Capital letters, digits and hyphens, as in POL-SMS-1D.")
        self.fields["code"].validators.append(RegexValidator(r"^[A-Z0-9]+(-[A-Z0-9]+)*$", code_form))
        self.fields["code"].help_text = code_form
        self.fields["channels"] = _several(_("channels"), choices(CHANNELS), _("None chosen: all channels."))
        self._add_stated()
        self.order_fields(self.field_order)

    def _add_stated(self) -> None:
        clock = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        stated: dict[str, forms.Field] = {
            "from": forms.TimeField(label=_("Quiet from"), widget=clock),
            "to": forms.TimeField(label=_("Quiet until"), widget=clock),
            "working_days_only": forms.BooleanField(label=_("Working days only")),
            "every_zone": forms.BooleanField(label=_("In every zone the number may be in")),
            "counts": _one(_("What is counted"), choices(COUNTS)),
            "after": _one(_("Counted from"), choices(AFTERS)),
            "scope": _one(pgettext_lazy("a limit", "For each"), choices(SCOPES)),
            "most": forms.IntegerField(label=_("At most"), min_value=0),
            "days": forms.IntegerField(label=_("In so many days"), min_value=0),
            "minutes": forms.IntegerField(label=_("Minutes"), min_value=1),
            "purposes": _several(_("Purposes of contact"), codes.choices("purposes")),
            "failures": forms.IntegerField(label=_("After so many missed calls"), min_value=1),
            "related": _several(_("Relations that may be asked at any time"), codes.choices("relations")),
            "order": _one(_("Order of allocation"), choices(ALLOCATION_ORDERS)),
            "product": _one(_("product"), [(code, str(label)) for code, label in Product.choices]),
            "from_day": forms.IntegerField(label=_("From day past due"), min_value=0),
            "never": forms.BooleanField(label=_("Nobody else is asked, ever")),
            "ways": _several(_("Any one of these proves a customer"), choices(WAYS)),
            "one_time_code": forms.BooleanField(label=_("A one-time code too")),
            "tries": forms.IntegerField(
                label=_("Wrong answers that lock a link"), min_value=1, max_value=MOST_FAILURES
            ),
            "closes": _one(_("STOP closes"), choices(CLOSES)),
            "answers": forms.BooleanField(label=_("STOP, START and HELP are answered by one text")),
            "seconds": forms.IntegerField(
                label=_("Seconds to read before consent"), min_value=0, max_value=MOST_READING_SECONDS
            ),
            "arrangement": _one(_("kind of arrangement"), codes.choices("arrangement_kinds")),
        }
        for name, field in stated.items():
            field.required = False
            field.help_text = _kinds(name)
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """Refuse what the kind does not state, and no days at all; whether the rest makes sense the service says."""
        cleaned = super().clean() or self.cleaned_data
        for name in STATED:
            if _is_entered(cleaned.get(name)) and name not in STATES.get(cleaned.get("kind", ""), STATED):
                self.add_error(name, _("A rule of this kind does not state this. Leave it empty."))
        if cleaned.get("days") == 0 and cleaned.get("kind") != RuleKind.MEANS_AGAIN:
            least = MinValueValidator(1)
            self.add_error("days", forms.ValidationError(least.message, least.code, {"limit_value": 1}))
        return cleaned

    @property
    def parameters(self) -> dict[str, Any]:
        """The rule's parameters: what was entered, flags that were set, and lists that name something."""
        kind = self.cleaned_data["kind"]
        entered = {name: self.cleaned_data[name] for name in STATES[kind]}
        return {
            name: value.isoformat("minutes") if isinstance(value, time) else value
            for name, value in entered.items()
            if _is_entered(value)
        }


def _is_entered(value: Any) -> bool:
    """Return whether a field was filled in: nought is, as a limit of none at all."""
    return bool(value) or (value == 0 and value is not False)


def _one(label: Any, offered: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[*_NONE_CHOSEN, *offered])


def _several(label: Any, offered: list[tuple[str, str]], help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=offered, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )
