"""The form of one row of a code list: its names, its order, and the values its list states."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.code_lists import BOUND_BASES, CODE_FIELDS, CODE_VALUES, LISTS, CodeField, FieldKind
from collections_app.domain.codes import CodeRow
from collections_app.domain.outcomes import EFFECTS
from collections_app.domain.staff import DEPARTMENTS, ROLES
from collections_app.models import Code
from collections_app.selectors import codes

_WORDS = (CODE_VALUES, EFFECTS, DEPARTMENTS, ROLES)
_PREFIX = "value_"


class CodeForm(forms.ModelForm[Code]):
    """Names and order. ``form_for`` adds the values of a list, each as a field of its own."""

    list_name: str = ""
    seen_version = forms.IntegerField(label=_("version"), required=False, widget=forms.HiddenInput)
    seen_order = forms.CharField(label=_("order"), required=False, widget=forms.HiddenInput)

    class Meta:
        model = Code
        fields = ("code", "name_zh", "name_en", "about_zh", "about_en", "position", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.list_name = self.instance.list_name or self.list_name
        self.fields["seen_order"].initial = codes.seen().order_mark(self.list_name)
        row = codes.seen().terms(self.list_name).get(self.instance.code)
        if row is None:
            return
        self.fields["seen_version"].initial = self.instance.version
        for value in LISTS[self.list_name].fields:
            name = _PREFIX + value.name
            if name in self.fields:
                self.fields[name].initial = row.data.get(value.name)
                self.fields[name].help_text = _bound_text(value, row)

    @property
    def data_values(self) -> dict[str, Any]:
        """What was entered, under the names the list gives its values; what the form left out is as it was."""
        found = dict(self.instance.data)
        for value in LISTS[self.list_name].fields:
            if _PREFIX + value.name in self.cleaned_data:
                found[value.name] = self.cleaned_data[_PREFIX + value.name]
        return found


def form_for(list_name: str, *, is_new: bool) -> type[CodeForm]:
    """Return the form of a list: for a row that exists, without what never changes."""
    fields = {
        _PREFIX + value.name: _field(value) for value in LISTS[list_name].fields if is_new or not value.structural
    }
    return type("ListCodeForm", (CodeForm,), {"list_name": list_name, **fields})


def value_names(list_name: str, *, is_new: bool) -> list[str]:
    """Return the names of the fields of a list's values."""
    return [_PREFIX + value.name for value in LISTS[list_name].fields if is_new or not value.structural]


def _field(value: CodeField) -> forms.Field:
    label = CODE_FIELDS[value.name].text(_language())
    if value.kind is FieldKind.FLAG:
        return forms.BooleanField(label=label, required=False)
    if value.kind is FieldKind.NUMBER:
        return forms.IntegerField(label=label, min_value=1, required=not value.optional)
    choices = codes.choices(value.of) if value.of else _choices(value.choices)
    if value.kind in {FieldKind.CODES, FieldKind.TERMS}:
        return forms.MultipleChoiceField(
            label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
        )
    if value.optional:
        choices = [("", "—"), *choices]
    return forms.ChoiceField(label=label, choices=choices, required=not value.optional)


def _language() -> str:
    return get_language() or "zh-hans"


def _word(code: Any) -> str:
    key = str(code).lower() if isinstance(code, bool) else str(code)
    return next((terms[key].text(_language()) for terms in _WORDS if key in terms), key)


def _choices(codes_: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, _word(code)) for code in codes_]


def _bound_text(value: CodeField, row: CodeRow) -> str:
    """Say what the release does not let anybody go below or beyond, and on what that rests."""
    parts = []
    for bound, sentence in (
        (row.floors.get(value.name), _("Not below: %(bound)s (%(basis)s).")),
        (row.ceilings.get(value.name), _("Not beyond: %(bound)s (%(basis)s).")),
    ):
        if bound is not None:
            items = bound.value if isinstance(bound.value, list) else [bound.value]
            words = {"bound": ", ".join(_word(item) for item in items)}
            parts.append(sentence % (words | {"basis": BOUND_BASES[bound.basis].text(_language())}))
    return " ".join(parts)
