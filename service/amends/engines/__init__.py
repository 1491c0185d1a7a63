"""Engines answer one question only: which rules match. What follows from a match is decided in `resolution`, once."""
