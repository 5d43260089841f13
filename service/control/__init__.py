"""Start in the background, stop, reload and look at a station: the start script's other commands.

It acts from outside, on Gunicorn's master by signals, and knows of the station what its generations share.
"""
