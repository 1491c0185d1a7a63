"""A server of the Model Context Protocol beside the client: an AI agent asks it what it may promise a customer.

It knows the service by the client alone. What it tells is sorted so that nothing unsettled or not approved can be taken
for a promise: such an action has no words for the customer, and where it is unsettled no amount.
"""
