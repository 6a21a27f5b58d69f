"""Status pills: icon and word, from one mapping for the whole desk."""

from django import template

from collections_app.templatetags.terms import term

register = template.Library()

# code: (tone, icon). Codes mean the same in whatever list they stand.
LOOKS: dict[str, tuple[str, str]] = {
    # the derived status of a record
    "deceased": ("quiet", "user-off"),
    "court": ("bad", "gavel"),
    "bankrupt": ("bad", "building-bank"),
    "assigned": ("quiet", "transfer"),
    "fraud_check": ("bad", "shield"),
    "disputed": ("warn", "flag"),
    "in_mediation": ("info", "heart-handshake"),
    "plan_active": ("ok", "calendar-event"),
    "plan_late": ("warn", "calendar-due"),
    "hardship_review": ("info", "hand-stop"),
    "represented": ("info", "user-shield"),
    "payment_pending": ("info", "loader"),
    "promise_active": ("warn", "clock"),
    "promise_broken": ("bad", "x"),
    "callback_due": ("info", "phone-call"),
    "lost": ("bad", "user-question"),
    "placed": ("quiet", "briefcase"),
    "to_contact": ("info", "phone"),
    "grace": ("quiet", "hourglass"),
    "current": ("ok", "check"),
    # promises and plans
    "active": ("warn", "clock"),
    "due": ("warn", "calendar-due"),
    "awaiting_posting": ("info", "loader"),
    "kept": ("ok", "check"),
    "kept_late": ("ok", "check"),
    "partly_kept": ("warn", "minus"),
    "broken": ("bad", "x"),
    "redated": ("quiet", "calendar-time"),
    "superseded": ("quiet", "exchange"),
    "withdrawn": ("quiet", "arrow-back-up"),
    "void_reversed": ("bad", "arrow-back-up"),
    "performing": ("ok", "calendar-event"),
    "late": ("warn", "calendar-due"),
    "breached": ("bad", "x"),
    "performed": ("ok", "checks"),
    "varied": ("quiet", "exchange"),
    # payments
    "unidentified": ("warn", "hourglass"),
    # what was told
    "told_wrong": ("bad", "alert-triangle"),
    "orally_only": ("warn", "message"),
    # hand-offs and generally
    "open": ("info", "inbox"),
    "accepted": ("warn", "user-check"),
    "returned": ("bad", "arrow-back-up"),
    "in_work": ("warn", "loader"),
    "waiting": ("quiet", "clock-pause"),
    "contested": ("bad", "flag"),
    # complaints
    "investigating": ("warn", "loader"),
    "extended_1": ("warn", "calendar-time"),
    "extended_2": ("warn", "calendar-time"),
    "answered": ("ok", "check"),
    "review_asked": ("warn", "refresh"),
    "review_answered": ("ok", "checks"),
    "to_mediation": ("info", "heart-handshake"),
    "closed": ("quiet", "check"),
    "not_accepted": ("quiet", "x"),
    "unchecked": ("warn", "hourglass"),
    "proven": ("ok", "user-shield"),
    "refused": ("bad", "x"),
    "making": ("info", "loader"),
    "ready": ("ok", "check"),
    "failed": ("bad", "alert-triangle"),
    "done": ("ok", "check"),
    # approvals
    "pending": ("info", "hourglass"),
    "approved": ("ok", "check"),
    "rejected": ("bad", "x"),
    "expired": ("quiet", "clock-pause"),
    "overtaken": ("quiet", "exchange"),
    # numbers
    "verified": ("ok", "check"),
    "likely": ("quiet", "circle-check"),
    "unknown": ("quiet", "circle-dashed"),
    "suspect": ("warn", "alert-triangle"),
    "bad": ("bad", "x"),
    "not_his": ("bad", "user-off"),
    "shared": ("warn", "users"),
    "reassigned": ("bad", "refresh"),
}


@register.inclusion_tag("desk/_components/pill.html")
def pill(code: str, terms: str) -> dict[str, str]:
    """Draw a code of a list (``statuses``, ``promise_states`` …) as a pill."""
    tone, icon = LOOKS.get(code, ("quiet", "circle"))
    return {"tone": tone, "icon_name": icon, "word": term(code, terms)}


@register.inclusion_tag("desk/_components/pill.html")
def pill_as(tone: str, icon_name: str, word: str) -> dict[str, str]:
    """Draw a pill whose look and word the page knows: ``ok``, ``warn``, ``bad``, ``info`` or ``quiet``."""
    return {"tone": tone, "icon_name": icon_name, "word": word}
