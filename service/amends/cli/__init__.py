"""The command line: one file a command. It parses, calls and prints; what it prints is decided elsewhere."""
