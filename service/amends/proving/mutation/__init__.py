"""Mutation of rule packs: each part of a pack is changed a little, to see whether its own tests would notice."""
