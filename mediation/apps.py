from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediationConfig(AppConfig):
    name = "mediation"
    verbose_name = _("Mediation")

    def ready(self) -> None:
        """Name what a second person approves."""
        from collections_app.services.approval_kinds.base import register
        from mediation.services.approval_kinds.mandate import MandateKind

        register(MandateKind())
