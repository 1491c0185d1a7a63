"""Generated from protos/amends/v1 by tools/generate_protos.py. Do not edit."""
