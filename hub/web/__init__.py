"""What all pages share: language, headers, forms, cookies, the way on to a service."""
