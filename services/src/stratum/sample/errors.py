"""The one error of the sample: it could not be sent or seen."""

from __future__ import annotations

from typing import ClassVar

from stratum.errors import StratumError


class SampleError(StratumError):
    """What the person who ran the command can mend."""

    code: ClassVar[str] = "sample"
