"""The forms on which customers say something of the debt: paid, cannot pay, disputed, mediation, a complaint, data."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from collections_app.services import claims
from repayment.domain.formats import account_text
from repayment.forms.fields import MoneyField
from repayment.forms.papers import PapersField
from repayment.selectors.account_page import AccountPart, Page

MOST_TEXT = 1000
FITS_BEST = {"required": _("Choose what fits best.")}


def words(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """Return a field for a few words."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write a few words, so that we can help.")},
    )


def _account_name(part: AccountPart) -> str:
    language = get_language() or "zh-hans"
    return account_text(product=part.account.product, tail=part.account.tail, language=language)


class AccountForm(forms.Form):
    """A form about one of the customer's accounts; with only one, nothing is asked."""

    account = forms.TypedChoiceField(label=_("Which account is it about?"), coerce=int)

    def __init__(self, *args: Any, page: Page, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(part.account.pk, _account_name(part)) for part in page.parts]
        if len(page.parts) == 1:
            self.initial["account"] = page.parts[0].account.pk
            field.widget = forms.HiddenInput()
        self.today = page.today


class ClaimForm(AccountForm):
    """I have already paid: how much, when, by which way."""

    amount = MoneyField(label=_("How much did you pay?"), error_messages={"required": _("Enter the amount you paid.")})
    paid_on = forms.DateField(
        label=_("On which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Enter the day you paid."), "invalid": _("Enter a day such as 2026-11-20.")},
    )
    channel = forms.ChoiceField(
        label=_("How?"),
        choices=[
            ("app", _("in the bank's app or online bank")),
            ("gateway", _("by Alipay, WeChat or UnionPay")),
            ("interbank", _("by transfer from another bank")),
            ("counter", _("at a branch or a machine")),
            ("third_payer", _("somebody paid for me")),
        ],
    )
    slip = PapersField(several=False, label=_("The slip, or a picture of it (not required)"))
    remark = words(_("Anything that helps us find it (not required)"), required=False)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def clean_paid_on(self) -> date:
        """Return the day; a day to come is a slip, and one of more than a year ago asks for a person."""
        day: date = self.cleaned_data["paid_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        if day < self.today - claims.LONGEST_AGO:
            said = _("Payments of the last year can be looked for here; call us about an older one.")
            raise forms.ValidationError(said)
        return day


class PlanForm(AccountForm):
    """I cannot pay: what would be possible."""

    reason = forms.ChoiceField(
        label=_("What is the matter?"),
        choices=[
            ("instalments", _("I can pay, but only in parts")),
            ("income", _("I have lost my job or earn less")),
            ("illness", _("Illness, or a hard time in the family")),
            ("other", pgettext_lazy("reason", "Something else")),
        ],
        widget=forms.RadioSelect,
        error_messages=FITS_BEST,
    )
    monthly = MoneyField(label=_("How much could you pay each month? (not required)"), required=False)
    papers = PapersField(label=_("Papers that show it (not required)"))
    text = words(_("Anything we should know (not required)"), required=False)

    HARDSHIP = frozenset({"income", "illness"})

    @property
    def kind(self) -> str:
        """The hand-off it becomes: hardship is weighed first, a plan is negotiated."""
        return "hardship" if self.cleaned_data["reason"] in self.HARDSHIP else "plan_request"


class DisputeForm(AccountForm):
    """I have a question or an objection about this debt."""

    reason = forms.ChoiceField(
        label=_("What is not right?"),
        choices=[
            ("amount", _("the amount")),
            ("fees", _("interest, fees or the rate")),
            ("paid", _("I paid, and it is not counted")),
            ("fraud", _("a transaction that is not mine")),
            ("identity", _("somebody opened it in my name")),
            ("instalments", _("instalments I did not agree to")),
            ("merchant", _("goods or services I did not get as agreed")),
            ("guarantee", _("I am said to be liable for somebody else")),
            ("credit_record", _("what was reported to the credit registry")),
            ("too_old", _("the debt is too old to be claimed")),
            ("other", pgettext_lazy("reason", "Something else")),
        ],
        widget=forms.RadioSelect,
        error_messages=FITS_BEST,
    )
    text = words(_("What is it about?"))
    papers = PapersField(label=_("Papers that show it (not required)"))

    KINDS: ClassVar[dict[str, str]] = {
        "fraud": "fraud_claim",
        "identity": "fraud_claim",
        "credit_record": "credit_objection",
    }

    @property
    def kind(self) -> str:
        """The hand-off it becomes."""
        return self.KINDS.get(self.cleaned_data["reason"], "dispute")


class MediationForm(AccountForm):
    """I want mediation: how, and that it may begin."""

    way = forms.ChoiceField(
        label=_("How would you like to talk?"),
        choices=[("telephone", _("by telephone")), ("video", _("by video")), ("in_person", _("in person"))],
        widget=forms.RadioSelect,
        error_messages=FITS_BEST,
    )
    text = words(_("What should be settled?"))
    consent = forms.BooleanField(
        label=_("I agree to mediation. It is voluntary: I can end it at any time."),
        error_messages={"required": _("Mediation begins only if you agree to it.")},
    )


class DataForm(forms.Form):
    """Correct or erase my data, and the other rights."""

    wish = forms.ChoiceField(
        label=_("What should we do with your data?"),
        choices=[
            ("correct", _("correct something")),
            ("erase", _("erase something")),
            ("copy", _("give me a copy")),
            ("explain", _("explain how my data are used")),
            ("restrict", _("stop using them for something")),
        ],
        widget=forms.RadioSelect,
        error_messages=FITS_BEST,
    )
    text = words(_("Which data, and what is right?"))
    papers = PapersField(label=_("Papers that show it (not required)"))


class ComplaintForm(forms.Form):
    """A complaint: what about, and what should happen."""

    about = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[
            ("conduct", _("how I was contacted or treated")),
            ("other", _("the product, a fee or the service")),
        ],
        widget=forms.RadioSelect,
        error_messages=FITS_BEST,
    )
    text = words(_("What happened, and what should we do?"))
    papers = PapersField(label=_("Papers that show it (not required)"))
