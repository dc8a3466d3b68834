"""A way to a server that a test can spoil: answers late, none at all, or nobody there."""

import contextlib
import socket
import threading
import time


class SlowProxy:
    """Listens on `port` of 127.0.0.1 from start() to stop(). `delay_seconds` holds answers back;
    `calls` counts the blocks that clients sent."""

    def __init__(self, server_port):
        self.server_port = server_port
        self.delay_seconds = 0.0
        self.calls = 0
        self._open = []
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self._listener = None

    def start(self):
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()
        return self

    def stop(self):
        """Nobody listens, and what was connected is cut off."""
        for each in [self._listener, *self._open]:
            if each is not None:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()
        self._listener, self._open = None, []

    def _accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", self.server_port))
            except OSError:
                if listener.fileno() < 0:
                    return
                client.close()
                continue
            self._open += [client, server]
            for ends in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=[*ends, client], daemon=True).start()

    def _pass_on(self, source, target, client):
        with contextlib.suppress(OSError):
            while block := source.recv(65536):
                if source is client:
                    self.calls += 1
                else:
                    time.sleep(self.delay_seconds)
                target.sendall(block)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
