"""The running application: the only package that knows the other two."""
