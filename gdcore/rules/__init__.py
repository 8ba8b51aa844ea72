"""Update rules, learning-rate schedules and their knobs, one record each."""
