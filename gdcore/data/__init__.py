"""Where samples come from: generated, built in, or a person's own table."""
