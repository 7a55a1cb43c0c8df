"""Enquiries whether a stay fits into a planned hotel, answered by a separate process."""

from bookingopt_api.enquiries.backends import BackendAnswer
from bookingopt_api.enquiries.desk import EnquiryDesk
from bookingopt_api.enquiries.process import DeskProcess

__all__ = ["BackendAnswer", "DeskProcess", "EnquiryDesk"]
