//! What the levels of privacy change on the screen (R11).

use super::fixture;
use super::rig::{Rig, settings};
use crate::config::Privacy;
use crate::query::view::{SMALL_GROUPS, View};
use crate::ui::monitor_settings::MonitorSettings;

fn rig(privacy: Privacy, view: View) -> Rig {
    Rig::with(MonitorSettings { privacy, ..settings() }, 120, 36).answering(view)
}

/// Every table ends with the row that small groups fold into.
fn with_small_groups() -> View {
    let mut view = fixture::busy();
    for table in &mut view.tables {
        let mut folded = table.rows.pop().expect("a row");
        SMALL_GROUPS.clone_into(&mut folded.key);
        folded.channel.clear();
        table.rows.push(folded);
    }
    view
}

#[test]
fn r11_small_groups_stay_together() {
    let mut rig = rig(Privacy::Strict, with_small_groups());
    for screen in ["3", "4", "5"] {
        rig.press(screen);
        rig.press("G");
        assert!(rig.screen().contains(SMALL_GROUPS), "screen {screen}");
        for key in ["<Enter>", "-"] {
            rig.press(key);
            assert_eq!(rig.filter(), "", "screen {screen}");
            assert!(rig.screen().contains("fewer than 5 sessions stay together"), "screen {screen}");
        }
    }
    rig.press("/source:(<Tab>");
    assert_eq!(rig.filter(), "source:(", "no value is completed from it");
}

#[test]
fn r11_whole_addresses_stand_where_they_are_seen() {
    let seen = |privacy| {
        let mut rig = rig(privacy, fixture::busy());
        rig.press("2");
        rig.screen().contains("192.0.2.0/24")
    };
    assert!(seen(Privacy::Off));
    assert!(!seen(Privacy::Standard), "masked ones make way for others at this width");
}
