"""What every staff page shows around its content: navigation, age of the data, alerts and banners."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise as LazyText
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collections_app.domain.freshness import Freshness
from collections_app.domain.staff import DEPARTMENTS, Scope
from collections_app.models import Conversation, HandOff, Incident, Staff
from collections_app.selectors import approvals, data_age
from collections_app.selectors import incidents as going_on
from collections_app.selectors.alerts import may_see
from collections_app.services import clock
from collections_app.services.approval_kinds.base import kinds
from collections_app.services.emergencies import incidents
from desk.selectors import surroundings
from desk.views.addresses import address


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the shell; ``count`` is what waits behind it."""

    url: str
    label: str
    current: bool = False
    count: int = 0
    live_url: str = ""
    live_id: str = ""


@dataclass(frozen=True, slots=True)
class Banner:
    """One line under the top bar that everybody must see."""

    tone: str
    icon: str
    title: str
    text: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """A place of the main navigation: its address by name, and who goes there.

    Rooms of other floors are named, never imported; a room whose name is unknown is left out.
    """

    names: Sequence[str]
    label: str | LazyText
    actions: Sequence[str] = ()
    # Its pages begin with this address, where they are more than those below its first.
    under: str = ""

    def is_for(self, staff: Staff) -> bool:
        """Return whether the room is in this person's navigation."""
        if self.names[0] == "desk:alerts":
            return may_see(staff)
        if self.actions:
            return any(staff.may(action) for action in self.actions)
        return staff.scope != Scope.NONE


# Whoever the room lets in, but for those who only read the board: they have its figures.
_MEDIATION = ("mediation.conduct", "mediation.represent", "mediation.propose")
ROOMS = (
    Room(("desk:worklist",), gettext_lazy("Workbench")),
    Room(("desk:find",), gettext_lazy("Find a customer")),
    Room(("desk:handoffs",), gettext_lazy("Hand-offs")),
    Room(("desk:complaints",), gettext_lazy("Complaints"), actions=("complaint.handle", "complaint.extend")),
    Room(("desk:approvals",), gettext_lazy("Approvals")),
    Room(("desk:loads",), gettext_lazy("Assignments"), actions=("owner.assign",)),
    Room(("desk:visits",), gettext_lazy("Visits"), actions=("visit.close",)),
    Room(("desk:placements",), gettext_lazy("Placements"), actions=("account.place",)),
    Room(("desk:ties",), gettext_lazy("Walls"), actions=("wall.keep",)),
    Room(("mediation:sessions", "mediation:index", "mediation:home"), gettext_lazy("Mediation"), actions=_MEDIATION),
    Room(("mediation:seats",), gettext_lazy("My seats"), actions=("mediation.advise",)),
    Room(
        ("notifications:messages", "notifications:outbox", "notifications:index"),
        gettext_lazy("Messages"),
        under="/notifications/",
    ),
    Room(("oversight:today", "oversight:board", "oversight:index"), gettext_lazy("Board"), actions=("board.read",)),
    Room(("desk:intake", "desk:imports", "collections_app:intake"), gettext_lazy("Import"), actions=("intake.run",)),
    Room(("desk:answers",), gettext_lazy("Approved answers"), actions=("answer.write", "answer.approve")),
    Room(("notifications:texts",), gettext_lazy("Message texts"), actions=("template.write", "template.approve")),
    Room(("desk:incidents",), gettext_lazy("Incidents"), actions=("incident.start", "sentence.write")),
    Room(("desk:alerts", "collections_app:alerts", "oversight:alerts"), gettext_lazy("Alerts")),
)
ACCOUNT_PAGES = (
    ("account_change_password", gettext_lazy("Change password")),
    ("mfa_index", gettext_lazy("Two-step sign-in")),
    ("desk:gallery", gettext_lazy("Component gallery")),
    ("admin:index", gettext_lazy("Administration")),
)


# Rooms whose number of waiting things follows what happens, without a page being loaded.
_BADGES = {
    "desk:approvals": ("desk:approvals_badge", "approvals-badge"),
    "desk:handoffs": ("desk:handoffs_badge", "handoffs-badge"),
}
# Which incidents this session has been shown.
_SHOWN = "incidents_shown"


def waiting_approvals(staff: Staff, *, requests: bool = True, answers: bool = True) -> int:
    """Return how many requests wait for a person's decision, and how many answers they have not read.

    What is known not to be there is not asked for.
    """
    mine = [code for code, kind in kinds().items() if staff.may(kind.decide_action)] if requests else []
    waiting = approvals.waiting_number(staff, kinds=mine, now=clock.now())
    return waiting + (approvals.unread(staff).count() if answers else 0)


class Shell:
    """The surroundings of a page for the person who looks at it; each part is read when a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._now = clock.now()

    @cached_property
    def staff(self) -> Staff | None:
        """The member of staff who is signed in."""
        user = getattr(self._request, "user", None)
        return user if isinstance(user, Staff) or getattr(user, "is_authenticated", False) else None

    @cached_property
    def branch_name(self) -> str:
        """The name of the unit the person belongs to."""
        return self.staff.branch.name if self.staff and self.staff.branch else ""

    @cached_property
    def live_url(self) -> str:
        """Where the page hears of changes; empty for who is not signed in."""
        return address("desk:live") if self.staff else ""

    @cached_property
    def sign_out_url(self) -> str:
        """Where signing out is posted to."""
        return address("account_logout")

    @cached_property
    def nav(self) -> list[Link]:
        """The rooms this person may enter."""
        if not self.staff:
            return []
        links, places = [], []
        for room in ROOMS:
            url = address(*room.names) if room.is_for(self.staff) else ""
            if url:
                badge, live_id = _BADGES.get(room.names[0], ("", ""))
                live_url = address(badge) if badge else ""
                place = room.under or url
                links.append(Link(url, str(room.label), self._is_current(place), self._count(room), live_url, live_id))
                places.append(place)
        # A room below another's address is the one the person is in.
        nearest = max((place for link, place in zip(links, places, strict=True) if link.current), key=len, default="")
        return [replace(link, current=place == nearest) for link, place in zip(links, places, strict=True)]

    def _is_current(self, url: str) -> bool:
        path = self._request.path
        if url == "/":
            return path == "/" or path.startswith("/c/")
        return path.startswith(url)

    def _count(self, room: Room) -> int:
        """Return what waits in a room; the database is asked only where there is something."""
        if not self.staff or not self.glance:
            return 0
        match room.names[0]:
            case "desk:alerts" if self.glance.alerts:
                return surroundings.open_alerts(staff=self.staff)
            case "desk:handoffs" if self.glance.handoffs:
                return surroundings.waiting_handoffs(staff=self.staff, now=self._now)
            case "desk:approvals" if self.glance.requests or self.glance.answers:
                return waiting_approvals(self.staff, requests=self.glance.requests, answers=self.glance.answers)
        return 0

    @cached_property
    def account_links(self) -> list[Link]:
        """What the person's own menu offers."""
        links = []
        for name, label in ACCOUNT_PAGES:
            if name == "admin:index" and not (self.staff and admin.site.has_permission(self._request)):
                continue
            if name == "desk:gallery" and settings.MODE == "production":
                continue
            if url := address(name):
                links.append(Link(url, str(label)))
        return links

    @property
    def departments(self) -> list[str]:
        """The departments of staff, for the marks of who else is at a record."""
        return list(DEPARTMENTS)

    @property
    def home(self) -> str:
        """Where the day begins: the first of this person's rooms, else their own account's page."""
        return next((link.url for link in self.nav), address("account_change_password"))

    @cached_property
    def glance(self) -> surroundings.Glance | None:
        """What there is to ask further about; None for who is not signed in."""
        return surroundings.glance(staff=self.staff, now=self._now) if self.staff else None

    @property
    def risk_calls(self) -> list[HandOff]:
        """The urgent risks that ring at this person until somebody takes them, the most urgent ones."""
        return self._risks[0]

    @property
    def more_risk_calls(self) -> int:
        """How many more ring; they stand in the list of hand-offs."""
        shown, ringing = self._risks
        return ringing - len(shown)

    @cached_property
    def _risks(self) -> tuple[list[HandOff], int]:
        if not self.staff or not self.glance or not self.glance.risk:
            return [], 0
        return surroundings.risk_calls(staff=self.staff, now=self._now)

    @cached_property
    def _data_age(self) -> Freshness:
        return data_age.is_fresh(self.glance.newest_file if self.glance else None, now=self._now)

    @property
    def data_as_of(self) -> object:
        """The day of the core's newest file, or None."""
        return self._data_age.as_of if self.staff else None

    @cached_property
    def in_force(self) -> list[Incident]:
        """The incidents that are going on."""
        return going_on.in_force(now=self._now) if self.glance and self.glance.incidents else []

    @property
    def incident_stamp(self) -> str:
        """The mark of the incidents shown, by which the live feed knows that others are going on."""
        return going_on.stamp_of(self.in_force)

    @cached_property
    def incidents(self) -> list[Incident]:
        """The incidents in force; that a person has seen their sentences is remembered once a session."""
        rows = self.in_force
        seen = self._request.session.get(_SHOWN, []) if rows else []
        new = [row.id for row in rows if row.id not in seen]
        if new and self.staff:
            incidents.note_shown(staff=self.staff, incident_ids=new, now=self._now)
            self._request.session[_SHOWN] = [*seen, *new]
        return rows

    @cached_property
    def banners(self) -> list[Banner]:
        """What everybody must know now."""
        if not self.staff or not self.glance:
            return []
        found = []
        if since := self.glance.work_stopped_at(now=self._now):
            found.append(_stopped(since))
        if not self._data_age.fresh:
            found.append(_not_fresh())
        may_close = self.glance.on_a_call and self.staff.may("call.close")
        call = surroundings.own_call(staff=self.staff) if may_close else None
        if call is not None and "/call/" not in self._request.path:
            found.append(_call(call))
        return found


def _stopped(since: datetime) -> Banner:
    """No task can raise an alert that no task runs: the page itself says so."""
    return Banner(
        tone="warn",
        icon="clock-pause",
        title=_("Background work has stopped."),
        text=_("Since %(time)s no message is sent and nothing is judged or taken in. Tell an administrator now.")
        % {"time": date_format(timezone.localtime(since), "H:i")},
    )


def _call(call: Conversation) -> Banner:
    """One's own call, so that nobody forgets that they hold a customer's line, or owe a call its outcome."""
    words = {
        "name": call.customer.name,
        "time": date_format(timezone.localtime(call.interrupted_at or call.started_at), "H:i"),
    }
    title = _("A call waits to be closed.") if call.interrupted_at else _("You are on a call.")
    text = _("%(name)s, since %(time)s: meanwhile nobody else contacts this customer.")
    if call.interrupted_at:
        text = _("%(name)s: the line was given back at %(time)s. Record how the call ended.")
    return Banner(
        tone="warn" if call.interrupted_at else "info",
        icon="phone-pause" if call.interrupted_at else "phone-call",
        title=title,
        text=text % words,
        url=address("desk:call", args=[call.customer.customer_no, str(call.id)]),
        link=_("Close the interrupted call") if call.interrupted_at else _("Back to the call"),
    )


def _not_fresh() -> Banner:
    return Banner(
        tone="warn",
        icon="clock-pause",
        title=_("The core's data are not fresh."),
        text=_(
            "Collection and messages that name amounts wait until a fresh file is taken in. Receipts and codes go on."
        ),
        url=address("desk:alerts", "oversight:alerts"),
        link=_("See alerts"),
    )


def shell(request: HttpRequest) -> dict[str, object]:
    """Offer ``shell`` to every template; nothing is read until a template uses it."""
    return {"shell": SimpleLazyObject(lambda: Shell(request))}
