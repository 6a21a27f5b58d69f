"""Refusals in words: one calm sentence that names the rule and until when, in the language of the moment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from collections_app.domain.approvals import APPROVAL_STATES
from collections_app.domain.code_lists import BOUND_BASES, CODE_FIELDS, CODE_LISTS, CODE_VALUES
from collections_app.domain.money import yuan_text
from collections_app.domain.outcomes import EFFECTS
from collections_app.domain.purposes import CHANNELS
from collections_app.domain.rule_terms import BASES, COUNTS
from collections_app.domain.staff import DEPARTMENTS
from collections_app.domain.terms import TermList
from collections_app.selectors import codes
from collections_app.services.write_refusals import SENTENCES

# Each reason a permit is refused for; the second sentence is used when it is known until when.
_CONTACTS: dict[str, tuple[Promise, Promise | None]] = {
    "branch_not_live": (_("This branch does not contact customers through OneCase yet."), None),
    "incident": (
        _("Collection is stopped by an incident: no contact of this kind. Incoming calls may be taken."),
        _(
            "Collection is stopped by an incident: no contact of this kind before %(until)s. "
            "Incoming calls may be taken."
        ),
    ),
    "rules_missing": (_("No contact rules are in force for this branch, so nobody is contacted."), None),
    "zone_unknown": (_("The customer's time zone is not known, so nobody can tell whether it is night there."), None),
    "no_consent": (_("Advertising needs the customer's consent, and there is none."), None),
    "hold": (
        _("On hold (%(hold)s): no contact of this kind. Incoming calls may be taken."),
        _("On hold (%(hold)s): no contact of this kind before %(until)s. Incoming calls may be taken."),
    ),
    "approval_needed": (_("On hold (%(hold)s): this contact needs an approval first."), None),
    "via_only": (_("On hold (%(hold)s): this kind of contact goes on only with %(via)s."), None),
    "agreement_active": (_("A repayment agreement is being kept: no collection unless it is broken."), None),
    "promise_pending": (
        _("A promise is being checked against postings: no collection until then. Incoming calls may be taken."),
        _("A promise is pending: no collection before %(until)s. Incoming calls may be taken."),
    ),
    "data_stale": (
        _("The data are of %(as_of)s; collection needs data of %(oldest)s or later. Receipts and codes go on."),
        None,
    ),
    "callback_agreed": (
        _("A callback was agreed with the customer: nobody calls before it."),
        _("A callback was agreed with the customer for %(until)s: nobody calls before it."),
    ),
    "on_the_line": (_("%(department)s is speaking with the customer now."), None),
    "quiet_hours": (
        _("Quiet hours at the customer's place (%(from)s to %(to)s)."),
        _("Quiet hours at the customer's place (%(from)s to %(to)s): no contact before %(until)s."),
    ),
    "day_off": (
        _("This channel is used on working days only."),
        _("This channel is used on working days only: no contact before %(until)s."),
    ),
    "calendar_unknown": (_("It is not known whether today is a working day there, so this channel rests."), None),
    "cap_reached": (
        _("%(counts)s: the limit of %(most)s %(per)s is reached (%(basis)s)."),
        _("%(counts)s: the limit of %(most)s %(per)s is reached (%(basis)s); no more before %(until)s."),
    ),
    "interval": (
        _("Too soon after the last contact (%(basis)s)."),
        _("Too soon after the last contact (%(basis)s): no contact before %(until)s."),
    ),
    "no_contact_point": (_("There is no number or address for this channel."), None),
    "channel_mismatch": (_("This number or address cannot be used for this channel."), None),
    "opted_out": (_("The customer does not want to be contacted this way. Please use another lawful channel."), None),
    "service_only": (_("Only service notices may go to this number."), None),
    "agreed_hours": (_("This number may be used only at the hours agreed (%(from)s to %(to)s)."), None),
    "representative_only": (_("Only the representative may be contacted about this."), None),
    "number_bad": (_("This number is known to be bad and is not used until it has been verified again."), None),
    "number_unchecked": (
        _("This number was not verified in the last %(days)s days, so it may be somebody else's by now."),
        None,
    ),
    "third_refused": (
        _("The person at this number has refused to pass on messages. That stands for good, on every record."),
        None,
    ),
    "third_party": (
        _(
            "This person (%(relation)s) is no party to the debt: they may be asked to pass on a message only "
            "when the customer is out of reach."
        ),
        None,
    ),
    "nothing_due": (_("Nothing is overdue, so there is nothing to collect."), None),
    "in_grace": (_("The account is within its days of grace: no collection yet."), None),
    "pending": (
        _("Another contact with this customer is under way."),
        _("Another contact with this customer is under way: please wait until %(until)s."),
    ),
    "premise_gone": (_("What this contact was for is no longer true."), None),
    "provider_not_allowed": (_("This provider may not carry such a message to this country."), None),
}

# What these reasons mean more exactly, by what the rule went by.
_MORE_EXACTLY: dict[str, tuple[Promise, Promise | None]] = {
    "interval_talk": (
        _("Too soon after the last conversation (%(basis)s)."),
        _("Too soon after the last conversation (%(basis)s): no contact before %(until)s."),
    ),
    "third_never": (
        _("This person (%(relation)s) is no party to the debt, and is not asked to pass on anything either."),
        None,
    ),
}

_TERMS: dict[str, TermList] = {
    "department": DEPARTMENTS,
    "channel": CHANNELS,
    "basis": BASES,
    "counts": COUNTS,
    "list": CODE_LISTS,
    "field": CODE_FIELDS,
    "bound_basis": BOUND_BASES,
    "approval_state": APPROVAL_STATES,
}
# Parameters that are codes of the bank's own lists, tried in this order: "kind" and "state" are of several.
_CODES: dict[str, tuple[str, ...]] = {
    "hold": ("holds",),
    "relation": ("relations",),
    "kind": ("holds", "handoffs"),
    "state": ("promise_states", "handoff_states"),
    "component": ("waiver_components",),
    "status_before": ("statuses",),
    "status_after": ("statuses",),
}


class Refused(Protocol):
    """Whatever refuses: an error of a service, a refusal of a permit, or its decision."""

    @property
    def code(self) -> str: ...

    @property
    def params(self) -> Mapping[str, Any]: ...

    @property
    def until(self) -> datetime | None: ...


def refusal_text(refused: Refused) -> str:
    """Return the sentence of a refusal in the active language. An unknown code gives a general sentence."""
    words = _words(refused.params)
    if refused.code in _CONTACTS:
        sentence, with_end = _MORE_EXACTLY.get(_more_exactly(refused), _CONTACTS[refused.code])
        if refused.until is not None and with_end is not None:
            words["until"] = end_text(refused.until)
            sentence = with_end
        return str(sentence) % words
    if refused.code in SENTENCES:
        return str(SENTENCES[refused.code]) % words
    return gettext("This is not possible now (%(code)s).") % {"code": refused.code}


def _more_exactly(refused: Refused) -> str:
    """Return the code of a sentence that says more exactly what is meant, or an empty text."""
    if refused.code == "interval" and refused.params.get("after") == "conversation":
        return "interval_talk"
    # How often the customer must have been missed is said only by a rule that lets others be asked at all.
    if refused.code == "third_party" and "needed" not in refused.params:
        return "third_never"
    return ""


def end_text(until: datetime) -> str:
    """Return until when in words, in the reader's time zone. Midnight is 24:00 of the day that ends."""
    here = until.astimezone(timezone.get_current_timezone())
    day, clock = here.date(), here.strftime("%H:%M")
    if here.time() == time.min:
        day, clock = day - timedelta(days=1), "24:00"
    return gettext("%(clock)s on %(day)s") % {"clock": clock, "day": day_text(day)}


def day_text(day: date) -> str:
    """Return a day without its year as people of the reader's language write it."""
    # Translators: the form of a day without its year, as Django's date filter reads it.
    return date_format(day, gettext("j F"))


def _words(params: Mapping[str, Any]) -> defaultdict[str, str]:
    """Return the parameters of a refusal as people read them; what is missing reads as a dash."""
    language = get_language() or "zh-hans"
    words: defaultdict[str, str] = defaultdict(lambda: "—")
    for name, value in params.items():
        words[name] = _word(name, value, language)
    # A code of a list that the refusal names too.
    for code, code_list in (("name_of", "list"), ("by", "by_list")):
        if code_list in params:
            words[code] = codes.name_of(str(params[code_list]), str(params.get(code, "")))
    if params.get("via_staff"):
        words["via"] = words["via_staff"]
    days = params.get("days", 0)
    words["per"] = gettext("per day") if days == 1 else gettext("per %(days)s days") % {"days": days}
    if words["counts"] == COUNTS["attempts"].text(language):
        words["counts"] = words["channel"]
    return words


def _word(name: str, value: Any, language: str) -> str:
    if name in _TERMS and value in _TERMS[name]:
        return _TERMS[name][value].text(language)
    for code_list in _CODES.get(name, ()):
        if value in codes.seen().terms(code_list):
            return codes.name_of(code_list, value)
    if name == "via":
        return _and([codes.name_of("relations", item) for item in value], language)
    if name == "via_staff":
        return _and([DEPARTMENTS[item].text(language) for item in value], language)
    if name == "contents":
        return _and([codes.name_of("handoff_contents", item) for item in value], language)
    if name == "words_found":
        return _and(value, language)
    if name == "bound":
        return _bound(value, language)
    if name.endswith("_fen") and isinstance(value, int):
        return yuan_text(value)
    if name in {"as_of", "oldest"} and isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, date):
        return day_text(value)
    return "—" if value is None else str(value)


def _and(words: Sequence[str], language: str) -> str:
    return ("、" if language.startswith("zh") else ", ").join(words)


def _bound(value: Any, language: str) -> str:
    """Return the value nobody may go below or beyond as people read it: a level, yes or no, effects, minutes."""
    if isinstance(value, list):
        return _and([_bound(item, language) for item in value], language)
    key = str(value).lower() if isinstance(value, bool) else str(value)
    for terms in (CODE_VALUES, EFFECTS):
        if key in terms:
            return terms[key].text(language)
    return key
