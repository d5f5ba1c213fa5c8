"""Sessions as a Python service leaves them behind. Number n under one seed value is always the same session."""
import hashlib
from datetime import datetime, timedelta

from spelling import ENUMS, TIMESTAMPS

TIERS = ("high_level", "manager", "worker", "worker")
PROVIDERS = ("claude", "codex", "ollama", "openai", "gemini")
STATUSES = ("idle", "busy", "active", "paused", "failed", "offline")
HEALTH = ("healthy", "healthy", "healthy", "degraded", "unhealthy")
ID_FIELDS = ("id", "session_id", "session_name", "name")

_NAMES = ("architect", "Übersetzer", "reviewer", "観測者", "planner", "Ægir", "tester", "naïve-worker", "связист", "builder 🚧")
_BEGIN = datetime(2025, 1, 6, 8, 0, 0)


class Seed:
    def __init__(self, value, id_field="id", timestamps="naive", enums="lower"):
        self._value = value
        self._id_field = id_field
        self._time = TIMESTAMPS[timestamps]
        self._enums = enums

    def __call__(self, number):
        """(id, document) of session `number`, counted from 1."""
        session_id = f"session-{number:06d}"
        dice = hashlib.blake2b(f"{self._value}:{number}".encode(), digest_size=32).digest()
        created = _BEGIN + timedelta(seconds=number * 7, microseconds=self._micros(dice, 0))
        seen = created + timedelta(seconds=int.from_bytes(dice[6:9], "big"), microseconds=self._micros(dice, 3))
        document = {
            self._id_field: session_id,
            "session_name": f"{_NAMES[dice[9] % len(_NAMES)]}-{number}",
            "user_id": f"user-{dice[10] % 97:02d}",
            "tier": self._enum("tier", TIERS[dice[11] % len(TIERS)], dice[12]),
            "provider": self._enum("provider", PROVIDERS[dice[13] % len(PROVIDERS)], dice[14]),
            "status": self._enum("status", STATUSES[dice[15] % len(STATUSES)], dice[16]),
            "lesson_id": f"lesson-{dice[17] % 40}" if dice[17] % 3 else None,
            "time_window_start": None,
            "time_window_end": None,
            "last_heartbeat": self._time(seen),
            "health_status": self._enum("health_status", HEALTH[dice[18] % len(HEALTH)], dice[19]),
            "consecutive_failures": dice[20] % 4,
            "max_concurrent_tasks": 1 + dice[21] % 8,
            "current_task_count": dice[22] % (1 + dice[21] % 8),
            "metadata": self._metadata(dice),
            "created_at": self._time(created),
            "updated_at": self._time(seen),
            "legacy_shard": dice[26] % 16,
        }
        document[self._id_field] = session_id
        if dice[23] % 4 == 0:
            document["time_window_start"] = self._time(created.replace(microsecond=0))
            document["time_window_end"] = self._time(created + timedelta(hours=8))
        if dice[27] % 3 == 0:
            document["tmux_pane"] = f"%{dice[27]}"
        if dice[28] % 12 == 0:
            del document["lesson_id"], document["consecutive_failures"]
        elif dice[28] % 12 == 1:
            del document["time_window_start"], document["time_window_end"], document["max_concurrent_tasks"]
        return session_id, document

    @staticmethod
    def _micros(dice, at):
        return 0 if dice[at] % 8 == 0 else int.from_bytes(dice[at:at + 3], "big") % 1_000_000

    def _enum(self, field, value, die):
        """A twelfth of the values is spelled otherwise: older releases of legacy wrote them."""
        strays = {0: "upper", 1: "repr"}
        return ENUMS[strays.get(die % 24, self._enums)](field, value)

    @staticmethod
    def _metadata(dice):
        entries = [
            ("weight", float(dice[24] % 3)),
            ("labels", ["alpha", "β", f"l{dice[25] % 5}"][: dice[25] % 4]),
            ("branch", f"feature/{dice[29]}"),
            ("retry", {"max": 3, "backoff_s": 0.5, "jitter": bool(dice[30] % 2)}),
            ("note", None),
        ]
        turn = dice[31] % len(entries)
        return dict(entries[turn:] + entries[:turn])
