"""Faults that a test sets over HTTP: slow, hanging, refusing, failing before or after the write was applied."""
import random
import select
import socket
import threading
import time

from messages import WRITES, Refused, Response, answer, error

_FIELDS = {
    "latency_ms": lambda v: _number(v) and 0 <= v <= 600_000,
    "jitter_ms": lambda v: _number(v) and 0 <= v <= 600_000,
    "error_rate": lambda v: _number(v) and 0 <= v <= 1,
    "hang": lambda v: isinstance(v, bool),
    "close": lambda v: isinstance(v, bool),
    "html": lambda v: isinstance(v, bool),
    "health": lambda v: isinstance(v, bool),
    "refuse_writes": lambda v: _whole(v) and 400 <= v <= 599,
    "trickle_ms": lambda v: _number(v) and 0 < v <= 600_000,
    "apply_then": lambda v: v in ("drop", "error", "html", "hang"),
    "big": lambda v: _whole(v) and 16 <= v <= 1 << 30,
    "times": lambda v: _whole(v) and v >= 1,
    "only": lambda v: isinstance(v, dict) and v.keys() <= {"methods", "ids"} and all(map(_texts, v.values())),
}


class _Fault:
    """One posted fault: its settings, how many requests it may still affect (None = no limit), how many it has."""

    def __init__(self, settings):
        only = settings.get("only", {})
        self.settings = settings
        self.left = settings.get("times")
        self.affected = 0
        self.methods = [method.upper() for method in only.get("methods", ())]
        self.ids = only.get("ids")

    def matches(self, method, target):
        return (not self.methods or method in self.methods) and (self.ids is None or target() in self.ids)


class Faults:
    def __init__(self):
        self._lock = threading.Lock()
        self._fault = None
        self._stopping = False
        self._gate = socket.socketpair()

    def set(self, settings):
        """Replaces the fault at hand ({} = none) and lets go whoever hangs."""
        wrong = [name for name, value in settings.items() if name not in _FIELDS or not _FIELDS[name](value)]
        if wrong:
            raise Refused(400, "unknown or out of range: " + ", ".join(wrong))
        with self._lock:
            self._fault = _Fault(settings) if settings else None
            self._release()

    def stop(self):
        """Whoever hangs is let go without an answer."""
        with self._lock:
            self._fault, self._stopping = None, True
            self._release()

    def show(self):
        with self._lock:
            fault = self._fault
            if fault is None:
                return {"fault": None, "affected": 0}
            limit = {} if fault.left is None else {"times": fault.left}
            return {"fault": None if fault.left == 0 else {**fault.settings, **limit}, "affected": fault.affected}

    @property
    def reach_health(self):
        fault = self._fault
        return fault is not None and fault.left != 0 and fault.settings.get("health", False)

    def around(self, method, target, connection, apply, health=False):
        """Runs `apply` under the fault that is set; None means: close the connection without an answer."""
        if self._fault is None:
            return apply()
        fault, action, delay_ms = self._plan(method, target, health)
        # Not cut short when the client leaves: a slow server applies what it was sent.
        if delay_ms:
            time.sleep(delay_ms / 1000)
        if action is None:
            return apply()
        if action.startswith("apply_then_"):
            return self._apply_then(action, fault, connection, apply)
        if action == "hang":
            return apply() if self._hold(connection) else None
        if action == "close":
            return None
        if action == "refuse":
            return error(fault.settings["refuse_writes"], "refused by a fault")
        if action == "html":
            return _page()
        if action == "trickle":
            return apply()._replace(pause=fault.settings["trickle_ms"] / 1000)
        if action == "big":
            return Response(200, b'{"filler":"' + b"x" * (fault.settings["big"] - 13) + b'"}')
        return error(500, "failed by a fault")

    def _apply_then(self, action, fault, connection, apply):
        response = apply()
        if response.status >= 400:
            self._give_back(fault)
            return response
        if action == "apply_then_error":
            return error(500, "failed by a fault after the write was applied")
        if action == "apply_then_html":
            return _page()
        return response if action == "apply_then_hang" and self._hold(connection) else None

    def _plan(self, method, target, health):
        """(fault, action, delay) for this request, counted against `times`."""
        with self._lock:
            fault = self._fault
            if fault is None or fault.left == 0 or not (health or fault.matches(method, target)):
                return None, None, 0
            action = _action(fault.settings, method)
            delay = fault.settings.get("latency_ms", 0) + random.uniform(0, fault.settings.get("jitter_ms", 0))
            if action is None and not delay:
                return None, None, 0
            self._count(fault, 1)
            return fault, action, delay

    def _give_back(self, fault):
        """A write that legacy refused was not applied, so `apply_then` still waits for one that is."""
        with self._lock:
            self._count(fault, -1)

    @staticmethod
    def _count(fault, by):
        fault.affected += by
        if fault.left is not None:
            fault.left -= by

    def _release(self):
        self._gate[1].close()
        self._gate = socket.socketpair()

    def _hold(self, connection):
        """True when the fault was cleared, False when the client left or the server stops."""
        gate = self._gate[0]
        poller = select.poll()
        poller.register(gate, select.POLLIN)
        poller.register(connection, select.POLLIN)
        while True:
            for descriptor, _ in poller.poll():
                if descriptor == gate.fileno():
                    return not self._stopping
                if _left(connection):
                    return False
                # Pipelined bytes stay readable and would spin: from here on only the hang-up is of interest.
                poller.modify(connection, getattr(select, "POLLRDHUP", 0))

    def handle(self, method, parse):
        if method == "DELETE":
            self.set({})
            return Response(204)
        if method == "POST":
            self.set(parse())
        elif method != "GET":
            raise Refused(405, "method not allowed", (("Allow", "GET, POST, DELETE"),))
        return answer(200, self.show())


def _action(fault, method):
    write = method in WRITES
    if fault.get("hang"):
        return "hang"
    if fault.get("close"):
        return "close"
    if write and "refuse_writes" in fault:
        return "refuse"
    if random.random() < fault.get("error_rate", 0):
        return "error"
    if fault.get("html"):
        return "html"
    if "big" in fault:
        return "big"
    if write and "apply_then" in fault:
        return "apply_then_" + fault["apply_then"]
    return "trickle" if "trickle_ms" in fault else None


def _page():
    return Response(200, b"<!doctype html><title>GAIA</title><p>Please log in.", (), "text/html; charset=utf-8")


def _left(connection):
    try:
        return not connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value):
    return _whole(value) or isinstance(value, float)


def _texts(value):
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
