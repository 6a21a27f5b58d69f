from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediationConfig(AppConfig):
    name = "mediation"
    verbose_name = _("Mediation")

    def ready(self) -> None:
        """Name what a second person approves, and tell the desk's click-to-dial which calls are of talks."""
        from collections_app.services.approval_kinds.base import register
        from mediation.services import conferences
        from mediation.services.approval_kinds.mandate import MandateKind
        from notifications.services import known_calls

        register(MandateKind())
        known_calls.register(conferences.names_taken)
