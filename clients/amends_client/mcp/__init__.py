"""A server of the Model Context Protocol: what an AI agent may do for a customer, asked of an Amends service."""
