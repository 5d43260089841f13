"""Frames in, judgements out; synchronous; knows no network and no event loop."""
