"""One person across mistakes: directory, aliases, contact points, and the salts that erasure throws away."""
