"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from mediation.views import meetings, outcomes, phone, record_panel, room_live, rooms, sessions
from mediation.views.talks import meetings as talks_meetings
from mediation.views.talks import overview
from mediation.views.talks import rooms as talks_rooms

app_name = "mediation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", sessions.sessions_by_day, name="sessions"),
    path("session/<int:session_id>/", sessions.session, name="session"),
    path("session/<int:session_id>/dial/", sessions.dial, name="dial"),
    path("session/<int:session_id>/begin/", sessions.begin, name="begin"),
    path("session/<int:session_id>/miss/", sessions.miss, name="miss"),
    path("session/<int:session_id>/cancel/", sessions.cancel, name="cancel"),
    path("session/<int:session_id>/note/", sessions.add_note, name="add_note"),
    path("session/<int:session_id>/outcome/", outcomes.outcome, name="outcome"),
    path("session/<int:session_id>/room/", rooms.room, name="room"),
    path("session/<int:session_id>/room/<str:what>/", rooms.room_act, name="room_act"),
    path("session/<int:session_id>/phone/", phone.phone, name="phone"),
    path("session/<int:session_id>/phone/call/", phone.call_in, name="phone_call"),
    path("session/<int:session_id>/phone/consent/", phone.consent, name="phone_consent"),
    path("session/<int:session_id>/phone/record/", phone.record, name="phone_record"),
    path("session/<int:session_id>/meeting/", meetings.meeting, name="meeting"),
    path("session/<int:session_id>/meeting/place/", meetings.place, name="place"),
    path("session/<int:session_id>/meeting/attend/", meetings.attend, name="attend"),
    path("session/<int:session_id>/meeting/minutes/", meetings.minutes, name="minutes"),
    path("session/<int:session_id>/meeting/paper/", meetings.add_paper, name="add_paper"),
    path("session/<int:session_id>/meeting/paper/<int:paper_id>/", meetings.paper, name="paper"),
    path("session/<int:session_id>/meeting/print/<str:what>/", meetings.printed, name="printed"),
    path("leg/<uuid:attempt>/", phone.leg_status, name="leg_status"),
    path("record/<str:customer_no>/", record_panel.panel, name="record"),
    path("record/<str:customer_no>/<int:mediation_id>/answer/", record_panel.answer, name="answer"),
    path("record/<str:customer_no>/<int:mediation_id>/withdraw/", record_panel.withdraw, name="withdraw"),
    path("propose/<str:customer_no>/", record_panel.propose, name="propose"),
]

# What customers see of their talks: under /r/ like all their pages, with the same session.
customer_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("<int:mediation_id>/", overview.talks, name="talks"),
    path("<int:mediation_id>/sheet/", talks_meetings.sheet, name="sheet"),
    path("<int:mediation_id>/print/<str:what>/", talks_meetings.printed, name="printed"),
    path("<int:mediation_id>/room/", talks_rooms.room, name="room"),
    path("<int:mediation_id>/room/<str:what>/", talks_rooms.room_act, name="room_act"),
]

# Streams of video rooms: under /live/, where a proxy holds nothing back and no page stands before them.
live_patterns: list[URLPattern | URLResolver] = [path("<int:seat_id>/", room_live.stream, name="stream")]
