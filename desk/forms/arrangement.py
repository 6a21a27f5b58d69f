"""Agreeing a plan, and letting something off."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.arrangements import CONDITIONS, IN_FORCE, Cost
from collections_app.domain.authority import COLUMNS, LONGEST_MONTHS
from collections_app.domain.instalments.early import KEEPINGS
from collections_app.domain.instalments.months import months_on
from collections_app.domain.instalments.offers import Quote, quoted
from collections_app.domain.instalments.schedules import HIGHEST_PERCENT, METHODS, ImpossibleError, Method, Wish
from collections_app.models import Arrangement, Recording
from collections_app.selectors import codes
from collections_app.services import clock, refusal_texts
from collections_app.services.errors import RefusedError
from collections_app.services.plan_proposals import Terms as PlanTerms
from collections_app.services.waivers import ON_COMPLETION
from collections_app.services.waivers import Terms as WaiverTerms
from desk.forms import waiver_lines
from desk.forms.base import RecordForm
from desk.forms.fields import DocumentField, YuanField, choice_input, day_input, text_input

LINES = 3


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Why"), widget=text_input(3), max_length=1000, help_text=_("Also read by whoever decides, if need be.")
    )


def _document() -> DocumentField:
    return DocumentField(
        label=_("Supporting document"),
        required=False,
        help_text=_("PDF, PNG or JPEG, at most 10 MB."),
        widget=forms.FileInput,
    )


class PlanForm(RecordForm):
    """Monthly instalments from a day on: which kind, how they are counted, what they cost, and how it was agreed."""

    words_about = ""

    account = forms.ChoiceField(label=_("Account"), widget=choice_input())
    kind = forms.ChoiceField(label=_("Kind of arrangement"), widget=choice_input(), required=False)
    method = forms.ChoiceField(label=_("Way of repayment"), widget=choice_input(), required=False)
    number = forms.IntegerField(label=_("Number of instalments"), min_value=1, max_value=LONGEST_MONTHS)
    first_on = forms.DateField(label=_("First by 24:00 of"), widget=day_input())
    total = YuanField(label=_("In all (yuan)"), help_text=_("What is put off, without the interest of the plan."))
    annual_percent = forms.DecimalField(
        label=_("Interest a year (%)"), min_value=0, max_value=HIGHEST_PERCENT, max_digits=5, decimal_places=3,
        required=False,
    )  # fmt: skip
    balloon = YuanField(label=_("Left to the last instalment (yuan)"), required=False)
    step_percent = forms.DecimalField(
        label=_("Each instalment higher by (%)"), min_value=0, max_value=100, max_digits=5, decimal_places=2,
        required=False,
    )  # fmt: skip
    conditions = forms.MultipleChoiceField(
        label=_("Found to hold (card rule Art. 70)"), widget=forms.CheckboxSelectMultiple, required=False
    )
    replaces = forms.ChoiceField(label=_("In place of"), widget=choice_input(), required=False)
    grace_days = forms.IntegerField(label=_("Days of grace"), min_value=0, max_value=15, initial=3)
    recording = forms.ChoiceField(
        label=_("Agreed in the call"),
        widget=choice_input(),
        required=False,
        help_text=_("A plan agreed by word of mouth needs the recording of the call. In writing: leave it empty."),
    )
    written = forms.BooleanField(label=_("Signed in writing"), required=False)
    reason = _reason()
    document = _document()

    recalculates = forms.ChoiceField(
        label=_("When more is paid than is due"),
        widget=choice_input(),
        required=False,
        help_text=_("For equal and interest-free instalments."),
    )
    waivers = forms.IntegerField(widget=forms.HiddenInput, required=False)

    quote: Quote | None = None

    @property
    def waiver_rows(self) -> list[waiver_lines.WaiverRow]:
        """The lines of what is let off, as the page shows them."""
        return [
            waiver_lines.WaiverRow(number, *(self[name] for name in waiver_lines.names(number)))
            for number in range(1, self.lines + 1)
        ]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """The visible fields beside those lines."""
        lines = {name for number in range(1, self.lines + 1) for name in waiver_lines.names(number)}
        return [field for field in self.visible_fields() if field.name not in lines]

    @property
    def waivers_before(self) -> str:
        """The field before which the lines stand."""
        return "replaces" if "replaces" in self.fields else "grace_days"

    @property
    def more_lines(self) -> bool:
        """Whether another line may be added."""
        return self.lines < waiver_lines.MOST_LINES

    def typed(self) -> dict[str, Any]:
        """Return what stands in the form, unchecked, with a line added or taken out: what it is shown with again."""
        values = {
            name: field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for name, field in self.fields.items()
        }
        kept = {name: value for name, value in values.items() if value not in (None, "")}
        return kept | waiver_lines.moved(self.data)

    def prepare(self) -> None:
        """Offer what the record has: accounts, recorded calls with this customer, plans in force."""
        self.lines = waiver_lines.counted(self.data if self.is_bound else self.initial)
        self.initial.setdefault(waiver_lines.COUNT, self.lines)
        for number in range(1, self.lines + 1):
            self.fields |= waiver_lines.fields(number)
        language = get_language() or "zh-hans"
        rows = Recording.objects.filter(customer=self.customer).select_related("conversation").order_by("id")
        newest = {row.conversation_id: row for row in rows}
        plans = Arrangement.objects.filter(customer=self.customer, state__in=IN_FORCE).select_related("account")
        offered: dict[str, list[tuple[str, str]]] = {
            "account": self.account_choices(),
            "kind": [("", "—"), *codes.choices("arrangement_kinds")],
            "method": [(code, METHODS[code].text(language)) for code in METHODS],
            "recalculates": [
                ("", str(_("It pays the next instalments"))),
                *((code, KEEPINGS[code].text(language)) for code in KEEPINGS),
            ],
            "conditions": [(code, CONDITIONS[code].text(language)) for code in CONDITIONS],
            "replaces": [
                ("", "—"),
                *((str(plan.id), f"{plan.account.get_product_display()} {plan.account.tail}") for plan in plans),
            ],
            "recording": [
                ("", "—"),
                *(
                    (str(row.id), f"{timezone.localtime(row.conversation.started_at):%Y-%m-%d %H:%M} · {row.call_id}")
                    for row in newest.values()
                ),
            ],
        }
        for name, options in offered.items():
            field: Any = self.fields[name]
            field.choices = options
        if not plans:
            del self.fields["replaces"]
        # A preview needs no reason yet.
        if "preview" in self.data:
            self.fields["reason"].required = False

    def clean(self) -> dict[str, Any]:
        """Make the schedule; what cannot be paid in this way is told."""
        values = super().clean() or {}
        if not self.errors:
            account = next((row for row in self.accounts() if str(row.id) == values["account"]), None)
            values["let_off"] = waiver_lines.read(self, account)
        if self.errors:
            return values
        wish = Wish(
            Method(values["method"] or Method.INTEREST_FREE),
            values["total"],
            values["number"],
            values["annual_percent"] or Decimal(0),
            values["balloon"] or 0,
            values["step_percent"] or Decimal(0),
        )
        days = [months_on(values["first_on"], place) for place in range(wish.number)]
        try:
            self.quote = quoted(wish, days=days, since=clock.now().astimezone(ZoneInfo(self.customer.time_zone)).date())
        except ImpossibleError as error:
            self.add_error(None, refusal_texts.refusal_text(RefusedError(error.code)))
        return values

    def terms(self) -> PlanTerms:
        """Return what was typed as the service takes it. The form must be valid."""
        values, quote = self.cleaned_data, self.quote
        assert quote is not None, "a valid form has a schedule"
        return PlanTerms(
            instalments=[(day, line.total_fen) for day, line in quote.rows],
            grace_days=values["grace_days"],
            recording_id=int(values["recording"]) if values["recording"] else None,
            is_oral=not values["written"],
            cost=Cost(
                kind=values["kind"],
                method=values["method"] or Method.INTEREST_FREE.value,
                annual_percent=values["annual_percent"] or Decimal(0),
                cost_percent=quote.compound_percent,
                interest=[line.interest_fen for line in quote.lines],
                conditions=values["conditions"],
                recalculates=values["recalculates"],
            ),
            waived=values["let_off"],
            replaces_id=int(values["replaces"]) if values.get("replaces") else None,
        )


class AnnulForm(RecordForm):
    """Why a plan is taken back."""

    words_about = ""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))


class WaiverForm(RecordForm):
    """Which components of an account, how much of each, and when."""

    words_about = ""

    account = forms.ChoiceField(label=_("Account"), widget=choice_input())
    timing = forms.ChoiceField(label=_("Takes effect"), widget=choice_input(), initial=ON_COMPLETION)
    settlement = forms.BooleanField(label=_("The account is settled with it"), required=False)
    reason = _reason()
    document = _document()

    field_order = ("account", *(f"{what}_{n}" for n in range(1, LINES + 1) for what in ("component", "amount")))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["account", *self._pairs(), "timing", "settlement", "reason", "document"])

    def _pairs(self) -> list[str]:
        return [f"{what}_{n}" for n in range(1, LINES + 1) for what in ("component", "amount")]

    def prepare(self) -> None:
        """Offer the accounts, the components and the times; the first line is needed."""
        self.fields["account"].choices = self.account_choices()  # type: ignore[attr-defined]
        timing: Any = self.fields["timing"]
        timing.choices = codes.choices("waiver_timings")
        components = [item for item in codes.choices("waiver_components") if item[0] in COLUMNS]
        for number in range(1, LINES + 1):
            self.fields[f"component_{number}"] = forms.ChoiceField(
                label=_("What is waived"),
                widget=choice_input(),
                required=number == 1,
                choices=[("", "—"), *components],
            )
            self.fields[f"amount_{number}"] = YuanField(label=_("Amount (yuan)"), required=number == 1)

    def clean(self) -> dict[str, Any]:
        """Gather the lines; one with a component but no amount, or named twice, is told."""
        values = super().clean() or {}
        lines: dict[str, int] = {}
        for number in range(1, LINES + 1):
            component, fen = values.get(f"component_{number}"), values.get(f"amount_{number}")
            if bool(component) != (fen is not None) and not self.errors:
                self.add_error(f"amount_{number}", _("Give both what is waived and the amount."))
            elif component and fen is not None:
                if component in lines:
                    self.add_error(f"component_{number}", _("This stands above already."))
                lines[component] = fen
        values["lines"] = lines
        return values

    def terms(self) -> WaiverTerms:
        """Return what was typed as the service takes it. The form must be valid."""
        values = self.cleaned_data
        return WaiverTerms(values["lines"], values["timing"], values["settlement"])
