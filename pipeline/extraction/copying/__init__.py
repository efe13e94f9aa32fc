"""What of a report's narrative stands elsewhere too: a pass of its own, section texts in, fingerprints out."""

from pipeline.extraction.copying.fingerprints import COPYING_VERSION, Fingerprint, fingerprint

__all__ = ["COPYING_VERSION", "Fingerprint", "fingerprint"]
