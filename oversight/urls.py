"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from oversight.views import alerts, today

app_name = "oversight"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
    path("alerts/", alerts.listing, name="alerts"),
    path("alerts/<int:alert_id>/resolve/", alerts.resolve, name="alert_resolve"),
]
