//! Enter on anything goes deeper: pages, actions, channels, findings, bots.

use super::fixture;
use super::keys::busy;
use super::rig::Rig;
use crate::query::analysis::ask::{Analysis, Breakdown, GoalsAsk, ReturningBy};
use crate::query::question::{CloseupAsk, Grouping, Population};
use crate::ui::message::{AppCommand, Message};

#[test]
fn enter_on_a_page_opens_it_and_each_esc_takes_one_step_back() {
    let mut rig = busy();
    rig.press("4j<Enter>");
    let page = "/products/desk-lamp-brass".to_owned();
    assert_eq!(rig.question().closeup, Some(CloseupAsk::Page(page.clone())));
    assert_eq!(rig.question().sessions.expect("those behind it").population, Population::Seen);
    assert!(rig.screen().contains("› After"));
    rig.press("<Enter>");
    assert_eq!(rig.filter(), "page:/products/desk-lamp-brass page:/products", "the page before it opens");
    rig.press("<Esc><Tab><Tab><Tab><Enter>");
    assert!(rig.screen().contains("Timeline ·"), "a session behind it opens");
    rig.press("<Esc>");
    assert_eq!(rig.question().closeup, Some(CloseupAsk::Page(page)));
    rig.press("<Backspace>");
    assert_eq!((rig.question().closeup.clone(), rig.filter()), (None, String::new()));
    assert!(
        rig.screen().contains("2 / 418"),
        "without its term the page makes way, and the cursor is where it was"
    );
}

#[test]
fn a_row_of_the_flow_filters_and_the_page_stays_open() {
    let mut rig = busy();
    rig.press("4<Enter>jj<Enter>");
    assert_eq!(rig.filter(), "page:/ source:Google", "those who entered there from Google");
    assert_eq!(rig.question().closeup, Some(CloseupAsk::Page("/".to_owned())));
    rig.press("<Tab><Tab>j<Enter>");
    assert_eq!(rig.filter(), "page:/ source:Google exit:/", "those who left there");
}

#[test]
fn r13_the_goal_under_the_cursor_is_broken_down() {
    let mut rig = busy();
    let asked = |rig: &Rig| {
        let of_goals = |one: &Analysis| matches!(one, Analysis::Goals(_)).then(|| one.clone());
        rig.question().analyses.iter().filter_map(of_goals).collect::<Vec<_>>()
    };
    let detail = |goal: &str, by| vec![Analysis::Goals(GoalsAsk { detail: Some((goal.to_owned(), by)) })];
    rig.press("6");
    assert_eq!(asked(&rig), detail("signup", Breakdown::Channel));
    rig.press("j");
    assert_eq!(asked(&rig), detail("order", Breakdown::Channel));
    rig.press("b");
    assert_eq!(asked(&rig), detail("order", Breakdown::Source));
    rig.press("<Enter>");
    assert_eq!((rig.filter(), asked(&rig)), ("goal:order".to_owned(), Vec::new()));
    assert_eq!(rig.question().sessions.expect("those who ordered").population, Population::Seen);
    rig.press("<Esc><Tab><Tab><Tab><Enter>");
    assert_eq!(rig.filter(), "channel:\"Organic Search\"", "a row of the breakdown filters");
}

#[test]
fn r13_a_funnel_opens_into_those_who_reached_a_step_and_those_who_dropped() {
    let mut rig = busy();
    rig.press("6<Tab><Enter>");
    assert!(rig.screen().contains("funnel checkout") && rig.screen().contains("product"));
    rig.press("j<Enter>");
    assert_eq!(rig.filter(), "reached:checkout/2");
    assert_eq!(rig.question().sessions.expect("those who reached it").population, Population::Seen);
    rig.press("<Esc>");
    assert!(rig.screen().contains("After step 2, instead of 3 · 188"), "the cursor stays on its step");
    rig.press("d");
    assert_eq!(rig.filter(), "dropped:checkout/2");
    rig.press("<Esc><Tab>j<Enter>");
    assert_eq!(rig.filter(), "dropped:checkout/2 page:/shipping", "those who went there instead");
    rig.press("<Esc><Tab><Enter>");
    assert_eq!(rig.filter(), "channel:\"Organic Search\"");
    assert!(rig.screen().contains("funnel checkout"), "a filter leaves the funnel open");
}

#[test]
fn r13_the_order_of_steps_is_tried_out_on_a_key() {
    let mut rig = busy();
    rig.press("6<Tab><Enter>o");
    assert!(rig.screen().contains("strict"));
    rig.press("o");
    assert!(rig.screen().contains("any"));
    rig.press("o");
    assert!(rig.screen().contains("sequential"));
}

#[test]
fn r13_marked_pages_and_actions_become_a_funnel() {
    let mut rig = busy();
    let steps = |rig: &Rig| {
        let defined = &rig.question().definitions.funnels[0];
        let steps = defined.steps.iter().map(|step| step.event.to_string());
        (defined.name.clone(), steps.collect::<Vec<_>>())
    };
    rig.press("4f");
    assert!(rig.screen().contains("Step 1: /. Mark the next page or action."));
    rig.press("jf");
    assert!(rig.screen().contains("6 shows the funnel"), "{}", rig.screen());
    assert_eq!(
        steps(&rig),
        ("marked".to_owned(), vec!["page:/".to_owned(), "page:/products/desk-lamp-brass".to_owned()])
    );
    rig.press("6<Tab>");
    assert!(rig.line_with("marked").contains("11.8 %"));
    rig.press("<Enter>");
    rig.press("w");
    let AppCommand::WriteFunnel(path, funnel) = rig.commands.pop().expect("a command") else {
        panic!("the funnel is to be written")
    };
    assert_eq!((path.to_str(), funnel.name.as_str()), (Some("/etc/dwell.toml"), "home-to-desk-lamp-brass"));
    rig.send(Message::FunnelWritten(Err("not written: /etc/dwell.toml: Permission denied".to_owned())));
    assert!(rig.screen().contains("Permission denied"));
    rig.press("<Enter>");
    assert_eq!(rig.filter(), "reached:marked/1");
    rig.press("<Esc>");
    rig.send(Message::FunnelWritten(Ok(*funnel)));
    assert!(rig.screen().contains("Written to /etc/dwell.toml as the funnel home-to-desk-lamp-brass."));
    rig.press("<Enter>");
    assert_eq!(rig.filter(), "reached:home-to-desk-lamp-brass/1");
}

#[test]
fn r14_an_experiment_opens_into_the_sessions_of_a_variant() {
    let mut rig = busy();
    rig.press("6<Tab><Tab><Enter>");
    assert!(rig.screen().contains("short is better, p 0.044; to be called after 7 whole days"));
    rig.press("j<Enter>");
    assert_eq!(rig.filter(), "variant:short");
}

#[test]
fn the_action_under_the_cursor_is_looked_at() {
    let mut rig = busy();
    let asked = |rig: &Rig| rig.question().closeup.clone();
    rig.press("6<Tab><Tab><Tab><Tab>");
    assert_eq!(asked(&rig), Some(CloseupAsk::Action("submit".to_owned())));
    rig.press("j");
    assert_eq!(asked(&rig), Some(CloseupAsk::Action("download".to_owned())));
    assert!(rig.screen().contains("By channel · download"));
    rig.press("<Enter>");
    assert_eq!((rig.filter(), asked(&rig)), ("action:download".to_owned(), None));
    assert_eq!(rig.question().sessions.expect("those who did it").population, Population::Seen);
}

#[test]
fn findings_and_bots_lead_to_what_is_behind_them() {
    let mut rig = busy();
    rig.press("7<Enter>");
    assert_eq!(rig.filter(), "path:/images/lamp-old errors>=1");
    rig.press("<Esc>j<Enter>");
    assert_eq!(rig.question().closeup, Some(CloseupAsk::Page("/search".to_owned())));
    rig.press("<Esc>jj<Enter>");
    assert!(rig.screen().contains("There is no row to open here."), "traffic is about the whole site");
    rig.press("<Tab><Enter>");
    assert_eq!(rig.filter(), "agent:Googlebot");
    rig.press("<Esc>jjjjj<Enter>");
    assert_eq!(rig.filter(), "bot:\"no agent\"");
}

#[test]
fn a_channel_opens_into_its_sources() {
    let mut rig = busy();
    rig.press("3<S-Tab><S-Tab><Enter>");
    assert_eq!(rig.filter(), "channel:\"Organic Search\"");
    rig.press("<Enter>");
    assert_eq!(rig.filter(), "channel:\"Organic Search\" source:Google", "the cursor is among the sources");
}

#[test]
fn new_visitors_are_filtered_by() {
    let mut rig = busy();
    rig.press("5<Tab><Tab><Tab><Tab><Enter>");
    assert_eq!(rig.filter(), "new");
}

#[test]
fn what_is_missing_says_how_it_comes_about() {
    let mut view = fixture::busy();
    view.tables.retain(|table| table.grouping != Some(Grouping::Action));
    view.findings.clear();
    let mut rig = Rig::new(120, 36).answering(view);
    rig.press("6<Tab><Tab><Tab><Tab>");
    assert!(rig.screen().contains("[[rule]]"));
    rig.press("7");
    assert!(rig.screen().contains("Nothing stands out"));
}

#[test]
fn who_came_back_is_asked_for_where_it_is_shown_by_hour_day_or_week() {
    let asked = |rig: &Rig| {
        let returning = rig.question().analyses.iter().find_map(|analysis| match analysis {
            Analysis::Returning(ask) => Some(ask.by),
            _ => None,
        });
        returning.map(ReturningBy::name)
    };
    let mut rig = busy();
    rig.press("5");
    assert_eq!(asked(&rig), Some("fitting"));
    assert!(rig.screen().contains("first seen in an hour"));
    rig.press("<S-Tab>bb");
    assert_eq!(asked(&rig), Some("week"));
    rig.press("4");
    assert_eq!(asked(&rig), None);
    let mut low = Rig::new(80, 24).answering(fixture::busy());
    low.press("1");
    low.press("5");
    assert_eq!(asked(&low), None, "it is behind the devices");
    low.press("<S-Tab>");
    assert_eq!(asked(&low), Some("fitting"));
}

#[test]
fn what_slowness_does_is_asked_for_beside_the_pages() {
    let mut rig = busy();
    rig.press("4");
    assert_eq!(rig.question().analyses, [Analysis::Slowness]);
    assert!(rig.line_with("2.5–5s").contains("76.2 %"), "16 of 21 bounced");
    rig.press("<Tab>z<Esc>2");
    assert_eq!(rig.question().analyses, []);
}

#[test]
fn actions_stand_beside_the_views_of_their_pages() {
    let mut rig = Rig::new(160, 48).answering(fixture::busy());
    rig.draw();
    rig.press("6<S-Tab>");
    let line = rig.screen();
    assert!(line.contains("per view"), "{line}");
    assert!(rig.line_with("/checkout/address").contains("41.7 %"), "60 times in 144 views");
}
