//! Tests of the whole app: screens as they look, keys as they are pressed.

mod fixture;
mod keys;
mod rig;
mod screens;
mod sizes;
