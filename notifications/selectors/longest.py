"""The longest values that texts may have to hold, from the bank's own data."""

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max
from django.urls import reverse

from collections_app.models import Account, Institution
from notifications.domain.rendering import money_text
from notifications.domain.template_lint import Real
from notifications.models import Message

_KEY = "notifications:longest"
# They grow slowly, and to look at every account takes a while.
_SECONDS = 600
# Signs of the token in a link.
_TOKEN = "x" * 26


def longest_values() -> Real:
    """Return the longest bank name, telephone, amount, organisation and link there are, kept for ten minutes."""
    kept: Real | None = cache.get(_KEY)
    if kept is None:
        kept = _read()
        cache.set(_KEY, kept, _SECONDS)
    return kept


def _read() -> Real:
    found: dict[str, tuple[str, str]] = {}
    banks = list(Institution.objects.values_list("sms_signature", "name_en", "hotline"))
    if banks:
        found["bank"] = (_longest([row[0] for row in banks]), _longest([row[1] for row in banks]))
        hotline = _longest([row[2] for row in banks])
        found["hotline"] = (hotline, hotline)
    most = Account.objects.aggregate(
        overdue=Max("overdue_fen"), billed=Max("billed_fen"), payoff=Max("payoff_fen"), limit=Max("limit_fen")
    )
    largest = max((value for value in most.values() if value), default=0)
    if largest:
        found["amount"] = (
            money_text(largest, currency="CNY", language="zh-hans"),
            money_text(largest, currency="CNY", language="en"),
        )
    named = Message.objects.filter(kind="mediation_invitation").order_by("-due_at")[:200]
    organisations = [row["org"] for row in named.values_list("payload", flat=True) if row.get("org")]
    if organisations:
        found["org"] = (_longest(organisations), _longest(organisations))
    link = settings.PUBLIC_URL + reverse("repayment:landing", kwargs={"token": _TOKEN})
    found["link"] = (link, link)
    return found


def _longest(texts: list[str]) -> str:
    return max(texts, key=len, default="")
