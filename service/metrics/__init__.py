"""What Prometheus is told: rows in one table, counted behind the PLC, put into words in a thread when somebody asks."""
