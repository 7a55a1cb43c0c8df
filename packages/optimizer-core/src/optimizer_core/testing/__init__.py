"""For authors of backends: a conformance kit, named small hotels and a brute-force oracle."""
