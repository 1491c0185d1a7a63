"""The contract's form: requests into situations with every violation; decisions into messages; errors into statuses."""
