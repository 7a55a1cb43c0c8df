"""Find the proved best room plan of a hotel."""
