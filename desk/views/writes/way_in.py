"""Ending a customer's way in to their own page, for one that is in the wrong hands or locked."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from collections_app.models import AccessLink
from collections_app.selectors import access as selectors
from collections_app.services import access, clock
from collections_app.templatetags.terms import moment
from desk.forms.way_in import WayInForm
from desk.views.writes.base import WriteView
from notifications.domain.kinds import Kind


class WayInView(WriteView):
    """Ends link, code and sessions; wrong answers count anew, and the next message brings a new link."""

    action = access.ACTION
    title = _("End the way in to the customer's page")
    button = _("End it")
    form_class = WayInForm

    def extra(self) -> dict[str, Any]:
        """Say how the way in stands."""
        link, sessions = selectors.way_in(customer_id=self.customer.id, now=clock.now())
        inside = ngettext("%(count)s session is open", "%(count)s sessions are open", sessions) % {"count": sessions}
        return {"about": " · ".join([*_standing(link), inside])}

    def write(self, form: Any) -> str | None:
        """End it, and go on to the message that brings a new one, where the person may send messages."""
        access.end_way_in(
            customer_id=self.customer.id,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
        return self.written()

    def written(self) -> str | None:
        """Return the form of the message with a new link."""
        if not self.staff.may("message.send"):
            return None
        return f"{reverse('notifications:ask', args=[self.customer.customer_no])}?kind={Kind.PAGE_LINK.value}"


def _standing(link: AccessLink | None) -> list[str]:
    """Return in words when the newest link was made, how long it opens the page, and the wrong answers."""
    if link is None:
        return [gettext("There has been no link yet")]
    made = gettext("link of %(at)s") % {"at": moment(link.created_at)}
    if link.revoked_at and link.revoked_at <= clock.now():
        standing = gettext("ended %(at)s") % {"at": moment(link.revoked_at)}
    elif link.locked_at:
        standing = gettext("locked %(at)s after wrong answers") % {"at": moment(link.locked_at)}
    else:
        standing = gettext("opens the page until %(at)s") % {"at": moment(link.expires_at)}
    wrong = ngettext("%(count)s wrong answer", "%(count)s wrong answers", link.failures) % {"count": link.failures}
    return [made, standing, wrong]
