"""The clocks of a debt: limitation of each account, and the guarantee period of each guarantor."""
