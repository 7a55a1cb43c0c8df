"""Documents that strangers send: how large they may be, and how they are read."""

from bookingopt_api.documents.limits import DocumentLimits
from bookingopt_api.documents.reading import check, load_document

__all__ = ["DocumentLimits", "check", "load_document"]
