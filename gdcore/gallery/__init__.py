"""The demonstrations: what each opens and computes, what it promises, its small picture."""
