"""The report of re-scoring: what all rows come to together, as a page that people read."""
