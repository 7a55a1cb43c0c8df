"""Exports of hotel systems: tables of rooms, reservations and blocks, read as one problem document."""

from optimizer_core.wire.exports.dates import DateOrder
from optimizer_core.wire.exports.hotel_files import HotelFiles, read_hotel_files
from optimizer_core.wire.exports.options import ExportOptions, TableFile, time_zone

__all__ = ["DateOrder", "ExportOptions", "HotelFiles", "TableFile", "read_hotel_files", "time_zone"]
