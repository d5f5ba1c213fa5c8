"""How legacy spells times and enum values."""
from datetime import datetime, timezone
from email.utils import format_datetime

_EPOCH = datetime(1970, 1, 1)
_CLASSES = {"tier": "SessionTier", "provider": "Provider", "status": "SessionStatus", "health_status": "HealthStatus"}

# Each takes a naive UTC datetime. isoformat() leaves microseconds out when they are 0, and so does legacy.
TIMESTAMPS = {
    "naive": datetime.isoformat,
    "offset": lambda moment: moment.isoformat() + "+00:00",
    "z": lambda moment: moment.isoformat() + "Z",
    "rfc1123": lambda moment: format_datetime(moment.replace(tzinfo=timezone.utc), usegmt=True),
    "epoch": lambda moment: (moment - _EPOCH).total_seconds(),
    "epoch_ms": lambda moment: int((moment - _EPOCH).total_seconds() * 1000),
}

ENUMS = {
    "lower": lambda field, value: value,
    "upper": lambda field, value: value.upper(),
    "repr": lambda field, value: f"{_CLASSES[field]}.{value.upper()}",
}


def clock(style):
    """A function that says what time it is, as the legacy side would write it."""
    spell = TIMESTAMPS[style]
    return lambda: spell(datetime.utcnow())


def plain(value):
    """The member name of an enum value in any spelling; '' for what is no text."""
    return value.rpartition(".")[2].lower() if isinstance(value, str) else ""
