"""A pack as a playbook in plain words: what it is made of, its parts, and the words that they are told in."""
