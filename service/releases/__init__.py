"""Releases on the disk: bundles verified and unpacked, environments made, `current` switched under a running line.

``<opt>/releases/<version>`` is a release with an environment of its own, ``<opt>/current`` links to the one that runs
and ``<opt>/previous`` to the one before. Nothing is installed over a release that is there. Up to `installing` this
needs nothing but Python: the installer runs it before there is an environment.
"""
