"""Documents that strangers send: how large they may be, and how they are read."""

from bookingopt_api.documents.limits import DocumentLimits
from bookingopt_api.documents.reading import load_document, read_within

__all__ = ["DocumentLimits", "load_document", "read_within"]
