"""Headers of exports, by field: English, German, French, Spanish, Italian, Portuguese, Dutch."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer_core.errors import Fault, InvalidDocument
from optimizer_core.wire.exports.folding import folded


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ROOM = _words(
    """
    roomnumber roomno roomnr room spacenumber roomname unit unitname unitnumber space spacename
    resource resourcename assignedresourceid zimmernummer zimmernr zimmerno zimmer zinr einheit
    chambre numerodechambre nochambre nchambre habitacion numerodehabitacion nhabitacion camera
    numerocamera quarto numerodoquarto kamer kamernummer kamernr listing listingname listingnickname
    roomid roomsassigned
    """
)
_TYPE = _words(
    """
    roomtype roomtypecode roomtypename type roomcategory category roomclass unitgroup unittype
    unitgroupname spacecategory resourcecategory roomcategorylabel zimmertyp zimmerkategorie
    zimmerart kategorie typ typedechambre categoriedechambre categorie tipodehabitacion
    tipohabitacion categoria tipo tipologia tipocamera tipodicamera tipodequarto tipologiadequarto
    kamertype kamercategorie roomtypeid propertytype
    """
)

ROOM_COLUMNS = {
    "RoomNumber": (*_ROOM, *_words("number nummer numero name nickname")),
    "RoomType": _TYPE,
    "AdjacentRooms": _words(
        """
        adjacentrooms adjacent connectingrooms connecting adjoiningrooms nextto verbindungszimmer
        nachbarzimmer connectingroom
        """
    ),
    "Status": _words("roomstatus spacestate status state zimmerstatus statut estado stato kamerstatus"),
}
"""Headers of the list of rooms, folded, the usual one first."""

RESERVATION_COLUMNS = {
    "Id": _words(
        """
        id reservationid reservationnumber confirmationnumber confirmationno confirmation bookingid
        bookingnumber bookingreference bookingreferenceid bookingref resid reservationno
        confirmationcode number reference resnr resno resvnameid reservierungsnummer reservierungsnr
        reservierung buchungsnummer buchungsnr nummer numerodereservation nreservation noreservation
        numerodereserva nreserva localizador localizzatore numeroprenotazione nprenotazione
        reserveringsnummer boekingsnummer numero reserva prenotazione
        """
    ),
    "Name": _words(
        """
        name guestname guest fullname lastname surname guestlastname guestfullname gastname gast
        nachname nom nomduclient client nombre huesped apellidos nome ospite cognome hospede naam
        gastnaam achternaam customer
        """
    ),
    "Arrival": _words(
        """
        arrival arrivaldate checkin checkindate startdate from start firstnight scheduledstart
        scheduledstartutc startutc arrivalutc arrivaldateutc checkinutc datein anreise anreisedatum
        ankunft von arrivee datedarrivee datearrivee llegada fechadellegada fechallegada entrada
        fechadeentrada fechaentrada arrivo datadiarrivo dataarrivo dal chegada datadechegada
        datadeentrada aankomst aankomstdatum dateofarrival
        """
    ),
    "Departure": _words(
        """
        departure departuredate checkout checkoutdate enddate to end until scheduledend
        scheduledendutc endutc departureutc departuredateutc checkoututc dateout abreise
        abreisedatum bis depart datededepart datedepart salida fechadesalida fechasalida partenza
        datadipartenza datapartenza al saida datadesaida partida vertrek vertrekdatum
        dateofdeparture
        """
    ),
    "Length": _words(
        """
        length nights los lengthofstay numberofnights noofnights roomnights nachte naechte
        anzahlnachte ubernachtungen nuits nombredenuits nbnuits noches numerodenoches notti
        numeronotti noites numerodenoites nachten aantalnachten
        """
    ),
    "RoomType": (
        *_words(
            """
            bookedroomtype requestedcategory requestedresourcecategoryid requestedroomtype
            roomtypecharged gebuchterzimmertyp
            """
        ),
        *_TYPE,
    ),
    "AllowableRoomTypes": _words("allowableroomtypes furthertypes alternativetypes"),
    "AssignedRoom": (*_words("assignedroom assignedunit assignedspace"), *_ROOM),
    "IsLocked": _words(
        """
        islocked locked lock donotmove donotmoveyn roomlocked roomnumberlocked
        assignedresourcelocked roomassignmentlocked fixed pinned nichtverlegen fix
        """
    ),
    "AdjacencyGroup": _words("adjacencygroup adjacentgroup adjacency"),
    "Status": _words(
        """
        status state reservationstatus bookingstatus resvstatus reservationstate
        computedreservationstatus buchungsstatus reservierungsstatus zustand statut etat estado
        estadodelareserva stato statoprenotazione situacao staat
        """
    ),
    "Rooms": _words(
        """
        rooms numberofrooms noofrooms roomcount quantity qty anzahlzimmer zimmeranzahl
        nombredechambres nbchambres numerodehabitaciones habitaciones numerocamere camere
        numerodequartos quartos aantalkamers kamers
        """
    ),
}
"""Headers of the list of reservations, likewise."""

BLOCK_COLUMNS = {
    "RoomNumber": (*_ROOM, *_words("number name")),
    "Start": (*_words("begin beginn debut inicio inizio"), *RESERVATION_COLUMNS["Arrival"]),
    "End": (*_words("availableagain returndate fin fim fine"), *RESERVATION_COLUMNS["Departure"]),
    "Length": RESERVATION_COLUMNS["Length"],
    "Kind": (*_words("kind reason grund motif motivo reden type typ"), *RESERVATION_COLUMNS["Status"]),
    "Note": _words("note notes remark remarks comment description bemerkung notiz"),
}
"""Headers of a list of blocks, likewise."""


def with_named(
    aliases: Mapping[str, tuple[str, ...]], named: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return the headers by field, the named one of a field first, and no field's but that one's.

    Parameters
    ----------
    aliases
        Known headers by field.
    named
        Header as written by field; the case of both is ignored, and fields that are not in `aliases` are too.
    """
    here = {field.casefold() for field in aliases}
    chosen = {field.casefold(): folded(header) for field, header in named.items() if field.casefold() in here}
    found = {}
    for field, names in aliases.items():
        rest = tuple(name for name in names if name not in chosen.values())
        header = chosen.get(field.casefold())
        found[field] = rest if header is None else (header, *rest)
    return found


def check_named(named: Mapping[str, str]) -> None:
    """Check that each named column is one of a field.

    Raises
    ------
    InvalidDocument
        If a field is unknown, or the header is empty.
    """
    known = dict.fromkeys((*RESERVATION_COLUMNS, *ROOM_COLUMNS, *BLOCK_COLUMNS))
    fields = {name.casefold() for name in known}
    faults = []
    for field, header in named.items():
        if field.casefold() not in fields:
            message = f"there is no field {field!r}; known are {', '.join(known)}"
            faults.append(Fault(("column",), message))
        elif not header.strip():
            faults.append(Fault(("column",), f"{field}: the header is missing; write {field}=HEADER"))
    if faults:
        raise InvalidDocument(faults)
