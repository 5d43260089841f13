"""Load of the kinds a plant has, each in a process of its own."""
