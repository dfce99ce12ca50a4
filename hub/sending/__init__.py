"""What leaves the hub for people: notices, and the outbox that carries them."""
