from django.apps import AppConfig


class WiringConfig(AppConfig):
    """Brings the commands of the wiring; it has no models and no pages of its own."""

    name = "config"
    verbose_name = "OneCase"
