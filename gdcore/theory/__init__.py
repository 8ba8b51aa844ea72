"""What is known before the first step: curvature, stability, steps foretold."""
