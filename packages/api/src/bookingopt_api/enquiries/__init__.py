"""Enquiries: whether a stay fits into a planned hotel, answered by a process of its own."""

from bookingopt_api.enquiries.desk import EnquiryDesk
from bookingopt_api.enquiries.process import DeskProcess

__all__ = ["DeskProcess", "EnquiryDesk"]
