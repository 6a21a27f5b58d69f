"""Who works what: giving one record, moving many accounts, leave cover, and ties of staff to customers."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.domain.ownership.moving import GOALS, MOST, OWN_GOALS
from collections_app.domain.ownership.pools import MOVED_BY_HAND
from collections_app.domain.ownership.walls import STAFF_RELATIONS
from collections_app.domain.staff import Scope
from collections_app.domain.stages import Stage
from collections_app.forms.keyed import KeyedForm
from collections_app.models import Branch, Product, Staff
from collections_app.selectors import codes
from collections_app.selectors.ownership import people
from collections_app.services.ownership.previewing import NOBODY, Selection
from desk.forms.base import RecordForm, term_choices
from desk.forms.fields import YuanField, choice_input, day_input, text_input

_ANYBODY = "any"


def person_choice(person: Staff) -> tuple[str, str]:
    """Return a colleague as a choice: name and number, and that they have left."""
    words = [person.name, person.employee_no]
    if not person.is_active:
        words.append(gettext("has left"))
    return str(person.pk), " · ".join(words)


def pool_choices(empty: str) -> list[tuple[str, str]]:
    """Return the pools accounts are moved to by hand, behind a choice of none."""
    return [("", empty), *codes.choices("placements", sorted(MOVED_BY_HAND))]


class OwnerForm(RecordForm):
    """Which accounts of a record go to whom, and why."""

    accounts_chosen = forms.MultipleChoiceField(label=_("Accounts"), widget=forms.CheckboxSelectMultiple)
    to = forms.ChoiceField(label=_("Goes to"), widget=choice_input(), required=False)
    pool = forms.ChoiceField(label=_("Pool"), widget=choice_input(), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        self.staff = staff
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the record's accounts, all chosen, and the colleagues of one's reach."""
        fields: dict[str, Any] = self.fields
        fields["accounts_chosen"].choices = self.account_choices()
        fields["accounts_chosen"].initial = [code for code, _name in self.account_choices()]
        offered = [person_choice(person) for person in people.assignable(self.staff)]
        fields["to"].choices = [("", _("Nobody: back to the pool")), *offered]
        fields["pool"].choices = pool_choices(gettext("That of the colleague's unit"))


class MoveForm(KeyedForm):
    """Which accounts are moved, and to whom. Nothing moves before the preview was looked at."""

    whose = forms.ChoiceField(label=_("Whose accounts"), widget=choice_input())
    branch = forms.ChoiceField(label=_("Branch of the customers"), widget=choice_input(), required=False)
    product = forms.ChoiceField(label=_("Product"), widget=choice_input(), required=False)
    stage = forms.ChoiceField(label=_("Stage"), widget=choice_input(), required=False)
    from_fen = YuanField(label=_("Overdue from (yuan)"), required=False)
    below_fen = YuanField(label=_("Overdue below (yuan)"), required=False)
    most = forms.IntegerField(
        label=_("At most so many"), min_value=1, max_value=MOST, initial=300,
        widget=forms.NumberInput(attrs={"class": "form-control number"}),
    )  # fmt: skip
    goal = forms.ChoiceField(label=_("How they are given"), widget=choice_input())
    to = forms.MultipleChoiceField(label=_("Colleagues"), widget=forms.CheckboxSelectMultiple, required=False)
    pool = forms.ChoiceField(label=_("Pool"), widget=choice_input(), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        overseen = [person_choice(person) for person in people.overseen(staff)]
        fields["whose"].choices = [
            (str(NOBODY), gettext("Nobody's: the pool")), (_ANYBODY, gettext("Anybody's")), *overseen,
        ]  # fmt: skip
        branches = Branch.objects.order_by("code")
        if staff.scope != Scope.INSTITUTION:
            branches = branches.filter(pk=staff.branch_id or 0)
        anything = ("", gettext("Any"))
        fields["branch"].choices = [anything, *((str(row.pk), row.name) for row in branches)]
        fields["product"].choices = [anything, *((code, capfirst(str(name))) for code, name in Product.choices)]
        fields["stage"].choices = [anything, *codes.choices("stages", [stage.value for stage in Stage])]
        fields["goal"].choices = [choice for choice in term_choices(GOALS) if choice[0] in OWN_GOALS]
        fields["to"].choices = [person_choice(person) for person in people.assignable(staff)]
        fields["pool"].choices = pool_choices(gettext("That of the colleague's unit"))

    def selection(self) -> Selection:
        """Return which accounts were chosen."""
        values = self.cleaned_data
        return Selection(
            from_staff_id=None if values["whose"] == _ANYBODY else int(values["whose"]),
            branch_id=int(values["branch"]) if values["branch"] else None,
            product=values["product"],
            stage=values["stage"],
            from_fen=values["from_fen"],
            below_fen=values["below_fen"],
            most=values["most"],
        )


class CoverForm(KeyedForm):
    """Who is away, who works their book meanwhile, and in which days."""

    away = forms.ChoiceField(label=_("Who is away"), widget=choice_input())
    cover = forms.ChoiceField(label=_("Covered by"), widget=choice_input())
    first_on = forms.DateField(label=_("First day"), widget=day_input())
    last_on = forms.DateField(label=_("Last day"), widget=day_input())
    reason = forms.CharField(
        label=_("Remark"), max_length=200, required=False, widget=forms.TextInput(attrs={"class": "form-control"})
    )

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", gettext("Choose")), *(person_choice(person) for person in people.assignable(staff))]
        fields: dict[str, Any] = self.fields
        fields["away"].choices = fields["cover"].choices = offered


class TieForm(KeyedForm):
    """A customer who is a member of staff, or their relative or colleague."""

    employee_no = forms.CharField(
        label=_("Employee number"), max_length=16, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    customer_no = forms.CharField(
        label=_("Customer number"), max_length=24, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    relation = forms.ChoiceField(label=_("Whose record"), widget=choice_input())
    note = forms.CharField(
        label=_("How it is known"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relation: Any = self.fields["relation"]
        relation.choices = [("", gettext("Choose")), *term_choices(STAFF_RELATIONS)]
