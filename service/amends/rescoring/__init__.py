"""Re-scoring: all open cases decided at once, by columns. Arrow record batches in, record batches out."""
