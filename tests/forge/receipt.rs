//! `exboard receipt` in a job: it reads the forge itself.
