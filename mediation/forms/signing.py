"""The forms that sign: what was read, whose name, the line as drawn, and the proof."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.forms.keyed import KeyedForm
from collections_app.services.reauthentication import Given
from mediation.domain.courts import COURT_STAGES, DURING_TALKS, PACK_KINDS
from mediation.domain.signing import LONGEST_PLACE, MOST_SCAN_BYTES, MOST_SCAN_PAGES
from mediation.forms.papers import PapersField
from mediation.forms.versioned import VersionedForm

_STROKES = {"data-strokes": ""}


class HandFields(forms.Form):
    """What every signature has."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    strokes = forms.CharField(widget=forms.HiddenInput(attrs=_STROKES), required=False, max_length=20_000)
    name = forms.CharField(
        label=_("Your name in full"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class ProvenFields(forms.Form):
    """What proves somebody of the staff anew: the password, and of whoever has an authenticator its code."""

    password = forms.CharField(
        label=_("Your password again"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    code = forms.CharField(
        label=_("Code of your authenticator"), required=False, max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "size": "12"}),
    )  # fmt: skip

    def __init__(self, *args: Any, needs_code: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_code:
            del self.fields["code"]

    @property
    def given(self) -> Given:
        """What was typed; the form must have been asked whether it is valid."""
        return Given(self.cleaned_data.get("password", ""), self.cleaned_data.get("code", ""))


class StaffSignForm(KeyedForm, HandFields, ProvenFields):
    """A signature of somebody at the table."""

    signatory = forms.CharField(widget=forms.HiddenInput, max_length=12)


class PaperSignForm(KeyedForm, ProvenFields):
    """That a version was signed by hand: the scan of it, whose hands are on it, when and where."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    version = forms.IntegerField(
        label=_("Version number printed on the paper"), min_value=1, max_value=999,
        help_text=_("It stands below the title and at the foot of every page."),
    )  # fmt: skip
    keys = forms.MultipleChoiceField(label=_("On the paper are"), widget=forms.CheckboxSelectMultiple)
    signed_on = forms.DateField(label=_("Signed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    place = forms.CharField(label=_("Signed at"), max_length=LONGEST_PLACE)
    scans = PapersField(
        label=_("Scan or photographs of all pages"), required=True, most=MOST_SCAN_PAGES, most_bytes=MOST_SCAN_BYTES,
        help_text=_("PDF, JPEG or PNG, at most 10 MB each and 100 MB together. They are kept locked away."),
    )  # fmt: skip

    field_order = ("scans", "version", "keys", "signed_on", "place", "password", "code")

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        # It stands on one page with the form of a signature given there.
        kwargs.setdefault("auto_id", "paper_%s")
        super().__init__(*args, **kwargs)
        keys = self.fields["keys"]
        assert isinstance(keys, forms.MultipleChoiceField)
        keys.choices = choices
        self.fields["scans"].widget.attrs["accept"] = ".pdf,.jpg,.jpeg,.png"


class RefuseForm(forms.Form):
    """Refuse to sign the version that was read, or take the own signature back while it is not in force."""

    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label=_("Yes, I do not sign, and end the talks"),
        error_messages={"required": _("Tick the box if you do not want this agreement. Nothing has changed.")},
    )


class CustomerSignForm(HandFields):
    """A customer's signature: the code they were sent."""

    REFUSED = _("This is not the code we have sent you, or it is over. Check it, or ask for another one.")

    typed = forms.CharField(
        label=_("Code from the text message"),
        help_text=_("6 digits, valid for 5 minutes"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": "8"}),
        error_messages={"required": _("Enter the code from the text message.")},
    )


class DoneForm(VersionedForm):
    """That an obligation was met."""

    words_about = "hardship"

    evidence = forms.CharField(label=_("What proves it"), max_length=500)


class StageForm(VersionedForm):
    """A step of a court."""

    words_about = "hardship"

    stage = forms.ChoiceField(label=_("Step"))
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    court = forms.CharField(label=_("Court"), max_length=80)
    case_number = forms.CharField(label=_("Case number"), required=False, max_length=60)
    text = forms.CharField(
        label=_("Evidence or remark"), required=False, max_length=500,
        help_text=_(
            "What proves it and its number. Of preservation, a payment order, a suit and enforcement it must be said."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, language: str, ended: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stage = self.fields["stage"]
        assert isinstance(stage, forms.ChoiceField)
        offered = [(code, term.text(language)) for code, term in COURT_STAGES.items() if ended or code in DURING_TALKS]
        stage.choices = [("", "—"), *offered]


class PackForm(VersionedForm):
    """Papers for a court, and why they are needed."""

    words_about = "hardship"

    kind = forms.ChoiceField(label=_("Papers"))
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(code, term.text(language)) for code, term in PACK_KINDS.items()]
