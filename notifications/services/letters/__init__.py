"""Letters after their page is made: printed in batches, posted, delivered or returned."""
