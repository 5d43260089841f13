"""Learn tool parameters from good and bad images; knows no tool by name."""
