"""Documents as projections of a decision: values in, values out. Turning them into HTML is an adapter's job."""
