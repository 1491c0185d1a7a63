"""The frozen values everything else speaks in. Imports nothing of ours, reads no file, no clock and no network."""
