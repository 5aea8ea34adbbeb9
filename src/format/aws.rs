//! Built-in format strings for the access logs of AWS load balancers.

use super::pattern::{Pattern, builtin};

/// Application Load Balancer.
pub(super) fn alb() -> Pattern {
    builtin(
        "AWS ALB",
        "$skip $time_iso8601 $skip $client_port $skip $load_seconds $load_seconds $load_seconds $status $skip $skip \
         $bytes_sent \"$request\" \"$http_user_agent\" $skip $skip $skip \"$skip\" \"$domain\" \"$skip\"",
    )
}

/// Classic Load Balancer.
pub(super) fn elb() -> Pattern {
    builtin(
        "AWS ELB",
        "$time_iso8601 $skip $client_port $skip $load_seconds $load_seconds $load_seconds $status $skip $skip $bytes_sent \
         \"$request\" \"$http_user_agent\"",
    )
}
