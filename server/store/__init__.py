"""What the clinic remembers: one transaction at a time, personal fields sealed, audit chained."""
