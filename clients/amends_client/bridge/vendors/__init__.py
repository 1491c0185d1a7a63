"""The vendors: one file for what is particular to one, and the HTTP they share. The only place with httpx."""
