"""Image arithmetic that several tools share; knows no tool."""
