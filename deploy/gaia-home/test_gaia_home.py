"""Real processes, real HTTP, free ports: python3 test_gaia_home.py"""
import http.client
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

PROGRAM = pathlib.Path(__file__).resolve().with_name("gaia_home.py")


class Legacy:
    """One gaia_home process on a free port, and a keep-alive client of it."""

    def __init__(self, *options, db=None):
        self._folder = tempfile.TemporaryDirectory()
        self.db = db or str(pathlib.Path(self._folder.name) / "legacy.db")
        command = [sys.executable, str(PROGRAM), "--port", "0", "--db", self.db, *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=self._folder.name)
        self.line = self.process.stdout.readline()
        self.port = int(self.line.split("127.0.0.1:")[1].split()[0])
        self.client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)

    def raw(self, method, path, body=None, headers=(), client=None):
        client = client or self.client
        client.request(method, path, body, dict(headers))
        response = client.getresponse()
        return response.status, response.headers, response.read()

    def call(self, method, path, value=None, **more):
        """(status, parsed body)."""
        status, _, body = self.raw(method, path, None if value is None else json.dumps(value), **more)
        return status, json.loads(body) if body else None

    def fault(self, **settings):
        assert self.call("POST", "/__faults", settings)[0] == 200

    def applied(self, session_id):
        return self.call("GET", f"/__stats/writes?id={session_id}")[1]

    def stop(self, how=signal.SIGTERM):
        self.client.close()
        self.process.send_signal(how)
        code = self.process.wait(10)
        self.process.stdout.close()
        return code

    def end(self):
        if self.process.poll() is None:
            self.stop(signal.SIGKILL)
        self._folder.cleanup()


class LegacyTest(unittest.TestCase):
    def start(self, *options, db=None):
        legacy = Legacy(*options, db=db)
        self.addCleanup(legacy.end)
        return legacy


class Sessions(LegacyTest):
    def test_a_session_lives_from_post_to_delete(self):
        legacy = self.start()
        given = {"id": "a", "status": "busy", "metadata": {"z": 1.0, "a": [1, "é"]}, "unheard_of": None}
        status, made = legacy.call("POST", "/api/sessions", given)
        self.assertEqual((status, {**made, **given}), (201, made))
        self.assertNotIn("Z", made["created_at"] + made["updated_at"])
        self.assertEqual(legacy.call("POST", "/api/sessions", given), (409, {"error": "session exists"}))
        self.assertEqual(legacy.call("GET", "/api/sessions/a"), (200, made))
        self.assertIn(b'{"z":1.0,"a":', legacy.raw("GET", "/api/sessions/a")[2])

        status, put = legacy.call("PUT", "/api/sessions/a", {"status": "idle", "updated_at": "mine"})
        self.assertEqual((status, put.keys(), put["status"]), (200, {"id", "status", "updated_at"}, "idle"))
        self.assertNotEqual(put["updated_at"], "mine")
        status, patched = legacy.call("PATCH", "/api/sessions/a", {"metadata": {"n": 2}})
        self.assertEqual((status, patched["status"], patched["metadata"]), (200, "idle", {"n": 2}))
        self.assertEqual(legacy.call("DELETE", "/api/sessions/a"), (204, None))
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            body = {} if method in ("PUT", "PATCH") else None
            self.assertEqual(legacy.call(method, "/api/sessions/a", body), (404, {"error": "session not found"}))
        self.assertEqual(legacy.applied("a"), {"id": "a", "POST": 1, "PUT": 1, "PATCH": 1, "DELETE": 1})

    def test_an_id_is_made_when_none_is_given_and_decoded_from_the_path(self):
        legacy = self.start("--put-creates", "true")
        status, made = legacy.call("POST", "/api/sessions", {})
        self.assertEqual((status, legacy.call("GET", f"/api/sessions/{made['id']}")[1]), (201, made))
        self.assertEqual(legacy.call("PUT", "/api/sessions/%C3%BC%2F1", {})[0], 201)
        self.assertEqual(legacy.call("GET", "/api/sessions/%C3%BC%2F1")[1]["id"], "ü/1")
        self.assertEqual(legacy.call("PUT", "/api/sessions/%C3%BC%2F1", {"id": "other"})[0], 400)

    def test_a_legacy_can_lack_post(self):
        legacy = self.start("--post-creates", "false", "--put-creates", "true")
        status, headers, _ = legacy.raw("POST", "/api/sessions", b"{}")
        self.assertEqual((status, headers["Allow"]), (405, "GET"))
        self.assertEqual([legacy.call("PUT", "/api/sessions/a", {})[0] for _ in range(2)], [201, 200])

    def test_what_is_no_session_is_refused(self):
        legacy = self.start()
        for body in (b"{", b"[]", b'{"n":NaN}', b'{"n":1e999}', b"\xff", b"[" * 100_000, b'{"id":"\\ud800"}', b'{"id":true}'):
            status, _, answer = legacy.raw("POST", "/api/sessions", body)
            self.assertEqual((status, list(json.loads(answer))), (400, ["error"]), body[:20])
        self.assertEqual(legacy.call("GET", "/nowhere")[0], 404)
        self.assertEqual(legacy.call("POST", "/api/sessions/a", {})[0], 405)
        self.assertEqual(legacy.call("GET", "/api/sessions")[1], [])

    def test_a_body_over_ten_mebibytes_is_refused_and_one_of_ten_is_not(self):
        legacy = self.start()
        filler = "x" * (10 * 1024 * 1024 + 1 - len('{"id": "a", "f": ""}'))
        self.assertEqual(legacy.call("POST", "/api/sessions", {"id": "a", "f": filler})[0], 413)
        legacy.client.close()
        self.assertEqual(legacy.call("POST", "/api/sessions", {"id": "b", "f": filler[1:]})[0], 201)

    def test_chunked_bodies_pipelining_and_expect_continue(self):
        legacy = self.start()
        status, _, _ = legacy.raw("POST", "/api/sessions", iter([b'{"id":', b'"chunked"}']))
        self.assertEqual(status, 201)
        with socket.create_connection(("127.0.0.1", legacy.port), timeout=10) as wire, wire.makefile("rb") as answers:
            wire.sendall(b"GET /health HTTP/1.1\r\n\r\nPUT /api/sessions/chunked HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            text = b""
            while b"100 Continue" not in text:
                text += answers.readline()
            self.assertIn(b'"status":"healthy"', text)
            wire.sendall(b"{}")
            answers.readline()
            self.assertEqual(answers.readline(), b"HTTP/1.1 200 OK\r\n")


class Lists(LegacyTest):
    def test_pages_by_cursor_are_complete_ordered_and_filtered(self):
        legacy = self.start("--seed", "250")
        seen, cursor = [], ""
        while cursor is not None:
            _, headers, body = legacy.raw("GET", f"/api/sessions?limit=100&cursor={cursor}")
            seen += json.loads(body)
            cursor = headers["X-Next-Cursor"]
        self.assertEqual([s["id"] for s in seen], [f"session-{n:06d}" for n in range(1, 251)])
        self.assertEqual(seen, legacy.call("GET", "/api/sessions")[1])
        busy = legacy.call("GET", "/api/sessions?status=busy&tier=worker")[1]
        plain = [s for s in seen if s["status"].lower().endswith("busy") and s["tier"].lower().endswith("worker")]
        self.assertEqual(busy, plain)
        self.assertEqual(legacy.call("GET", "/api/sessions?limit=0")[0], 400)

    def test_a_cursor_that_no_header_can_carry_still_leads_on(self):
        legacy = self.start()
        for name in ("ä", "ö\r\nX: y", "ü"):
            legacy.call("POST", "/api/sessions", {"id": name})
        seen, cursor = [], ""
        while cursor is not None:
            _, headers, body = legacy.raw("GET", "/api/sessions?limit=1&cursor=" + cursor.replace("%", "%25"))
            seen += [s["id"] for s in json.loads(body)]
            cursor = headers["X-Next-Cursor"]
        self.assertEqual(seen, ["ä", "ö\r\nX: y", "ü"])

    def test_every_shape(self):
        bare = self.start("--seed", "5").call("GET", "/api/sessions")[1]
        self.assertEqual(self.start("--seed", "5", "--list-shape", "sessions").call("GET", "/api/sessions")[1], {"sessions": bare})
        mapped = self.start("--seed", "5", "--list-shape", "map").call("GET", "/api/sessions")[1]
        self.assertEqual(mapped, {"sessions": {s["id"]: s for s in bare}})
        named = self.start("--seed", "5", "--list-shape", "map", "--map-key", "session_name").call("GET", "/api/sessions")[1]
        self.assertEqual(named, {"sessions": {s["session_name"]: s for s in bare}})
        items = self.start("--seed", "5", "--list-shape", "items").call("GET", "/api/sessions?page=2&per_page=2")[1]
        self.assertEqual(items, {"items": bare[2:4], "total": 5, "page": 2, "pages": 3})

    def test_a_legacy_without_pages_answers_everything_whatever_is_asked_for(self):
        whole = self.start("--seed", "5", "--paged", "false")
        status, headers, body = whole.raw("GET", "/api/sessions?limit=2&cursor=session-000003")
        self.assertEqual((status, len(json.loads(body)), headers["X-Next-Cursor"]), (200, 5, None))
        items = self.start("--seed", "5", "--paged", "false", "--list-shape", "items").call("GET", "/api/sessions?page=2&per_page=2")[1]
        self.assertEqual((len(items["items"]), items["total"], items["page"], items["pages"]), (5, 5, 1, 1))
        empty = self.start("--paged", "false", "--list-shape", "items").call("GET", "/api/sessions?page=2&per_page=2")[1]
        self.assertEqual(empty, {"items": [], "total": 0, "page": 1, "pages": 0})


class Seeding(LegacyTest):
    def test_seeded_data_has_the_habits_of_python(self):
        text = self.start("--seed", "500").raw("GET", "/api/sessions")[2].decode()
        sessions = json.loads(text)
        self.assertTrue(all(s["id"] and s["metadata"] and "legacy_shard" in s for s in sessions))
        self.assertTrue(any(not s["created_at"].count(".") for s in sessions))
        self.assertTrue(any("lesson_id" not in s for s in sessions) and any(s.get("lesson_id", 1) is None for s in sessions))
        for habit in ('"SessionStatus.', '"ACTIVE"', ":1.0", "\\u00", '"tmux_pane"'):
            self.assertIn(habit, text)
        self.assertGreater(len({tuple(s["metadata"]) for s in sessions}), 3)

    def test_times_enums_and_ids_are_spelled_as_asked(self):
        kinds = {"offset": r"\+00:00$", "z": "Z$", "rfc1123": " GMT$", "epoch": r"^\d{10}\.\d+$", "epoch_ms": r"^\d{13}$"}
        for (style, pattern), field in zip(kinds.items(), ("id", "session_id", "session_name", "name", "id")):
            legacy = self.start("--seed", "3", "--timestamps", style, "--enums", "repr", "--id-field", field)
            session = legacy.call("PATCH", "/api/sessions/session-000001", {})[1]
            self.assertEqual(session[field], "session-000001")
            self.assertEqual("id" in session, field == "id")
            self.assertRegex(str(session["updated_at"]), pattern)
            self.assertRegex(session["provider"], "^Provider|^[A-Z]+$")
            self.assertEqual(legacy.call("POST", "/api/sessions", {field: "n"})[0], 201)

    def test_a_restart_adds_only_what_was_never_seeded(self):
        legacy = self.start("--seed", "3")
        legacy.call("DELETE", "/api/sessions/session-000002")
        changed = legacy.call("PATCH", "/api/sessions/session-000001", {"status": "mine"})[1]
        legacy.stop()
        again = self.start("--seed", "5", db=legacy.db)
        sessions = again.call("GET", "/api/sessions")[1]
        self.assertEqual([s["id"][-1] for s in sessions], ["1", "3", "4", "5"])
        self.assertEqual(sessions[0], changed)


class Credentials(LegacyTest):
    def test_every_way_to_authenticate(self):
        ways = {
            "bearer:t": ("Authorization", "Bearer t"), "api_key:k": ("X-API-Key", "k"), "session_id:s": ("X-Session-ID", "s"),
            "basic:u:p": ("Authorization", "Basic dTpw"), "cookie:c": ("Cookie", "a=b; gaia_token=c"),
        }
        for option, (name, value) in ways.items():
            legacy = self.start("--auth", option)
            self.assertEqual(legacy.call("GET", "/api/sessions")[0], 401, option)
            self.assertEqual(legacy.call("GET", "/api/sessions", headers={name: value + "x"})[0], 401, option)
            self.assertEqual(legacy.call("GET", "/api/sessions", headers={name: value})[0], 200, option)
            self.assertEqual(legacy.call("GET", "/health")[0], 200)


class Stopping(LegacyTest):
    def test_no_acknowledged_write_is_lost_by_sigkill_or_sigterm(self):
        for how, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0)):
            legacy = self.start("--put-creates", "true")
            acknowledged, enough = {}, threading.Semaphore(0)

            def write(worker):
                client = http.client.HTTPConnection("127.0.0.1", legacy.port, timeout=10)
                try:
                    for turn in range(1, 100_000):
                        if legacy.raw("PUT", f"/api/sessions/w{worker}", json.dumps({"turn": turn}), client=client)[0] < 300:
                            acknowledged[worker] = turn
                            enough.release()
                except (OSError, http.client.HTTPException):
                    client.close()

            workers = [threading.Thread(target=write, args=(n,)) for n in range(8)]
            [worker.start() for worker in workers]
            [enough.acquire() for _ in range(800)]
            self.assertEqual(legacy.stop(how), code)
            [worker.join() for worker in workers]
            again = self.start(db=legacy.db)
            for worker, turn in acknowledged.items():
                kept = again.call("GET", f"/api/sessions/w{worker}")[1]["turn"]
                self.assertIn(kept, (turn, turn + 1))
                self.assertEqual(again.applied(f"w{worker}")["PUT"], kept)

    def test_a_busy_port_is_told_in_one_line(self):
        legacy = self.start()
        command = [sys.executable, str(PROGRAM), "--port", str(legacy.port), "--db", legacy.db]
        second = subprocess.run(command, capture_output=True, text=True, timeout=10)
        self.assertEqual((second.returncode, second.stdout, second.stderr.count("\n")), (1, "", 1))
        self.assertIn("Address already in use", second.stderr)


if __name__ == "__main__":
    unittest.main()
