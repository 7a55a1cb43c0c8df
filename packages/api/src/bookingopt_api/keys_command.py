"""``bookingopt-api keys``: create, list, rotate and revoke API keys.

Only a new key is written to the standard output, so that it can be piped; messages for people go to the
standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bookingopt_api.audit import Act, AuditEntry, AuditLog
from bookingopt_api.keys import KeyRecord, Keyring, NewKey, Scope, open_keyring
from bookingopt_api.settings import ApiSettings, load_settings
from job_ledger import StoreError
from job_ledger.logging import configure_logs

DEFAULT_DAYS = 365
DEFAULT_OVERLAP_DAYS = 7
_HEAD = ("key id", "user", "name", "scopes", "state", "created", "expires", "last used")


def main(argv: Sequence[str]) -> int:
    """Run the command after ``keys`` with the settings of the service; return the exit code.

    Parameters
    ----------
    argv
        Such as ``["create", "--user", "seaview", "--name", "channel manager"]``.
    """
    arguments = _parser().parse_args(argv)
    settings = load_settings()
    configure_logs(settings.log_level, sys.stderr)
    try:
        run(arguments, settings)
    except (StoreError, ValueError, OSError) as error:
        sys.stderr.write(f"bookingopt-api keys: {error}\n")
        return 2
    return 0


def run(arguments: argparse.Namespace, settings: ApiSettings) -> None:
    """Run one command, and record it in the audit log.

    Raises
    ------
    ValueError
        If an argument is not valid; nothing was changed.
    StoreError
        If the store of the keys does not answer.
    OSError
        If the audit log cannot be written; nothing was changed.
    """
    audit = AuditLog(settings.audit_log)
    keyring = open_keyring(settings.url)
    try:
        match arguments.action:
            case "create":
                made = _create(arguments, keyring)
                _hand_over(made, keyring)
                audit.write(AuditEntry(Act.CREATE_KEY, user=arguments.user, key_id=made.key_id))
            case "rotate":
                made = keyring.rotate(arguments.key_id, timedelta(days=arguments.overlap_days))
                _hand_over(made, keyring)
                _tell(
                    f"the old key {arguments.key_id} works for {arguments.overlap_days:g} more days at most"
                )
                audit.write(AuditEntry(Act.ROTATE_KEY, key_id=arguments.key_id))
                audit.write(AuditEntry(Act.CREATE_KEY, key_id=made.key_id))
            case "revoke":
                keyring.revoke(arguments.key_id)
                _tell(f"revoked {arguments.key_id}; it stops working, with its sessions, within seconds")
                audit.write(AuditEntry(Act.REVOKE_KEY, key_id=arguments.key_id))
            case _:
                sys.stdout.write(_listing(keyring.all(), as_json=arguments.json))
    finally:
        keyring.close()
        audit.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("bookingopt-api keys", description="API keys of the service.")
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create", help="make a key; it is shown once")
    create.add_argument("--user", required=True, help="whose jobs it sees: a system, not a person")
    create.add_argument("--name", required=True, help="what it is for")
    create.add_argument(
        "--scope", action="append", choices=[*Scope], help="what it allows; may be repeated (default: all)"
    )
    lifetime = create.add_mutually_exclusive_group()
    lifetime.add_argument(
        "--days", type=_days, default=DEFAULT_DAYS, help="days until it expires (default: 365)"
    )
    lifetime.add_argument("--never-expires", action="store_true", help="let it live until it is revoked")
    listing = actions.add_parser("list", help="list every key, without its secret")
    listing.add_argument("--json", action="store_true", help="as JSON")
    rotate = actions.add_parser("rotate", help="make a key like another, which ends soon")
    rotate.add_argument("key_id", help="id of the old key")
    rotate.add_argument(
        "--overlap-days", type=_days, default=DEFAULT_OVERLAP_DAYS, help="days both work (default: 7)"
    )
    revoke = actions.add_parser("revoke", help="revoke a key now")
    revoke.add_argument("key_id", help="id of the key")
    return parser


def _days(text: str) -> float:
    days = float(text)
    if not 0 <= days <= 36_500:
        raise argparse.ArgumentTypeError("must be 0 to 36500")
    return days


def _create(arguments: argparse.Namespace, keyring: Keyring) -> NewKey:
    lifetime = None if arguments.never_expires else timedelta(days=arguments.days)
    scopes = frozenset(map(Scope, arguments.scope or Scope))
    return keyring.create(arguments.user, arguments.name, scopes, lifetime=lifetime)


def _hand_over(made: NewKey, keyring: Keyring) -> None:
    (expires,) = (record.expires for record in keyring.all() if record.key_id == made.key_id)
    _tell(f"made {made.key_id}; expires: {_day(expires)}. This is the key; it is shown only now:")
    sys.stdout.write(f"{made.text}\n")


def _listing(records: Sequence[KeyRecord], *, as_json: bool) -> str:
    now = datetime.now(tz=UTC)
    rows = [
        (
            record.key_id,
            record.user,
            record.name,
            " ".join(sorted(record.scopes)),
            str(record.state_at(now)),
            *map(_day, (record.created, record.expires, record.last_used)),
        )
        for record in records
    ]
    if as_json:
        names = [name.replace(" ", "_") for name in _HEAD]
        return json.dumps([dict(zip(names, row, strict=True)) for row in rows], indent=1) + "\n"
    widths = [max(map(len, column)) for column in zip(_HEAD, *rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in (_HEAD, *rows))
    return "".join(f"{line}\n" for line in lines)


def _day(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d}"


def _tell(message: str) -> None:
    sys.stderr.write(f"{message}\n")
