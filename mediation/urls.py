"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from mediation.views import outcomes, record_panel, sessions
from mediation.views.people import choosing, panel, seats, statistics
from mediation.views.talks import mediator, overview

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
    path("session/<int:session_id>/panel/", panel.panel, name="panel"),
    path("session/<int:session_id>/panel/seat/", panel.seat, name="panel_seat"),
    path("session/<int:session_id>/panel/declare/", panel.declare, name="declare"),
    path("session/<int:session_id>/panel/waive/<int:disclosure_id>/", panel.waive, name="waive"),
    path("session/<int:session_id>/panel/stand-down/", panel.stand_down, name="stand_down"),
    path("seats/", seats.seats, name="seats"),
    path("seats/<int:seat_id>/answer/", seats.answer, name="seat_answer"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("record/<str:customer_no>/<int:mediation_id>/mediator/", choosing.mediator, name="mediator"),
    path("record/<str:customer_no>/<int:mediation_id>/mediator/choose/", choosing.choose, name="mediator_choose"),
    path("record/<str:customer_no>/<int:mediation_id>/mediator/refuse/", choosing.refuse, name="mediator_refuse"),
    path("record/<str:customer_no>/", record_panel.panel, name="record"),
    path("record/<str:customer_no>/<int:mediation_id>/answer/", record_panel.answer, name="answer"),
    path("record/<str:customer_no>/<int:mediation_id>/withdraw/", record_panel.withdraw, name="withdraw"),
    path("propose/<str:customer_no>/", record_panel.propose, name="propose"),
]

# What customers see of their talks: under /r/ like all their pages, with the same session.
customer_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("<int:mediation_id>/", overview.talks, name="talks"),
    path("<int:mediation_id>/mediator/", mediator.mediator, name="mediator"),
]
