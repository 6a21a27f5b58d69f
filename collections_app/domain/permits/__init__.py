"""Whether a contact may be made: the facts, the checks and the decision."""
