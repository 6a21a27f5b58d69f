"""Addresses of the notifications room."""

from django.urls import URLPattern, URLResolver, path

from notifications.views import confirm, outbox, record, sandbox_phone, twilio, twilio_voice

app_name = "notifications"
urlpatterns: list[URLPattern | URLResolver] = [
    path("notifications/outbox/", outbox.outbox, name="outbox"),
    path("notifications/outbox/<int:message_id>/", outbox.message, name="message"),
    path("notifications/record/<slug:customer_no>/", record.record, name="record"),
    path("notifications/confirm/<slug:customer_no>/", confirm.confirm, name="confirm"),
    path("notifications/twilio/<uuid:attempt>/status/", twilio.status, name="twilio_status"),
    path("notifications/twilio/voice/<uuid:attempt>/status/", twilio_voice.status, name="twilio_voice_status"),
    path("sandbox/phone/", sandbox_phone.phone, name="sandbox_phone"),
]
