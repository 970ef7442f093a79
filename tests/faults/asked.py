"""The long half of the fault programme runs when it is asked for: `make faults` sets MAKEGOOD_FAULTS."""

import os

import pytest

when_asked = pytest.mark.skipif(not os.environ.get("MAKEGOOD_FAULTS"), reason="runs with: make faults")
