"""The station as PLCs and SCADA systems see it; knows no cameras and no web."""
