"""What can go wrong while MinIO is set up."""

from __future__ import annotations

from stratum.errors import StratumError


class StoreError(StratumError):
    """The store refused; asking again would not help."""

    code = "store_refused"


class StoreAwayError(StratumError):
    """The store does not answer, or not yet as it should."""

    code = "store_unavailable"
