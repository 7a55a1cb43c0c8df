"""What a hotel system says about a row: left out, a stay, a stay that keeps its room, or a block."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from optimizer_core.wire.exports.folding import folded


class Fate(Enum):
    """What becomes of a row."""

    STAY = "stay"
    LOCKED = "locked"
    BLOCK = "block"
    LEFT_OUT = "left out"


class BlockKind(Enum):
    """Why a room cannot be used, as in the document."""

    OUT_OF_ORDER = "OutOfOrder"
    OUT_OF_SERVICE = "OutOfService"
    HOUSE_USE = "HouseUse"
    HOLD = "Hold"


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of a status.

    Parameters
    ----------
    fate
        What becomes of the row.
    reason
        Why, in words for the summary; empty for a usual stay.
    kind
        The kind of a block; None otherwise.
    is_known
        False for a word that is in no list: the row is a stay then, and the summary names the word.
    """

    fate: Fate
    reason: str = ""
    kind: BlockKind | None = None
    is_known: bool = True


_STAY = Meaning(Fate.STAY)
_UNKNOWN = Meaning(Fate.STAY, is_known=False)
_OUT_OF_ORDER = Meaning(Fate.BLOCK, "out of order", BlockKind.OUT_OF_ORDER)
_OUT_OF_SERVICE = Meaning(Fate.BLOCK, "out of service", BlockKind.OUT_OF_SERVICE)
_HOUSE_USE = Meaning(Fate.BLOCK, "house use", BlockKind.HOUSE_USE)
_HOLD = Meaning(Fate.BLOCK, "blocked", BlockKind.HOLD)
_IN_HOUSE = Meaning(Fate.LOCKED, "in house")
_DUE_OUT = Meaning(Fate.LOCKED, "due out")
_CHECKED_OUT = Meaning(Fate.LOCKED, "checked out")


def _left_out(reason: str) -> Meaning:
    return Meaning(Fate.LEFT_OUT, reason)


# Short codes, complete. Stems are searched anywhere in the folded word, and the first that is found counts:
# English, German, French, Spanish, Italian, Portuguese, Dutch. A negation stands before what it negates.
_CODES = {
    **dict.fromkeys(("cxl", "cxld", "canx", "cnx", "xld", "can"), _left_out("cancelled")),
    **dict.fromkeys(("ns", "nsh"), _left_out("no-show")),
    **dict.fromkeys(("ooo", "oo"), _OUT_OF_ORDER),
    **dict.fromkeys(("oos", "os"), _OUT_OF_SERVICE),
    **dict.fromkeys(("hold", "black", "closed"), _HOLD),
    **dict.fromkeys(("hu", "hse"), _HOUSE_USE),
    **dict.fromkeys(
        ("ih", "ci", "checkin", "present", "presente", "occupied", "belegt", "arrived"), _IN_HOUSE
    ),
    **dict.fromkeys(("arrive", "arrivee", "occupe", "encasa", "incasa", "nacasa", "chegou"), _IN_HOUSE),
    **dict.fromkeys(
        ("do", "abreise", "partenza", "salida", "saida", "vertrek", "depart", "departure"), _DUE_OUT
    ),
    **dict.fromkeys(("co", "checkout", "parti", "partie", "partito", "partita", "past"), _CHECKED_OUT),
    **dict.fromkeys(("ok", "new", "neu", "open", "def", "ten", "opt", "gtd", "arr", "due"), _STAY),
}
_STEMS: tuple[tuple[Meaning, str], ...] = (
    (
        _left_out("cancelled"),
        r"""
        cancel storn annul anulad anulac disdett geannuleer abgesagt
        """,
    ),
    (
        _left_out("no-show"),
        r"""
        noshow nichterschien nichtangetreten nonpresent nopresent naopresent naocompare nosepresent
        nietverschenen nietgekomen nietopgedaagd mancatoarrivo mancatapresent nosuperado
        """,
    ),
    (
        _left_out("expired"),
        r"""
        expire expirad abgelaufen verfallen scadut vencid caducad verlopen timedout
        """,
    ),
    (
        _left_out("declined"),
        r"""
        declin reject denied abgelehnt refus rifiutat rechazad recusad rejeitad denegad afgewezen
        geweigerd
        """,
    ),
    (
        _left_out("waiting list"),
        r"""
        waitlist waitinglist onwait wartelist list[ae]d?atte listadeespera listaespera wachtlijst
        """,
    ),
    (
        _left_out("enquiry"),
        r"""
        enquir inquir anfrage angefragt request demande richiest solicit consulta aanvraag
        aangevraagd notconfirmed unconfirmed nichtbestatigt unbestatigt nonconfirm noconfirm
        naoconfirm nietbevestigd quote proposal angebot preventivo devis presupuesto orcamento
        offert
        """,
    ),
    (
        _STAY,
        r"""
        ^(?:not|nicht|noch|non|no|nao|niet|pas|aunno|aindanao)\w*(?:arriv|angereist|llegad|chegou)
        ^(?:not|nicht|noch|non|no|nao|niet|pas|aunno|aindanao)\w*(?:checkedin|ingecheckt|inhouse|alojad)
        """,
    ),
    (
        _OUT_OF_SERVICE,
        r"""
        outofservice
        """,
    ),
    (
        _OUT_OF_ORDER,
        r"""
        outoforder ausserbetrieb horsservice horsusage horsdusage fuoriservizio fuoriuso
        fueradeservicio fueradeuso foradeservico foradeuso buitengebruik buitendienst defekt defect
        maint wartung instandhalt renov repair reparat reparac riparaz entretien manuten manten
        onderhoud travaux
        """,
    ),
    (
        _HOUSE_USE,
        r"""
        houseuse hausgebrauch hausnutzung eigenbedarf eigennutzung eigenbelegung usageinterne
        usagemaison usointerno usodacasa usodelacasa usocasa eigengebruik owner eigentum eigentuem
        besitzer propri propietari eigenaar staffuse
        """,
    ),
    (
        _HOLD,
        r"""
        block gesperrt sperr geblok bloqu bloccat blocco onhold heldback blackout unavailable
        notavailable nichtverfugbar indispon nondisponib nodisponib nietbeschikbaar
        """,
    ),
    (
        _CHECKED_OUT,
        r"""
        checkedout ausgecheckt abgereist uitgecheckt departed vertrokken processed completed
        complete$ abgeschlossen beendet terminad terminat termine$ finalizad finished concluid
        conclus afgerond checkout(realizad|effettuat|effectue|done|feito) partid[oa]$ departef salio
        """,
    ),
    (
        _DUE_OUT,
        r"""
        dueout abreisend abreiseheute departing checkingout enpartance inpartenza desalida
        departprevu saidaprevista vertrekt
        """,
    ),
    (
        _IN_HOUSE,
        r"""
        inhouse inhaus imhaus checkedin eingecheckt ingecheckt angereist started stayover staying
        arrived arrivat[oa]$ llegad[oa]$ alojad hospedad ospitat alloggiat inhuis enregistree?$ encours
        encurso emcurso incorso ensejour gearriveerd aangekomen
        checkin(realizad|effettuat|effectue|done|feito) resident
        """,
    ),
    (
        _STAY,
        r"""
        confirm bestatig bestaetig bevestigd definit guarant garant reserv prenotat booked gebucht
        geboekt nouve nuev nuov nov[oa]$ nieuw tentativ option opzion opcion opcao optie provis
        pending await ausstehend attente attesa pendient pendent espera afwachting duein expected
        erwartet attendu attes[oi] previst prevue? verwacht deposit anzahlung paid bezahlt active
        aktiv modif anreise arriv llegada chegada aankomst accept angenommen hold
        """,
    ),
)
_SEARCHES = tuple((re.compile("|".join(stems.split())), meaning) for meaning, stems in _STEMS)


@lru_cache(maxsize=1024)
def meaning_of(status: str) -> Meaning:
    """Return the meaning of a status word, in any of seven languages; an empty one is a usual stay.

    Parameters
    ----------
    status
        As the cell has it, such as ``Checked in``, ``cancelled_by_guest`` or ``Storniert``.
    """
    plain = folded(status)
    if not plain:
        return _STAY
    if plain in _CODES:
        return _CODES[plain]
    return next((meaning for search, meaning in _SEARCHES if search.search(plain)), _UNKNOWN)
