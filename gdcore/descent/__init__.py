"""The descent itself: its run, why it ended, and what to call it."""
