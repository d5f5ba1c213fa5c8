"""Faults and counters of a real gaia_home process: python3 test_faults.py"""
import http.client
import json
import signal
import socket
import threading
import time
import unittest

from test_gaia_home import LegacyTest

CUT = (http.client.RemoteDisconnected, ConnectionResetError)


class Faults(LegacyTest):
    def setUp(self):
        self.legacy = self.start("--seed", "3")

    def put(self, number=1, client=None):
        return self.legacy.call("PUT", f"/api/sessions/session-00000{number}", {"n": 1}, client=client)

    def test_they_are_set_shown_and_cleared_and_a_wrong_one_is_refused(self):
        settings = {"latency_ms": 1, "times": 5, "only": {"methods": ["PUT"], "ids": ["x"]}}
        self.assertEqual(self.legacy.call("POST", "/__faults", settings), (200, {"fault": settings, "affected": 0}))
        self.assertEqual(self.legacy.call("DELETE", "/__faults"), (204, None))
        self.assertEqual(self.legacy.call("GET", "/__faults"), (200, {"fault": None, "affected": 0}))
        for wrong in ({"latncy_ms": 1}, {"error_rate": 2}, {"apply_then": "x"}, {"times": 0}, {"only": {"ids": "x"}}, {"hang": 1}):
            self.assertEqual(self.legacy.call("POST", "/__faults", wrong)[0], 400, wrong)

    def test_times_and_only_say_who_is_affected(self):
        self.legacy.fault(error_rate=1, times=2, only={"methods": ["put"], "ids": ["session-000002"]})
        self.assertEqual([self.put(n)[0] for n in (1, 2, 2, 2)], [200, 500, 500, 200])
        self.assertEqual(self.legacy.call("GET", "/__faults")[1], {"fault": None, "affected": 2})
        self.legacy.fault(error_rate=1, only={"ids": ["made"]})
        self.assertEqual(self.legacy.call("POST", "/api/sessions", {"id": "made"})[0], 500)
        self.assertEqual(self.legacy.call("POST", "/api/sessions", {"id": "other"})[0], 201)
        self.assertEqual(self.legacy.applied("session-000002")["PUT"], 1)

    def test_a_refusal_changes_nothing_and_lets_reads_through(self):
        self.legacy.fault(refuse_writes=422)
        self.assertEqual(self.put(), (422, {"error": "refused by a fault"}))
        self.assertEqual(self.legacy.call("GET", "/api/sessions/session-000001")[0], 200)
        self.assertEqual(self.legacy.applied("session-000001")["PUT"], 0)

    def test_latency_jitter_html_and_size(self):
        self.legacy.fault(latency_ms=80, jitter_ms=20)
        started = time.monotonic()
        self.put()
        self.assertGreaterEqual(time.monotonic() - started, 0.08)
        self.legacy.fault(html=True)
        status, headers, body = self.legacy.raw("GET", "/api/sessions")
        self.assertEqual((status, headers["Content-Type"][:9], body[:2]), (200, "text/html", b"<!"))
        self.legacy.fault(big=5_000_000)
        body = self.legacy.raw("GET", "/api/sessions")[2]
        self.assertEqual((len(body), list(json.loads(body))), (5_000_000, ["filler"]))

    def test_health_is_spared_unless_it_is_asked_for(self):
        self.legacy.fault(error_rate=1)
        self.assertEqual(self.legacy.call("GET", "/health")[0], 200)
        self.legacy.fault(error_rate=1, health=True)
        self.assertEqual(self.legacy.call("GET", "/health")[0], 500)

    def test_close_cuts_before_and_drop_cuts_after_the_write(self):
        for fault, times in (({"close": True}, 0), ({"apply_then": "drop"}, 1), ({"apply_then": "error"}, 2), ({"apply_then": "html"}, 3)):
            self.legacy.fault(**fault, times=1)
            if "error" in fault.values():
                self.assertEqual(self.put()[0], 500)
            elif "html" in fault.values():
                self.assertEqual(self.legacy.raw("PUT", "/api/sessions/session-000001", b"{}")[2][:2], b"<!")
            else:
                self.assertRaises(CUT, self.put)
            self.assertEqual(self.legacy.applied("session-000001")["PUT"], times)
        self.assertEqual(self.put()[0], 200)

    def test_a_trickling_answer_is_whole_and_slow_and_ends_with_a_stop(self):
        self.legacy.fault(trickle_ms=1)
        started = time.monotonic()
        status, session = self.put()
        self.assertEqual((status, session["n"]), (200, 1))
        self.assertGreaterEqual(time.monotonic() - started, 0.1)
        self.legacy.fault(trickle_ms=200)
        with socket.create_connection(("127.0.0.1", self.legacy.port), timeout=10) as wire:
            wire.sendall(b"PUT /api/sessions/session-000001 HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
            self.assertEqual(wire.recv(1), b"H")
            self.assertEqual(self.legacy.applied("session-000001")["PUT"], 2)
        self.assertEqual(self.legacy.stop(signal.SIGTERM), 0)

    def test_apply_then_waits_for_a_write_that_is_applied(self):
        self.legacy.fault(apply_then="error", times=1)
        self.assertEqual([self.put(n)[0] for n in (9, 1, 1)], [404, 500, 200])

    def test_a_hanging_write_is_answered_once_the_fault_is_cleared(self):
        for fault, before in (({"hang": True}, 0), ({"apply_then": "hang"}, 1)):
            legacy = self.start("--seed", "1")
            legacy.fault(**fault, times=1)
            with socket.create_connection(("127.0.0.1", legacy.port), timeout=10) as wire:
                wire.sendall(b"PUT /api/sessions/session-000001 HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
                self.until(lambda: legacy.call("GET", "/__faults")[1]["affected"] == 1)
                self.until(lambda: legacy.applied("session-000001")["PUT"] == before)
                self.assertEqual(legacy.call("GET", "/__stats")[1]["in_flight"], 1)
                legacy.call("DELETE", "/__faults")
                self.assertTrue(wire.recv(100).startswith(b"HTTP/1.1 200 "))
            self.assertEqual(legacy.applied("session-000001")["PUT"], 1)

    def test_a_client_that_gives_up_hanging_or_a_stop_applies_nothing(self):
        self.legacy.fault(hang=True)
        wire = socket.create_connection(("127.0.0.1", self.legacy.port), timeout=10)
        wire.sendall(b"PUT /api/sessions/session-000001 HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
        self.until(lambda: self.in_flight() == 1)
        wire.close()
        self.until(lambda: self.in_flight() == 0)
        self.assertEqual(self.legacy.applied("session-000001")["PUT"], 0)
        with socket.create_connection(("127.0.0.1", self.legacy.port), timeout=10) as wire:
            wire.sendall(b"DELETE /api/sessions/session-000001 HTTP/1.1\r\n\r\n")
            self.until(lambda: self.in_flight() == 1)
            self.assertEqual(self.legacy.stop(signal.SIGTERM), 0)
            self.assertEqual(wire.recv(100), b"")
        again = self.start(db=self.legacy.db)
        self.assertEqual(again.call("GET", "/api/sessions/session-000001")[0], 200)

    def in_flight(self):
        return self.legacy.call("GET", "/__stats")[1]["in_flight"]

    def until(self, reached):
        deadline = time.monotonic() + 5
        while not reached():
            self.assertLess(time.monotonic(), deadline, "was not reached in 5 s")


class Counters(LegacyTest):
    def test_requests_answers_and_applied_writes_are_counted(self):
        legacy = self.start("--seed", "2")
        legacy.call("PUT", "/api/sessions/session-000001", {})
        legacy.call("PUT", "/api/sessions/none", {})
        legacy.call("GET", "/api/sessions")
        stats = legacy.call("GET", "/__stats")[1]
        self.assertEqual(stats["requests"], {"PUT /api/sessions/{id}": 2, "GET /api/sessions": 1})
        self.assertEqual(stats["answers"], {"200": 2, "404": 1})
        self.assertEqual(stats["applied"], {"POST": 0, "PUT": 1, "PATCH": 0, "DELETE": 0})
        self.assertEqual((stats["in_flight"], stats["peak_in_flight"]), (0, 1))

    def test_concurrent_patches_of_one_session_lose_nothing(self):
        legacy = self.start("--seed", "1")

        def patch(worker):
            client = http.client.HTTPConnection("127.0.0.1", legacy.port, timeout=10)
            for turn in range(50):
                legacy.call("PATCH", "/api/sessions/session-000001", {f"w{worker}_{turn}": turn}, client=client)
            client.close()

        workers = [threading.Thread(target=patch, args=(n,)) for n in range(8)]
        [worker.start() for worker in workers]
        [worker.join() for worker in workers]
        session = legacy.call("GET", "/api/sessions/session-000001")[1]
        self.assertEqual(sum(name.startswith("w") for name in session), 400)
        self.assertEqual(legacy.applied("session-000001")["PATCH"], 400)


if __name__ == "__main__":
    unittest.main()
