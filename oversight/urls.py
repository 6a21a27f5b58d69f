"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from oversight.views import alerts, exports, floor, running, today

app_name = "oversight"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
    path("team/", floor.floor, name="floor"),
    path("running/", running.running, name="running"),
    path("export/", exports.BoardExportView.as_view(), name="export"),
    path("alerts/", alerts.listing, name="alerts"),
    path("alerts/<int:alert_id>/resolve/", alerts.resolve, name="alert_resolve"),
]
