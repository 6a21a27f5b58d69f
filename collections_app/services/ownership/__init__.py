"""Who works an account: giving it, moving many, rules, leave cover, and what is released when somebody goes."""
