"""The reply check: where a draft says what its decision does not bear. A lint by wordings that packs list, no judge."""
