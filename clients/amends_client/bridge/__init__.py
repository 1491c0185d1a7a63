"""The bridge: a helpdesk's or CRM's webhooks in, decisions asked for, and what the agent needs written onto the case.

It is a program of its own (`amends-bridge`) with a database of its own; of Amends it knows the contract alone. It needs
the extra `bridge`: who only calls the service never loads it. docs/decisions/0017-bridge.md tells how it is made.
"""
