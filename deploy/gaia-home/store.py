"""Sessions in one SQLite file: many readers, one writer, every write one statement and one commit."""
import sqlite3
import threading
from collections import deque
from typing import NamedTuple

from messages import WRITES, encode
from spelling import plain

# The triggers count an applied write in the very statement that applies it: after a SIGKILL the count is as true as the data.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY NOT NULL, status TEXT NOT NULL, tier TEXT NOT NULL, written_by TEXT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS applied (
    id TEXT NOT NULL, method TEXT NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (id, method)) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS created AFTER INSERT ON sessions WHEN NEW.written_by IS NOT NULL BEGIN
    INSERT INTO applied VALUES (NEW.id, NEW.written_by, 1) ON CONFLICT DO UPDATE SET times = times + 1; END;
CREATE TRIGGER IF NOT EXISTS changed AFTER UPDATE ON sessions BEGIN
    INSERT INTO applied VALUES (NEW.id, NEW.written_by, 1) ON CONFLICT DO UPDATE SET times = times + 1; END;
CREATE TRIGGER IF NOT EXISTS removed AFTER DELETE ON sessions BEGIN
    INSERT INTO applied VALUES (OLD.id, 'DELETE', 1) ON CONFLICT DO UPDATE SET times = times + 1; END;
"""
_INSERT = "INSERT INTO sessions (id, status, tier, written_by, body) VALUES (?, ?, ?, ?, ?)"
_SEED = "INSERT OR IGNORE INTO sessions (id, status, tier, body) VALUES (?, ?, ?, ?)"
_UPDATE = "UPDATE sessions SET status = ?, tier = ?, written_by = ?, body = ? WHERE id = ?"


class Page(NamedTuple):
    ids: list
    bodies: list
    more: bool


class Store:
    """`now` gives the time that legacy stamps on a write, in legacy's own spelling."""

    def __init__(self, path, now):
        self._path = path
        self._now = now
        self._readers = deque()
        self._lock = threading.Lock()
        self._writer = self._connect()
        self._writer.executescript(_SCHEMA)

    def _connect(self):
        connection = sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA mmap_size = 268435456")
        return connection

    def _read(self, sql, arguments=()):
        try:
            reader = self._readers.pop()
        except IndexError:
            reader = self._connect()
            reader.text_factory = bytes
        try:
            return reader.execute(sql, arguments).fetchall()
        finally:
            self._readers.append(reader)

    def get(self, session_id):
        """The stored JSON text, or None."""
        rows = self._read("SELECT body FROM sessions WHERE id = ?", (session_id,))
        return rows[0][0] if rows else None

    def page(self, limit=-1, after=None, offset=0, **filters):
        """Sessions ordered by id. `after` is exclusive; limit -1 = all; filters: status, tier in any spelling."""
        where, arguments = _where(filters, after)
        wanted = limit + 1 if limit >= 0 else -1
        rows = self._read(f"SELECT id, body FROM sessions{where} ORDER BY id LIMIT ? OFFSET ?", (*arguments, wanted, offset))
        more = 0 <= limit < len(rows)
        if more:
            rows.pop()
        return Page([row[0] for row in rows], [row[1] for row in rows], more)

    def count(self, **filters):
        where, arguments = _where(filters, None)
        return self._read(f"SELECT COUNT(*) FROM sessions{where}", arguments)[0][0]

    def create(self, session_id, document):
        """The stored text, or None when the id exists."""
        with self._lock:
            try:
                return self._insert(session_id, document, "POST")
            except sqlite3.IntegrityError:
                return None

    def replace(self, session_id, document, creates):
        """(created, stored text); the text is None when the id is unknown and `creates` is false."""
        with self._lock:
            text = self._update(session_id, document, "PUT")
            if text is None and creates:
                return True, self._insert(session_id, document, "PUT")
            return False, text

    def merge(self, session_id, change):
        """Stores what `change` makes of the document at hand; None when the id is unknown."""
        with self._lock:
            text = self.get(session_id)
            return None if text is None else self._update(session_id, change(text), "PATCH")

    def remove(self, session_id):
        with self._lock:
            return self._writer.execute("DELETE FROM sessions WHERE id = ?", (session_id,)).rowcount > 0

    def _insert(self, session_id, document, method):
        document.setdefault("created_at", self._now())
        text = self._stamp(document)
        self._writer.execute(_INSERT, (session_id, plain(document.get("status")), plain(document.get("tier")), method, text))
        return text.encode("ascii")

    def _update(self, session_id, document, method):
        text = self._stamp(document)
        arguments = (plain(document.get("status")), plain(document.get("tier")), method, text, session_id)
        return text.encode("ascii") if self._writer.execute(_UPDATE, arguments).rowcount else None

    def _stamp(self, document):
        document["updated_at"] = self._now()
        return encode(document)

    def seed(self, wanted, make):
        """Adds make(n) = (id, document) for every n up to `wanted` that no earlier start has seeded; answers how many it added."""
        with self._lock:
            # Kept in the file, so that a restart does not bring back a seeded session that was deleted since.
            seeded = self._writer.execute("PRAGMA user_version").fetchone()[0]
            if seeded >= wanted:
                return 0
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                added = self._writer.executemany(_SEED, map(_row, map(make, range(seeded + 1, wanted + 1)))).rowcount
                self._writer.execute(f"PRAGMA user_version = {int(wanted)}")
                self._writer.execute("COMMIT")
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            return added

    def applied(self, session_id=None):
        """How often each method changed a session (all sessions when no id is given), over the life of the file."""
        where, arguments = ("", ()) if session_id is None else (" WHERE id = ?", (session_id,))
        rows = self._read(f"SELECT method, SUM(times) FROM applied{where} GROUP BY method", arguments)
        return {**dict.fromkeys(WRITES, 0), **{method.decode(): times for method, times in rows}}

    def close(self):
        """Waits for the write at hand; later ones fail and are never acknowledged."""
        with self._lock:
            while self._readers:
                self._readers.pop().close()
            self._writer.close()


def _row(seeded):
    session_id, document = seeded
    return session_id, plain(document.get("status")), plain(document.get("tier")), encode(document)


def _where(filters, after):
    conditions, arguments = [], []
    for column, value in filters.items():
        if value is not None:
            conditions.append(f"{column} = ?")
            arguments.append(plain(value))
    if after is not None:
        conditions.append("id > ?")
        arguments.append(after)
    return (" WHERE " + " AND ".join(conditions) if conditions else ""), arguments
