"""Who beside the customer an agreement binds."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from collections_app.models import Customer, RelatedPerson, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField
from mediation.domain.parties import PARTY_ROLES, key_of
from mediation.models.draft import AgreementDraft


class DraftParty(models.Model):
    """A co-borrower or guarantor of the account as one version of an agreement has them: signing, or left out.

    ``customer`` is the record the agreement belongs to, ``person`` the party's own. Who has none is ``related``, and
    signs on paper. ``invited_at`` is when the invitation to sign was queued; none yet: the next sweep does.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("reason",)

    draft = models.ForeignKey(AgreementDraft, on_delete=models.CASCADE, related_name="parties")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="bound_by")
    related = models.ForeignKey(RelatedPerson, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=12, choices=choices(PARTY_ROLES))
    signs = models.BooleanField(default=True)
    reason = SealedField(blank=True, help_text="why the agreement goes on without them")
    chosen_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["draft", "person", "related"], nulls_distinct=False, name="draft_party_once"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, related__isnull=True)
                | Q(person__isnull=True, related__isnull=False, invited_at__isnull=True),
                name="draft_party_is_one_person",
            ),
            # Only a guarantor is left out, by somebody's recorded choice.
            models.CheckConstraint(
                condition=Q(signs=True, chosen_by__isnull=True)
                | Q(signs=False, chosen_by__isnull=False, role="guarantor", invited_at__isnull=True),
                name="draft_party_left_out_by_choice",
            ),
            models.CheckConstraint(condition=~Q(person=models.F("customer")), name="draft_party_is_somebody_else"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="draft_party_stays",
                operation=pgtrigger.Update,
                # All but when they were asked, in SQL because a sealed field is compared by what is stored.
                condition=pgtrigger.Condition(
                    "ROW(NEW.draft_id, NEW.person_id, NEW.related_id, NEW.role, NEW.signs, NEW.reason, "
                    "NEW.chosen_by_id) IS DISTINCT FROM ROW(OLD.draft_id, OLD.person_id, OLD.related_id, OLD.role, "
                    "OLD.signs, OLD.reason, OLD.chosen_by_id)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"

    @property
    def name(self) -> str:
        """Who it is, by their own record or as a person beside the customer."""
        somebody = self.person or self.related
        assert somebody is not None, "a constraint names one"
        return somebody.name

    @property
    def id_number(self) -> str:
        """Their identity number; none is on file of whoever has no record of their own."""
        return self.person.id_number if self.person is not None else ""

    @property
    def key(self) -> str:
        """What names their signature among the others of the draft."""
        return key_of(self.role, self.person_id, self.related_id)
