"""The demonstrations: what each opens, what it computes, what it promises, and its small picture."""
