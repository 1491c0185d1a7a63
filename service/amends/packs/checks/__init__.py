"""Static checks: what is wrong with a whole pack though every part of it can be read. One a file, named as its law."""
