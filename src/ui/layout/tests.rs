//! Every place at every size: panes fill the screen, and none overlaps another.

use super::*;
use crate::query::analysis::ask::{PathSide, PathStart, PathsAsk};
use crate::query::filter::Filter;
use crate::query::question::{SessionRef, Visitor};
use crate::query::view::PathStep;
use crate::time::Millis;
use crate::ui::location::Trail;
use proptest::prelude::*;

fn places() -> Vec<Location> {
    let start = Trail::start(Filter::default()).here().clone();
    let screens = [
        Screen::Overview,
        Screen::Sessions,
        Screen::Sources,
        Screen::Pages,
        Screen::Audience,
        Screen::Goals,
        Screen::Insights,
        Screen::Traffic,
    ];
    let mut places: Vec<_> =
        screens.map(|screen| Location { screen, focus: screen.first_focus(), ..start.clone() }).to_vec();
    let session = SessionRef { visitor: Visitor(1), start: Millis(0) };
    places.push(Location { opened: Some(session), focus: Pane::Steps, ..start.clone() });
    places.push(Location { page: Some("/".to_owned()), focus: Pane::Before, ..start.clone() });
    for study in [Study::Funnel("checkout".to_owned()), Study::Experiment("headline".to_owned())] {
        let focus = study.first_focus();
        places.push(Location { study: Some(study), focus, ..start.clone() });
    }
    let way = |steps: usize| vec![PathStep::Page("/".to_owned()); steps];
    for (before, after, focus) in
        [(0, 0, Pane::PathStart), (2, 4, Pane::PathColumn(PathSide::After, 3)), (5, 5, Pane::WholePaths)]
    {
        let begins = PathStart::Page("/".to_owned());
        let paths = PathsAsk { start: begins, before: way(before), after: way(after), folded: false };
        places.push(Location { paths: Some(paths), focus, ..start.clone() });
    }
    places.push(Location { zoomed: true, ..start });
    places
}

proptest! {
    #[test]
    fn panes_never_overlap_and_stay_inside(width in 0u16..320, height in 0u16..120, trouble: bool) {
        let area = Rect::new(0, 0, width, height);
        let trouble = if trouble { Banner::Shown } else { Banner::Hidden };
        for place in places() {
            let Some(layout) = arrange(area, &place, trouble) else { continue };
            let mut taken = vec![layout.header, layout.footer];
            taken.extend(layout.banner);
            taken.extend(layout.headline);
            taken.extend(layout.way);
            taken.extend(layout.slots.iter().map(|slot| slot.area));
            let cells: u32 = taken.iter().map(|one| one.area()).sum();
            prop_assert_eq!(cells, area.area(), "every cell belongs to one pane");
            for (index, one) in taken.iter().enumerate() {
                prop_assert_eq!(one.intersection(area), *one);
                prop_assert!(taken[..index].iter().all(|other| !one.intersects(*other)));
            }
            prop_assert!(layout.focusable().contains(&place.focus));
        }
    }
}
