"""What a person takes away: programs that give the same numbers, and a report that plays."""
