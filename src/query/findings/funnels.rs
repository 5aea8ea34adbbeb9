//! Steps of funnels that fewer take than in the window before.

use crate::query::counts::Bounces;
use crate::query::view::{Against, AnalysisView, Anomaly, FunnelBefore, FunnelStepRow, FunnelView};

use super::bounces::more;
use super::{Family, FindingScan, Tested, share};

/// A step matters that a quarter fewer take (R15).
const QUARTER: f64 = 0.75;

/// All steps of all funnels that were asked for.
pub(super) fn steps(scan: &FindingScan) -> Family {
    let funnels = scan.analyses.iter().filter_map(|analysis| match analysis {
        AnalysisView::Funnel(funnel) => Some((funnel, funnel.before?)),
        _ => None,
    });
    let mut family = Family::default();
    for (funnel, before) in funnels {
        let steps = (1..funnel.steps.len()).map(|step| worse(scan, funnel, before, step));
        family.join(Family::of(steps));
    }
    family
}

/// Whether fewer go on to a step; those that did not are compared, as bounces are.
fn worse(
    scan: &FindingScan,
    funnel: &FunnelView,
    before: FunnelBefore,
    step: usize,
) -> Option<(Tested, Option<Anomaly>)> {
    let this = funnel.steps.get(step).filter(|this| !this.optional)?;
    let earlier = funnel.steps[..step].iter().rev().find(|earlier| !earlier.optional)?;
    let could = (earlier.reached, earlier_before(earlier, before));
    let now = Bounces { bounced: could.0.saturating_sub(this.reached), of: could.0 };
    let then = Bounces { bounced: could.1.saturating_sub(this.reached_before), of: could.1 };
    let z = more(now, then)?;
    let (rate, rate_before) = (share(this.reached, could.0), share(this.reached_before, could.1));
    let what = || Anomaly::Step {
        funnel: funnel.funnel.clone(),
        step: step + 1,
        name: this.name.clone(),
        rate,
        before: rate_before,
        of: could.0,
    };
    let tested = Tested { z, against: Against::Window, since: scan.frame.from };
    Some((tested, (rate <= rate_before * QUARTER).then(what)))
}

fn earlier_before(step: &FunnelStepRow, before: FunnelBefore) -> u64 {
    step.reached_before.min(before.settled)
}
