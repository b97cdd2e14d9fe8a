"""The console: delivery metrics, deployments, the platform's state, and their page."""
