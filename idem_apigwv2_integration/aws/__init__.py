"""What talks to AWS: the client of one account, its calls, and what states of one run share."""
