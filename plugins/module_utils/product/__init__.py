"""The product room: template, parameters, lock and environment in; the resolved product out."""
