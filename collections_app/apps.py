from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollectionsConfig(AppConfig):
    name = "collections_app"
    verbose_name = _("The shared record")

    def ready(self) -> None:
        """Name what a second person approves, what signing out brings, and which clock Django's own times are by."""
        from django.contrib.admin.models import LogEntry
        from django.contrib.auth.signals import user_logged_in, user_logged_out
        from django.db.models.signals import pre_save

        from collections_app.services.approval_kinds.answer import AnswerKind
        from collections_app.services.approval_kinds.base import register
        from collections_app.services.approval_kinds.claim_assignment import ClaimAssignmentKind
        from collections_app.services.approval_kinds.complaint_extension import ComplaintExtensionKind
        from collections_app.services.approval_kinds.hold_release import HoldReleaseKind
        from collections_app.services.approval_kinds.incident_end import IncidentEndKind
        from collections_app.services.approval_kinds.plan_terms import PlanTermsKind
        from collections_app.services.approval_kinds.promise_terms import PromiseTermsKind
        from collections_app.services.approval_kinds.risk_release import RiskReleaseKind
        from collections_app.services.approval_kinds.rule_pack import RulePackKind
        from collections_app.services.approval_kinds.sentence import SentenceKind
        from collections_app.services.approval_kinds.statutory_contact import StatutoryContactKind
        from collections_app.services.approval_kinds.visit import VisitKind
        from collections_app.services.approval_kinds.waiver import WaiverKind
        from collections_app.views.clocked import logged, signed_in
        from collections_app.views.signing_out import give_back

        user_logged_out.connect(give_back, dispatch_uid="give_back")
        # Django's receiver has this name and writes by the wall clock: it comes later, and finds its place taken.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(signed_in, dispatch_uid="update_last_login")
        pre_save.connect(logged, sender=LogEntry, dispatch_uid="logged")
        register(AnswerKind())
        register(HoldReleaseKind())
        register(ComplaintExtensionKind())
        register(PromiseTermsKind())
        register(StatutoryContactKind())
        register(RulePackKind())
        register(IncidentEndKind())
        register(SentenceKind())
        register(RiskReleaseKind())
        register(WaiverKind())
        register(PlanTermsKind())
        register(VisitKind())
        register(ClaimAssignmentKind())
