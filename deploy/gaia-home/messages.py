"""What goes in and out of a route: Request, Response, and JSON the way legacy speaks it."""
import json
from typing import NamedTuple

MAX_BODY = 10 * 1024 * 1024
WRITES = ("POST", "PUT", "PATCH", "DELETE")

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


class Request(NamedTuple):
    method: str
    path: str
    query: dict
    headers: dict
    body: bytes


class Response(NamedTuple):
    status: int
    body: bytes = b""
    headers: tuple = ()
    content_type: str = "application/json"
    # Seconds between two bytes on the wire.
    pause: float = 0


class Refused(Exception):
    """A request that is answered with a 4xx and changes nothing."""

    def __init__(self, status, message, headers=()):
        super().__init__(message)
        self.response = error(status, message, headers)


def encode(value):
    """ASCII JSON; raises ValueError for what JSON cannot say (an overflowing 1e999 reads as infinity)."""
    return _encode(value)


def answer(status, value, headers=()):
    return Response(status, encode(value).encode("ascii"), headers)


def error(status, message, headers=()):
    return answer(status, {"error": message}, headers)


def parse_object(body):
    try:
        value = _decoder.decode(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as broken:
        raise Refused(400, f"invalid JSON: {broken}") from None
    if not isinstance(value, dict):
        raise Refused(400, "invalid JSON: an object is expected")
    return value


def _no_constant(name):
    raise ValueError(f"{name} is not JSON")


_decoder = json.JSONDecoder(parse_constant=_no_constant)
