"""The reference of the rule language: its chapters, and the tables that the product itself fills."""
