"""API keys: authentication and scopes of callers; only hashes of the keys are stored."""

from bookingopt_api.keys.keyring import CACHE_SECONDS, Keyring
from bookingopt_api.keys.opening import open_keyring
from bookingopt_api.keys.record import KeyRecord, KeyState, Scope
from bookingopt_api.keys.secret import NewKey
from bookingopt_api.keys.store import KeyStore

__all__ = [
    "CACHE_SECONDS",
    "KeyRecord",
    "KeyState",
    "KeyStore",
    "Keyring",
    "NewKey",
    "Scope",
    "open_keyring",
]
