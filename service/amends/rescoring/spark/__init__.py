"""Re-scoring by Spark: the same core, a partition at a time, wherever Spark runs it. Spark has no other home."""
