"""What holds for all tests."""

# Torch brings Triton along where it is built for GPUs, and Triton must be loaded before TensorFlow:
# the other way round the process dies. (Seen with torch 2.13, TensorFlow 2.21, Python 3.13; the
# app itself runs each framework in a process of its own.)
import torch._dynamo  # noqa: F401
from hypothesis import settings

# A busy machine is no reason to fail: what is slow is measured in benchmarks.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
