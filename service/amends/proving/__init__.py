"""What needs engines and resolution together: proving that a pack does what its owner wrote that it does."""
