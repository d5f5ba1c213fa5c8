"""HTTP/1.1 over plain sockets: a thread per connection, keep-alive, one send per answer."""
import socket
import sys
import threading
import time
import traceback
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from messages import MAX_BODY, Refused, Request, error

_MAX_HEAD = 64 * 1024
_ONE_SEND = 4 * 1024 * 1024
_STATUS_LINES = {int(status): f"HTTP/1.1 {int(status)} {status.phrase}\r\n" for status in HTTPStatus}


class _Left(Exception):
    """The client closed its end, or is not waited for any longer."""


class Server:
    """Takes a bound socket; `routes(request, socket)` gives a Response, or None to close without an answer."""

    def __init__(self, listener, routes, verbose=False):
        self._listener, self._routes, self._verbose = listener, routes, verbose
        self._open = {}
        self._changed = threading.Condition()
        self.stopping = False

    def start(self):
        self._listener.listen(1024)
        threading.Thread(target=self._accept, name="accept", daemon=True).start()

    def stop(self, patience=5.0):
        """Accepts no more, lets requests at hand finish for `patience` seconds, and wakes idle connections."""
        with self._changed:
            self.stopping = True
            # shutdown() wakes the thread that waits in accept(); close() alone would not.
            _quietly(lambda: self._listener.shutdown(socket.SHUT_RDWR))
            self._listener.close()
            for connection in self._open:
                _quietly(lambda: connection.shutdown(socket.SHUT_RD))
            self._changed.wait_for(lambda: not self._open, patience)

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError as failure:
                if self.stopping:
                    return
                print(f"gaia_home: accept: {failure}", file=sys.stderr, flush=True)
                time.sleep(0.05)
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            with self._changed:
                if self.stopping:
                    connection.close()
                    return
                self._open[connection] = True
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            _Conversation(self, connection).run()
        except (_Left, OSError):
            # The client is gone, and nobody is left to tell.
            return
        finally:
            with self._changed:
                del self._open[connection]
                connection.close()
                self._changed.notify_all()

    def respond(self, request, connection):
        started = time.perf_counter()
        try:
            response = self._routes(request, connection)
        except Exception:
            # The boundary of one request: a broken disk must not take the thread's connection down unexplained.
            traceback.print_exc()
            response = error(500, "internal error")
        if self._verbose:
            took = (time.perf_counter() - started) * 1000
            print(f"{request.method} {request.path} {response.status if response else '-'} {took:.1f} ms", file=sys.stderr, flush=True)
        return response


class _Conversation:
    def __init__(self, server, connection):
        self._server, self._connection = server, connection
        self._buffer = b""

    def run(self):
        keep = True
        while keep:
            try:
                request, keep = self._read_request()
            except Refused as refused:
                self._send(refused.response, "GET", keep=False)
                self._drain()
                return
            response = self._server.respond(request, self._connection)
            if response is None:
                return
            keep = keep and not self._server.stopping
            self._send(response, request.method, keep)

    def _read_request(self):
        head = self._read_until(b"\r\n\r\n", _MAX_HEAD)
        try:
            first, *lines = head.decode("latin-1").split("\r\n")
            method, target, version = first.split(" ")
            headers = {}
            for line in lines:
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            path, _, query = target.partition("?")
            if not path.startswith("/"):
                path = urlsplit(path).path or "/"
            query = dict(parse_qsl(query, keep_blank_values=True, errors="strict")) if query else {}
        except ValueError:
            raise Refused(400, "malformed request") from None
        wish = headers.get("connection", "").lower()
        keep = wish != "close" if version == "HTTP/1.1" else wish == "keep-alive"
        return Request(method, path, query, headers, self._read_body(headers)), keep

    def _read_body(self, headers):
        length = headers.get("content-length")
        if "transfer-encoding" in headers:
            if length is not None or headers["transfer-encoding"].lower() != "chunked":
                raise Refused(400, "transfer-encoding is not understood")
            self._continue(headers)
            return self._read_chunks()
        if length is None:
            return b""
        if not (length.isascii() and length.isdigit()):
            raise Refused(400, "malformed content-length")
        if len(length) > 12 or int(length) > MAX_BODY:
            raise Refused(413, "body over 10 MiB")
        if int(length) > len(self._buffer):
            self._continue(headers)
        return self._read_exactly(int(length))

    def _continue(self, headers):
        if headers.get("expect", "").lower() == "100-continue":
            self._connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _read_chunks(self):
        parts, total = [], 0
        while True:
            try:
                size = int(self._read_until(b"\r\n", 1024).split(b";")[0], 16)
            except ValueError:
                raise Refused(400, "malformed chunk") from None
            total += size
            if size < 0 or total > MAX_BODY:
                raise Refused(413, "body over 10 MiB")
            if size == 0:
                while self._read_until(b"\r\n", _MAX_HEAD):
                    continue
                return b"".join(parts)
            parts.append(self._read_exactly(size))
            if self._read_exactly(2) != b"\r\n":
                raise Refused(400, "malformed chunk")

    def _read_until(self, mark, limit):
        while True:
            found, mark_found, rest = self._buffer.partition(mark)
            if mark_found:
                self._buffer = rest
                return found
            if len(self._buffer) > limit:
                raise Refused(431, "header too large")
            self._buffer += self._receive(65536)

    def _read_exactly(self, count):
        if len(self._buffer) >= count:
            body, self._buffer = self._buffer[:count], self._buffer[count:]
            return body
        parts, missing = [self._buffer], count - len(self._buffer)
        self._buffer = b""
        while missing:
            part = self._receive(min(missing, 1 << 20))
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _receive(self, count):
        data = self._connection.recv(count)
        if not data:
            raise _Left
        return data

    def _send(self, response, method, keep):
        head = _STATUS_LINES.get(response.status) or f"HTTP/1.1 {response.status} Unknown\r\n"
        if response.status != 204:
            head += f"Content-Type: {response.content_type}\r\nContent-Length: {len(response.body)}\r\n"
        for name, value in response.headers:
            head += f"{name}: {value}\r\n"
        head = (head + ("\r\n" if keep else "Connection: close\r\n\r\n")).encode("latin-1")
        body = b"" if method == "HEAD" else response.body
        if response.pause:
            self._trickle(head + body, response.pause)
        elif len(body) > _ONE_SEND:
            self._connection.sendall(head)
            self._connection.sendall(body)
        else:
            self._connection.sendall(head + body)

    def _trickle(self, data, pause):
        for at in range(len(data)):
            if self._server.stopping:
                raise _Left
            self._connection.sendall(data[at:at + 1])
            time.sleep(pause)

    def _drain(self):
        """Closing over unread bytes would reset the connection and destroy the refusal on its way: read on, briefly."""
        self._connection.shutdown(socket.SHUT_WR)
        self._connection.settimeout(1)
        deadline = time.monotonic() + 3
        try:
            while time.monotonic() < deadline:
                self._receive(1 << 20)
        except TimeoutError:
            return


def _quietly(act):
    try:
        act()
    except OSError:
        return
