"""What people prove themselves with: passwords, SMS codes, authenticator apps, passkeys."""
