"""Texts in every language, and numbers as a person reads them."""
