"""What the states of one Idem run share: which resource each manages, and what else the run does."""
