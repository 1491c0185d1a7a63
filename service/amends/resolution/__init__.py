"""From matches to a decision: precedence, bounds, authority, honesty and the trace, written once for every engine.

Each step of the language's meaning is a file named after it. `plan` decides what no amount touches and is memoised;
`settle` prices what is left and runs the steps that need money, `fill` adds identifiers and times.
"""
