"""Checks on the cells of `main`, each cell decided as a case would be. One a file, named as its law."""
