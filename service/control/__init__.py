"""Start in the background, stop, reload and look at a station: what ``deploy/start_production.sh`` does beside starting.

It acts from outside, on Gunicorn's master by signals, and knows of the station what that tells in `run_state`.
"""
