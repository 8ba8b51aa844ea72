"""The gradient court: every way there is to a derivative, and a judge who knows fifty digits.

Frameworks and calculus answer through `gdcore.differentiate`. Here stand the ways that need no
framework: dual numbers, the complex step and finite differences; and the judge, who expands the
formula on both sides of the point in numbers that know their own error.
"""

from gdcore.court.balls import OutsideDomain
from gdcore.court.causes import CAUSES, apart, cause
from gdcore.court.duals import Dual, dual
from gdcore.court.exact import EXACT
from gdcore.court.judge import Bend, Reference, bend, curvature, reference
from gdcore.court.measures import METHODS, domain_edge, errors_by_step, left_out_by, ulps
from gdcore.court.numeric import best_h, central, complex_step, forward

__all__ = [
    "CAUSES",
    "EXACT",
    "METHODS",
    "Bend",
    "Dual",
    "OutsideDomain",
    "Reference",
    "apart",
    "bend",
    "best_h",
    "cause",
    "central",
    "complex_step",
    "curvature",
    "domain_edge",
    "dual",
    "errors_by_step",
    "forward",
    "left_out_by",
    "reference",
    "ulps",
]
