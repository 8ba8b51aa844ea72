"""How long NumPy's loop of a fit takes, before it is begun."""

from __future__ import annotations

# Seconds of a fit beyond which a person would have to wait: Nielsen, "Response Times: The 3
# Important Limits", 1993, puts the limit of an uninterrupted flow of thought at one second.
PATIENCE = 1.0
# Measured on two cores of 2.5 GHz: an update of the loop itself, and the record of the loss over
# all samples that every update makes, per number read.
PER_UPDATE, PER_NUMBER = 6e-5, 2e-10  # seconds


def seconds(samples: int, features: int, epochs: int, batch: int | None = None) -> float:
    """About how long the loop takes on one core. batch: samples per update, None for all."""
    updates = epochs * max(samples // (batch or samples), 1)
    return updates * (PER_UPDATE + PER_NUMBER * samples * (features + 2))
