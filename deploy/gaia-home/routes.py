"""What each path answers."""
import time
import uuid
from typing import NamedTuple
from urllib.parse import quote, unquote

from messages import Refused, Request, Response, answer, error, parse_object
from store import Store

_SESSIONS = "/api/sessions"
_ITEM = _SESSIONS + "/"
_FOREIGN = "utf-8''"
_LISTS = {"bare": (b"[", b"]"), "sessions": (b'{"sessions":[', b"]}"), "map": (b'{"sessions":{', b"}}")}
LIST_SHAPES = (*_LISTS, "items")
MAP_KEYS = ("id", "session_name")


class Habits(NamedTuple):
    """In what legacies differ."""

    id_field: str = "id"
    list_shape: str = "bare"
    map_key: str = "id"
    paged: bool = True
    post_creates: bool = True
    put_creates: bool = False


class Routes:
    def __init__(self, store: Store, faults, stats, auth, habits: Habits):
        self._store, self._faults, self._stats, self._auth = store, faults, stats, auth
        self._habits, self._id_field = habits, habits.id_field
        self._started = time.monotonic()
        self._item = {"GET": self._get, "PUT": self._put, "PATCH": self._patch, "DELETE": self._delete}
        self._collection = {"GET": self._list, "POST": self._post} if habits.post_creates else {"GET": self._list}

    def __call__(self, request: Request, connection):
        """The answer, or None when the connection is to be closed without one."""
        path, method = request.path, "GET" if request.method == "HEAD" else request.method
        if path.startswith("/__"):
            return self._guarded(lambda: self._control(method, request))
        label, session_id, handlers = self._route(path)
        self._stats.begin(f"{method} {label}")
        outcome = "dropped"
        try:
            response = self._faulted(method, label, session_id, handlers, request, connection)
            outcome = response.status if response else outcome
            return response
        finally:
            self._stats.end(outcome)

    def _route(self, path):
        """(label for the counters, session id, handlers by method); no handlers = no such path."""
        if path.startswith(_ITEM) and "/" not in path[len(_ITEM):] and len(path) > len(_ITEM):
            try:
                return _ITEM + "{id}", unquote(path[len(_ITEM):], errors="strict"), self._item
            except UnicodeDecodeError:
                return _ITEM + "{id}", None, {}
        if path == _SESSIONS:
            return path, None, self._collection
        return ("/health", None, {"GET": self._health}) if path == "/health" else ("other", None, {})

    def _faulted(self, method, label, session_id, handlers, request, connection):
        def apply():
            return self._guarded(lambda: self._dispatch(method, label, session_id, handlers, request))

        def target():
            return session_id if session_id is not None else self._id_in(request.body)

        health = label == "/health"
        if health and not self._faults.reach_health:
            return apply()
        return self._faults.around(method, target, connection, apply, health)

    def _dispatch(self, method, label, session_id, handlers, request):
        if not handlers:
            raise Refused(404, "not found")
        if label != "/health" and not self._auth.admits(request.headers):
            raise Refused(401, "unauthorized", (("WWW-Authenticate", 'Bearer realm="gaia"'),))
        handler = handlers.get(method)
        if handler is None:
            raise Refused(405, "method not allowed", (("Allow", ", ".join(handlers)),))
        return handler(request, session_id)

    @staticmethod
    def _guarded(handle):
        try:
            return handle()
        except Refused as refused:
            return refused.response
        except (ValueError, RecursionError) as unfit:
            return error(400, f"cannot be stored: {unfit}")

    def _id_in(self, body):
        try:
            return str(parse_object(body).get(self._id_field))
        except Refused:
            return None

    def _health(self, request, _):
        return answer(200, {"status": "healthy", "service": "GAIA_HOME", "uptime_s": round(time.monotonic() - self._started, 3)})

    def _get(self, request, session_id):
        return _found(self._store.get(session_id))

    def _post(self, request, _):
        document = parse_object(request.body)
        given = document.get(self._id_field)
        if given is None or given == "":
            document[self._id_field] = given = str(uuid.uuid4())
        elif isinstance(given, bool) or not isinstance(given, (str, int)):
            raise Refused(400, f"{self._id_field} must be text or a whole number")
        body = self._store.create(str(given), document)
        if body is None:
            raise Refused(409, "session exists")
        return Response(201, body, (("Location", _ITEM + quote(str(given), safe="")),))

    def _put(self, request, session_id):
        document = self._owned(session_id, parse_object(request.body))
        created, body = self._store.replace(session_id, document, self._habits.put_creates)
        return Response(201, body) if created else _found(body)

    def _patch(self, request, session_id):
        change = self._owned(session_id, parse_object(request.body))
        return _found(self._store.merge(session_id, lambda text: {**parse_object(text), **change}))

    def _delete(self, request, session_id):
        if not self._store.remove(session_id):
            raise Refused(404, "session not found")
        return Response(204)

    def _owned(self, session_id, document):
        """The document under the id of its path; another id in the body is refused."""
        if str(document.setdefault(self._id_field, session_id)) != session_id:
            raise Refused(400, f"{self._id_field} differs from the path")
        return document

    def _list(self, request, _):
        query = request.query
        filters = {"status": query.get("status"), "tier": query.get("tier")}
        if self._habits.list_shape == "items":
            return self._list_items(query, filters)
        step = (_whole(query, "limit", -1), _cursor(query.get("cursor"))) if self._habits.paged else ()
        page = self._store.page(*step, **filters)
        bodies = page.bodies
        if self._habits.list_shape == "map":
            bodies = [answer(200, self._key(found, body)).body + b":" + body for found, body in zip(page.ids, page.bodies)]
        opening, closing = _LISTS[self._habits.list_shape]
        following = (("X-Next-Cursor", _header_text(page.ids[-1].decode())),) if page.more else ()
        return Response(200, opening + b",".join(bodies) + closing, following)

    def _key(self, session_id, body):
        return session_id.decode() if self._habits.map_key == "id" else parse_object(body)["session_name"]

    def _list_items(self, query, filters):
        total = self._store.count(**filters)
        number, size = (_whole(query, "page", 1), _whole(query, "per_page", 50)) if self._habits.paged else (1, max(total, 1))
        bodies = self._store.page(size, offset=(number - 1) * size, **filters).bodies
        tail = b'],"total":%d,"page":%d,"pages":%d}' % (total, number, -(-total // size))
        return Response(200, b'{"items":[' + b",".join(bodies) + tail)

    def _control(self, method, request):
        path = request.path
        if path == "/__faults":
            return self._faults.handle(method, lambda: parse_object(request.body))
        if method != "GET" or path not in ("/__stats", "/__stats/writes"):
            raise Refused(404, "not found")
        if path == "/__stats":
            return answer(200, {**self._stats.snapshot(), "applied": self._store.applied()})
        if "id" not in request.query:
            raise Refused(400, "id is missing")
        return answer(200, {"id": request.query["id"], **self._store.applied(request.query["id"])})


def _found(body):
    if body is None:
        raise Refused(404, "session not found")
    return Response(200, body)


def _whole(query, name, default):
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1_000_000_000):
        raise Refused(400, f"{name} must be a whole number from 1 on")
    return int(text)


def _header_text(session_id):
    """An id as a header can carry it: as it is, or marked and percent-encoded when a header would spoil it."""
    plain = session_id.isascii() and session_id.isprintable() and session_id == session_id.strip()
    return session_id if plain and not session_id.startswith(_FOREIGN) else _FOREIGN + quote(session_id, safe="")


def _cursor(text):
    return unquote(text[len(_FOREIGN):], errors="strict") if text and text.startswith(_FOREIGN) else text
