"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from mediation.views import desk_page, desk_writes, outcomes, record_panel, sessions
from mediation.views.talks import overview, table

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
    path("session/<int:session_id>/desk/", desk_page.desk, name="desk"),
    path("session/<int:session_id>/desk/facts/", desk_writes.draw_facts, name="draw_facts"),
    path("session/<int:session_id>/desk/facts/mark/", desk_writes.mark_facts, name="mark_facts"),
    path("session/<int:session_id>/desk/facts/confirm/", desk_writes.confirm_facts, name="confirm_facts"),
    path("session/<int:session_id>/desk/means/", desk_writes.write_means, name="write_means"),
    path("session/<int:session_id>/desk/round/", desk_writes.open_round, name="open_round"),
    path("session/<int:session_id>/desk/round/withdraw/", desk_writes.withdraw_round, name="withdraw_round"),
    path("session/<int:session_id>/desk/proposal/", desk_writes.propose_terms, name="propose_terms"),
    path("session/<int:session_id>/desk/recording/", desk_writes.keep_recording, name="keep_recording"),
    path("record/<str:customer_no>/", record_panel.panel, name="record"),
    path("record/<str:customer_no>/<int:mediation_id>/answer/", record_panel.answer, name="answer"),
    path("record/<str:customer_no>/<int:mediation_id>/withdraw/", record_panel.withdraw, name="withdraw"),
    path("propose/<str:customer_no>/", record_panel.propose, name="propose"),
]

# What customers see of their talks: under /r/ like all their pages, with the same session.
customer_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("<int:mediation_id>/", overview.talks, name="talks"),
    path("<int:mediation_id>/facts/", table.facts, name="facts"),
    path("<int:mediation_id>/means/", table.own_means, name="means"),
    path("<int:mediation_id>/proposal/", table.proposal, name="proposal"),
]
