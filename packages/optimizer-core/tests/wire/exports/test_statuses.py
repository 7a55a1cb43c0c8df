from __future__ import annotations

import pytest

from optimizer_core.wire.exports.statuses import BlockKind, Fate, meaning_of

LEFT_OUT = {
    "cancelled": (
        "Cancelled canceled cancelled_by_guest CXL Storniert Annulée Annulé Cancelado Anulada Annullata "
        "Geannuleerd"
    ),
    "no-show": "No-Show NO_SHOW NoShow No-presentado Não-compareceu Non-présenté NS",
    "expired": "Expired Abgelaufen Expiré Caducada Scaduta Verlopen",
    "declined": "declined rejected Abgelehnt Refusé Rifiutata Rechazada Recusada Geweigerd",
    "enquiry": "inquiry Enquiry Anfrage Requested Not-confirmed unbestätigt Demande Richiesta Solicitud",
    "waiting list": "Waitlist Waiting-list Warteliste Liste-d'attente Lista-de-espera Lista-d'attesa",
}
LOCKED = {
    "in house": (
        "In-house INHOUSE checked_in CheckedIn Started Arrived Eingecheckt angereist Alojado Hospedada "
        "ingecheckt Presente En-cours"
    ),
    "due out": "Due-out DUEOUT Abreise Departing",
    "checked out": "checked_out CheckedOut Processed Departed Abgereist Ausgecheckt Parti Completed",
}
BLOCKS = {
    BlockKind.OUT_OF_ORDER: "Out-of-order OOO Maintenance Wartung Hors-service Fuori-servizio Mantenimiento",
    BlockKind.OUT_OF_SERVICE: "Out-of-service OOS",
    BlockKind.HOUSE_USE: "House-use Owner Hausgebrauch Eigentümer Propriétaire Propietario",
    BlockKind.HOLD: "Blocked Hold on-hold Black Gesperrt Bloqué Bloccata Geblokkeerd",
}
STAYS = (
    "Confirmed ok Bestätigt Confirmé Confirmada Reserved Option Tentative Opción Provisional Definite New "
    "Due-in Guaranteed awaiting_payment Not-arrived noch-nicht-angereist Pendiente"
)


def words(text: str) -> list[str]:
    return [word.replace("-", " ") for word in text.split()]


@pytest.mark.parametrize(
    ("word", "reason"), [(word, reason) for reason, text in LEFT_OUT.items() for word in words(text)]
)
def test_what_does_not_come_is_left_out(word: str, reason: str) -> None:
    meaning = meaning_of(word)
    assert (meaning.fate, meaning.reason) == (Fate.LEFT_OUT, reason)


@pytest.mark.parametrize(
    ("word", "reason"), [(word, reason) for reason, text in LOCKED.items() for word in words(text)]
)
def test_who_is_in_house_or_was_is_locked(word: str, reason: str) -> None:
    meaning = meaning_of(word)
    assert (meaning.fate, meaning.reason) == (Fate.LOCKED, reason)


@pytest.mark.parametrize(
    ("word", "kind"), [(word, kind) for kind, text in BLOCKS.items() for word in words(text)]
)
def test_a_room_that_cannot_be_used_is_a_block(word: str, kind: BlockKind) -> None:
    meaning = meaning_of(word)
    assert (meaning.fate, meaning.kind) == (Fate.BLOCK, kind)


@pytest.mark.parametrize("word", ["", *words(STAYS)])
def test_who_will_come_is_a_stay(word: str) -> None:
    assert meaning_of(word).fate is Fate.STAY
    assert meaning_of(word).is_known


def test_an_unknown_word_is_a_stay_and_said_to_be_unknown() -> None:
    assert meaning_of("Prospect").fate is Fate.STAY
    assert not meaning_of("Prospect").is_known
