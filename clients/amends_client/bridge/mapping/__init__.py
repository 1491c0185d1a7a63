"""Mapping files: which parts of a payload are which facts. Reads them, checks them, and takes situations by them."""
