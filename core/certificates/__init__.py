"""Client certificates: what was given, what it is, and how a TLS context shows it."""

from .given import ClientCertificate, find_certificate
from .loading import CertificateFacts, load_certificate, read_facts

__all__ = ["CertificateFacts", "ClientCertificate", "find_certificate", "load_certificate", "read_facts"]
