"""What a protocol asks of whoever writes or calls; the station's permission table decides."""

READ, TRIGGER, ACKNOWLEDGE, COUNTERS = "read", "trigger", "acknowledge", "counters"
PRODUCTION, SELECT_RECIPE, ONLINE, RECIPES, SETTINGS = "production", "select_recipe", "online", "recipes", "settings"
