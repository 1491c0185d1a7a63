"""Drafts a mapping for a helpdesk's own fields: what fits is guessed and said to be, the rest told as unmapped."""
