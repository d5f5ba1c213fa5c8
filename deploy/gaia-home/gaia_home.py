#!/usr/bin/env python3
"""GAIA_HOME: the legacy session service that the migration moves away from. Standard library only; see README.md."""
import argparse
import signal
import socket
import sqlite3
import sys

from auth import Auth
from faults import Faults
from routes import LIST_SHAPES, MAP_KEYS, Habits, Routes
from seed import ID_FIELDS, Seed
from server import Server
from spelling import ENUMS, TIMESTAMPS, clock
from stats import Stats
from store import Store


def main():
    options = _options()
    # Until the server runs there is nothing to finish: an open seeding transaction rolls back.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        # Bound before seeding, so that a busy port is told at once; not listening until there is something to serve.
        listener = _bind(options.host, options.port)
    except OSError as failure:
        sys.exit(f"gaia_home: cannot listen on {options.host}:{options.port}: {failure.strerror}")
    try:
        store = Store(options.db, clock(options.timestamps))
        added = store.seed(options.seed, Seed(options.seed_value, options.id_field, options.timestamps, options.enums))
        sessions = store.count()
    except sqlite3.Error as failure:
        sys.exit(f"gaia_home: cannot use {options.db}: {failure}")

    faults = Faults()
    habits = Habits(**{name: getattr(options, name) for name in Habits._fields})
    routes = Routes(store, faults, Stats(), options.auth, habits)
    server = Server(listener, routes, options.verbose)
    stops = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    server.start()
    host, port = listener.getsockname()[:2]
    print(f"gaia_home listening on http://{host}:{port} (db {options.db}, {sessions} sessions, {added} seeded)", flush=True)
    signal.sigwait(stops)
    faults.stop()
    server.stop()
    store.close()


def _bind(host, port):
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    return listener


def _options():
    parser = argparse.ArgumentParser(prog="gaia_home.py", description="The legacy stand-in GAIA_HOME.", allow_abbrev=False)
    add = parser.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=5000, help="0 = any free port (default %(default)s)")
    add("--db", default="gaia_home.db", metavar="FILE", help="SQLite file (default %(default)s)")
    add("--seed", type=int, default=0, metavar="N", help="make sessions session-000001 to N, once per file")
    add("--seed-value", type=int, default=1, metavar="INT", help="random seed of the seeded data (default %(default)s)")
    add("--list-shape", choices=LIST_SHAPES, default="bare")
    add("--map-key", choices=MAP_KEYS, default="id", help="what the keys of --list-shape map are (default %(default)s)")
    add("--paged", type=_truth, default=True, metavar="true|false", help="false: every list is whole, whatever is asked for (default: true)")
    add("--id-field", choices=ID_FIELDS, default="id")
    add("--timestamps", choices=TIMESTAMPS, default="naive", help="how legacy writes times of its own")
    add("--enums", choices=ENUMS, default="lower", help="how most seeded enum values are spelled")
    add("--auth", type=_auth, default="none", metavar="none|bearer:TOKEN|api_key:K|session_id:S|basic:U:P|cookie:T")
    add("--post-creates", type=_truth, default=True, metavar="true|false", help="false: POST is answered 405 (default: true)")
    add("--put-creates", type=_truth, default=False, metavar="true|false", help="PUT on an unknown id creates (default: 404)")
    add("--verbose", action="store_true", help="one line per request on stderr")
    options = parser.parse_args()
    if not 0 <= options.port <= 65535:
        parser.error("argument --port: from 0 to 65535")
    return options


def _auth(text):
    try:
        return Auth(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def _truth(text):
    if text not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")
    return text == "true"


if __name__ == "__main__":
    main()
