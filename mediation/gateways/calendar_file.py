"""iCalendar files (RFC 5545, scheduling by RFC 5546), by the icalendar library."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from mediation.domain.appointments import Appointment

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//OneCase//Appointments//EN"


def invitation(appointment: Appointment, *, now: datetime) -> bytes:
    """Return one appointment as a file: a request that adds or changes an entry, or a cancellation that removes it."""
    return _file([appointment], method="CANCEL" if appointment.cancelled else "REQUEST", now=now)


def feed(appointments: Sequence[Appointment], *, name: str, now: datetime) -> bytes:
    """Return appointments as a calendar that is read again and again; what was cancelled says so."""
    return _file(appointments, method="PUBLISH", now=now, name=name)


def _file(appointments: Sequence[Appointment], *, method: str, now: datetime, name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval;value=duration", "PT15M")
    for appointment in appointments:
        calendar.add_component(_event(appointment, attending=method != "PUBLISH", now=now))
    # The zones the entries are written in, with their rules: a program that does not know one reads it here.
    calendar.add_missing_timezones()
    body: bytes = calendar.to_ical()
    return body


def _event(appointment: Appointment, *, attending: bool, now: datetime) -> Event:
    zone = ZoneInfo(appointment.zone)
    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("last-modified", appointment.changed_at.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(zone))
    event.add("dtend", appointment.ends_at.astimezone(zone))
    event.add("summary", appointment.summary)
    event.add("status", "CANCELLED" if appointment.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if appointment.cancelled else "OPAQUE")
    if appointment.description:
        event.add("description", appointment.description)
    if appointment.location:
        event.add("location", appointment.location)
    organiser = vCalAddress(appointment.organiser)
    organiser.params["CN"] = vText(appointment.organiser_name)
    event.add("organizer", organiser)
    if attending:
        attendee = vCalAddress(appointment.attendee)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("FALSE")
        event.add("attendee", attendee, encode=False)
    return event
