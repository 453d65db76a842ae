-- Question: what must be equal of the current slices of two lakes with the same raw bytes?
-- Grain: slice.  Its number tells of readings, which a lake that is built anew has once.
select * exclude (slice_id, vintage_date, sequence) from ops.current_slices
