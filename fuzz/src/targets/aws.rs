//! Lines of the load balancers of AWS.

/// Reads these bytes.
pub fn run(data: &[u8]) {
    super::read("alb", data);
    super::read("elb", data);
}
