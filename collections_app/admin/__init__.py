"""The administration's pages of the shared truth."""

from collections_app.admin import codes, log, organisation, promise_rules, role_policies, rules, schedule, sign_in

__all__ = ["codes", "log", "organisation", "promise_rules", "role_policies", "rules", "schedule", "sign_in"]
