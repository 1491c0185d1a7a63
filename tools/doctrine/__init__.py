"""The doctrine's rows, and what of a pack encodes them."""
