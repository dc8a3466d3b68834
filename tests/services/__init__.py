"""Real servers for the tests, each in a folder of its own and on a free port, gone with them.

A service is a class with `start()`, `close()` and `environment()`, the variables by which tests
find it; `MISSING` of its module says what to install when its programs are not there (else None).
"""

import socket


def free_port():
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
