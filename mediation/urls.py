"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from mediation.views import batches, calendar, desk_page, desk_writes, outcomes, record_panel, referral, sessions
from mediation.views.people import choosing, panel, seats, statistics
from mediation.views.talks import date, mediator, overview, table
from mediation.views.talks import referral as own_referral

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
    path("session/<int:session_id>/session.ics", calendar.session_file, name="session_file"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/renew/", calendar.renew, name="calendar_renew"),
    path("calendar/revoke/", calendar.revoke, name="calendar_revoke"),
    path("calendar/<str:token>.ics", calendar.feed, name="feed"),
    path("session/<int:session_id>/desk/", desk_page.desk, name="desk"),
    path("session/<int:session_id>/desk/facts/", desk_writes.draw_facts, name="draw_facts"),
    path("session/<int:session_id>/desk/facts/mark/", desk_writes.mark_facts, name="mark_facts"),
    path("session/<int:session_id>/desk/facts/confirm/", desk_writes.confirm_facts, name="confirm_facts"),
    path("session/<int:session_id>/desk/means/", desk_writes.write_means, name="write_means"),
    path("session/<int:session_id>/desk/round/", desk_writes.open_round, name="open_round"),
    path("session/<int:session_id>/desk/round/withdraw/", desk_writes.withdraw_round, name="withdraw_round"),
    path("session/<int:session_id>/desk/proposal/", desk_writes.propose_terms, name="propose_terms"),
    path("session/<int:session_id>/desk/recording/", desk_writes.keep_recording, name="keep_recording"),
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
    path("record/<str:customer_no>/<int:mediation_id>/", referral.talks, name="talks_of"),
    path("record/<str:customer_no>/<int:mediation_id>/route/", referral.route, name="route"),
    path("record/<str:customer_no>/<int:mediation_id>/extend/", referral.extend, name="extend"),
    path("record/<str:customer_no>/<int:mediation_id>/extension/", referral.extension_answer, name="extension_answer"),
    path("record/<str:customer_no>/<int:mediation_id>/position/", referral.position, name="position"),
    path("record/<str:customer_no>/<int:mediation_id>/paper/<int:filed_id>/", referral.paper, name="paper"),
    path("record/<str:customer_no>/<int:mediation_id>/mandate/", referral.mandate, name="mandate"),
    path("record/<str:customer_no>/<int:mediation_id>/close/", referral.close, name="close"),
    path("session/<int:session_id>/accept/", sessions.accept, name="accept"),
    path("session/<int:session_id>/filed/<int:filed_id>/", sessions.filed, name="filed"),
    path("batch/", batches.batch, name="batch"),
    path("propose/<str:customer_no>/", record_panel.propose, name="propose"),
]

# What customers see of their talks: under /r/ like all their pages, with the same session.
customer_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("<int:mediation_id>/", overview.talks, name="talks"),
    path("<int:mediation_id>/answer/", own_referral.answer, name="answer"),
    path("<int:mediation_id>/longer/", own_referral.longer, name="longer"),
    path("<int:mediation_id>/position/", own_referral.position, name="position"),
    path("<int:mediation_id>/paper/<int:filed_id>/", own_referral.paper, name="paper"),
    path("<int:mediation_id>/date/", date.date, name="date"),
    path("<int:mediation_id>/date/others/", date.other_dates, name="other_dates"),
    path("<int:mediation_id>/date/move/", date.move, name="move_date"),
    path("<int:mediation_id>/date/decline/", date.decline, name="decline_date"),
    path("<int:mediation_id>/session.ics", date.session_file, name="session_file"),
    path("<int:mediation_id>/facts/", table.facts, name="facts"),
    path("<int:mediation_id>/means/", table.own_means, name="means"),
    path("<int:mediation_id>/proposal/", table.proposal, name="proposal"),
    path("<int:mediation_id>/mediator/", mediator.mediator, name="mediator"),
]
