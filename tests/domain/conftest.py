"""Property tests on a machine that may be busy: time is measured in bench/, never in a test."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
