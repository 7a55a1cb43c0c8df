"""Documents from untrusted callers: their size limits, and how they are read."""

from bookingopt_api.documents.limits import DocumentLimits
from bookingopt_api.documents.reading import check_document, load_document, read_within

__all__ = ["DocumentLimits", "check_document", "load_document", "read_within"]
