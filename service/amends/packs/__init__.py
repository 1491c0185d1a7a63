"""The rule language: what a pack is, how it is read, checked and identified. Loading never executes anything."""
