//! Steps of the two lifecycles, filled in: a record + what somebody decided → the fields that change.
