"""Counters since this process started: what was asked, what was answered, how many at once."""
import threading
from collections import Counter


class Stats:
    def __init__(self):
        self._lock = threading.Lock()
        self._requests = Counter()
        self._answers = Counter()
        self._in_flight = 0
        self._peak = 0

    def begin(self, label):
        with self._lock:
            self._requests[label] += 1
            self._in_flight += 1
            if self._in_flight > self._peak:
                self._peak = self._in_flight

    def end(self, outcome):
        """outcome: the status answered, or "dropped" when the connection was closed instead."""
        with self._lock:
            self._answers[outcome] += 1
            self._in_flight -= 1

    def snapshot(self):
        with self._lock:
            return {
                "requests": dict(self._requests),
                "answers": {str(outcome): count for outcome, count in self._answers.items()},
                "in_flight": self._in_flight,
                "peak_in_flight": self._peak,
            }
