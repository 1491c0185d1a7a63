"""The language of packs as JSON Schemas (draft 2020-12), made of the tables that the loader itself reads by."""
