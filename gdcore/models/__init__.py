"""Models that learn from data: their losses, their fits, other libraries' answers."""
