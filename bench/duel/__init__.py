"""Two and more proxies on the same work, in turns: an origin, a client, the proxies as processes, and the turns."""
