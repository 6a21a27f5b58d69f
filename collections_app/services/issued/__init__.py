"""Documents issued to customers on their page: set as PDF, kept sealed, found again by their reference."""
