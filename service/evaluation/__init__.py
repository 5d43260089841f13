"""Judge images that are there already: how often a recipe is wrong, and what another version would judge otherwise."""
