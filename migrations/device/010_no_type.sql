-- Nothing looks for records by their type alone.
DROP INDEX record_type;
