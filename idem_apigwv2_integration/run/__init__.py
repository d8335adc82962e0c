"""What the states of one Idem run share: which integration each manages, and what else the run does."""
