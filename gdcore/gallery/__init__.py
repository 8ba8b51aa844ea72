"""The demonstrations: what each opens, computes and promises, and its small picture."""
