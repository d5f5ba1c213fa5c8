"""The one credential a client must show, in each of the ways legacy clients show it."""
import base64
import hmac


class Auth:
    """Reads `none`, `bearer:TOKEN`, `api_key:K`, `session_id:S`, `basic:U:P` or `cookie:T`; ValueError for anything else."""

    def __init__(self, text):
        kind, _, secret = text.partition(":")
        self._cookie = kind == "cookie"
        if kind == "none" and not secret:
            self._header = None
            return
        if not secret or (kind == "basic" and ":" not in secret):
            raise ValueError(f"{text!r} has no credential")
        basic = base64.b64encode(secret.encode()).decode()
        known = {
            "bearer": ("authorization", f"Bearer {secret}"),
            "api_key": ("x-api-key", secret),
            "session_id": ("x-session-id", secret),
            "basic": ("authorization", f"Basic {basic}"),
            "cookie": ("cookie", secret),
        }
        if kind not in known:
            raise ValueError(f"{kind!r} is not a way to authenticate")
        self._header, expected = known[kind]
        self._expected = expected.encode()

    def admits(self, headers):
        if self._header is None:
            return True
        shown = headers.get(self._header, "")
        if self._cookie:
            cookies = dict(part.strip().partition("=")[::2] for part in shown.split(";"))
            shown = cookies.get("gaia_token", "")
        return hmac.compare_digest(shown.encode(), self._expected)
