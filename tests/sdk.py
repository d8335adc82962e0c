"""What the SDK reads from its data files, for all sessions of a process.

A session parses megabytes of JSON for its first client, and idem-aws opens a session for each client:
that takes longer than most tests.
"""

import functools

import botocore.session


def share_data() -> None:
    """Give all sessions one loader, which reads each file once."""
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
