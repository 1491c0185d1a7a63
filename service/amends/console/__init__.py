"""The pages of the service and the views that give them out: static files, and the policy that a browser holds them to.

They hold nothing of a case: what a page shows it asks the service for, as whoever is signed in. Owns what a page may
load and who may frame it.
"""
