"""Pure rules: functions from values to values, standard library only."""
