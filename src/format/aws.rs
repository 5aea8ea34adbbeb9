//! The access logs of AWS load balancers: format strings that are known by name.

use super::pattern::{Pattern, builtin};

/// The Application Load Balancer's.
pub(super) fn alb() -> Pattern {
    builtin(
        "AWS ALB",
        "$skip $time_iso8601 $skip $client_port $skip $load_seconds $load_seconds $load_seconds $status $skip $skip \
         $skip \"$request\" \"$http_user_agent\" $skip $skip $skip \"$skip\" \"$domain\" \"$skip\"",
    )
}

/// The classic load balancer's.
pub(super) fn elb() -> Pattern {
    builtin(
        "AWS ELB",
        "$time_iso8601 $skip $client_port $skip $load_seconds $load_seconds $load_seconds $status $skip $skip $skip \
         \"$request\" \"$http_user_agent\"",
    )
}
