//! What holds for every theme, and what a mistake in one says.

use std::collections::HashSet;
use std::fs;

use ratatui::style::{Color, Modifier};

use super::color::{Rgb, contrast, distance};
use super::*;

/// Roles that bear text, for which WCAG 2.2 AA asks 4.5:1. [`Role::Screen`] is text on its ground too.
const TEXT: [Role; 12] = [
    Role::Screen,
    Role::Text,
    Role::Strong,
    Role::Muted,
    Role::Dim,
    Role::Title,
    Role::Accent,
    Role::Good,
    Role::Warn,
    Role::Bad,
    Role::Selection,
    Role::Chip,
];

const DEPTHS: [Depth; 5] = [Depth::None, Depth::Ansi8, Depth::Ansi16, Depth::Ansi256, Depth::TrueColor];

fn built_in(name: &str, depth: Depth) -> Theme {
    load(name, None, depth).unwrap_or_else(|error| panic!("{error}"))
}

/// The themes that bring a ground of their own, so that contrasts are known.
fn rgb_themes() -> impl Iterator<Item = Theme> {
    let themes = built_in_names().map(|name| built_in(name, Depth::TrueColor));
    themes.filter(|theme| matches!(theme.style(Role::Screen).bg, Some(Color::Rgb(..))))
}

/// The contrast of a style laid over others, the topmost last.
fn contrast_of(layers: &[Style]) -> f64 {
    let style = layers.iter().fold(Style::new(), |below, above| below.patch(*above));
    let rgb = |color: Option<Color>| color.and_then(Rgb::of).expect("an RGB colour");
    contrast(rgb(style.fg), rgb(style.bg))
}

#[test]
fn the_settings_ask_for_the_default_theme() {
    assert_eq!(crate::config::Settings::default().theme, DEFAULT);
}

#[test]
fn text_stands_out_in_every_theme_on_the_screen_and_on_the_selected_row() {
    for theme in rgb_themes() {
        let (screen, selection) = (theme.style(Role::Screen), theme.style(Role::Selection));
        for role in TEXT {
            let plain = contrast_of(&[screen, theme.style(role)]);
            // A chip stands in the header, never in a row.
            let row_style = if role == Role::Chip { screen } else { theme.style(role) };
            let selected = contrast_of(&[screen, row_style, selection]);
            let name = theme.name();
            assert!(plain >= 4.5, "{name}: {role:?} has {plain:.2}:1");
            assert!(selected >= 4.5, "{name}: {role:?} has {selected:.2}:1 on the selected row");
        }
    }
}

#[test]
fn borders_and_bars_can_be_seen_in_every_theme() {
    for theme in rgb_themes() {
        let (screen, track) = (theme.style(Role::Screen), theme.style(Role::BarTrack));
        let series = (0..8).map(|index| theme.series(index));
        let shapes = [Role::Border, Role::Bar].map(|role| theme.style(role)).into_iter().chain(series);
        for shape in shapes {
            let ratio = contrast_of(&[screen, shape]);
            assert!(ratio >= 3.0, "{}: {shape:?} has {ratio:.2}:1", theme.name());
        }
        let on_track = contrast_of(&[screen, track, theme.style(Role::Bar)]);
        assert!(on_track >= 3.0, "{}: bars on their track have {on_track:.2}:1", theme.name());
    }
}

#[test]
fn the_high_contrast_themes_reach_aaa() {
    for name in ["beacon", "noon"] {
        let theme = built_in(name, Depth::TrueColor);
        for role in TEXT {
            let ratio = contrast_of(&[theme.style(Role::Screen), theme.style(role)]);
            assert!(ratio >= 7.0, "{name}: {role:?} has {ratio:.2}:1");
        }
    }
}

#[test]
fn the_catalogue_lists_the_users_themes_after_those_that_come_with_dwell() {
    let dir = tempfile::tempdir().unwrap();
    for file in ["mine.toml", "dusk.toml", "notes.txt"] {
        fs::write(dir.path().join(file), "inherits = \"dusk\"\n").unwrap();
    }
    let folder = Some(dir.path().to_owned());
    let names = Catalogue { folder, ..Catalogue::built_in(Depth::Ansi16) }.names();
    let expected: Vec<_> = built_in_names().chain(["mine"]).collect();
    assert_eq!(names, expected);
}

/// What someone without one kind of cone sees, in linear light (Machado, Oliveira and Fernandes 2009, severity 1).
fn seen_without(cone: &[[f64; 3]; 3], rgb: Rgb) -> Rgb {
    let linear = rgb.linear();
    let [red, green, blue] = cone.map(|row| {
        let light: f64 = row.iter().zip(linear).map(|(weight, light)| weight * light).sum();
        let light = light.clamp(0.0, 1.0);
        let encoded =
            if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
        let byte = (encoded * 255.0).round() as u8;
        byte
    });
    Rgb(red, green, blue)
}

#[test]
fn good_warn_and_bad_differ_for_every_kind_of_colour_vision() {
    let protan = [
        [0.152_286, 1.052_583, -0.204_868],
        [0.114_503, 0.786_281, 0.099_216],
        [-0.003_882, -0.048_116, 1.051_998],
    ];
    let deutan = [
        [0.367_322, 0.860_646, -0.227_968],
        [0.280_085, 0.672_501, 0.047_413],
        [-0.011_820, 0.042_940, 0.968_881],
    ];
    let tritan = [
        [1.255_528, -0.076_749, -0.178_779],
        [-0.078_411, 0.930_809, 0.147_602],
        [0.004_733, 0.691_367, 0.303_900],
    ];
    let theme = built_in("harbour", Depth::TrueColor);
    let rgb = |role| theme.style(role).fg.and_then(Rgb::of).expect("an RGB colour");
    for cone in [protan, deutan, tritan] {
        for (one, other) in [(Role::Good, Role::Bad), (Role::Good, Role::Warn), (Role::Warn, Role::Bad)] {
            let seen = [one, other].map(|role| seen_without(&cone, rgb(role)).oklab());
            assert!(distance(seen[0], seen[1]) > 0.1, "{one:?} and {other:?} look alike");
        }
    }
}

#[test]
fn nothing_drowns_in_its_ground_at_any_depth() {
    for (name, depth) in built_in_names().flat_map(|name| DEPTHS.map(|depth| (name, depth))) {
        let theme = built_in(name, depth);
        let screen = theme.style(Role::Screen);
        for role in Role::ALL.into_iter().filter(|role| *role != Role::BarTrack) {
            let style = screen.patch(theme.style(role));
            let drowned = style.fg.is_some() && style.fg == style.bg && style.fg != Some(Color::Reset);
            assert!(!drowned, "{name} at {depth:?}: {role:?} is {style:?}");
        }
    }
}

#[test]
fn without_colour_weight_tells() {
    for name in built_in_names() {
        let theme = built_in(name, Depth::None);
        assert!(Role::ALL.iter().all(|role| {
            let style = theme.style(*role);
            style.fg.is_none() && style.bg.is_none()
        }));
        assert_eq!(theme.style(Role::Strong), Style::new().add_modifier(Modifier::BOLD));
        assert_eq!(theme.style(Role::Selection), Style::new().add_modifier(Modifier::REVERSED));
        assert_eq!(theme.series(3), Style::new());
        assert_eq!(theme.name(), name);
    }
}

#[test]
fn the_default_theme_uses_the_terminals_own_colours() {
    let theme = built_in(DEFAULT, Depth::TrueColor);
    for role in Role::ALL {
        let style = theme.style(role);
        for color in [style.fg, style.bg].into_iter().flatten() {
            assert!(!matches!(color, Color::Rgb(..) | Color::Indexed(_)), "{role:?} is {color:?}");
        }
    }
}

#[test]
fn in_the_default_theme_each_step_back_looks_different() {
    let ladder = [Role::Strong, Role::Text, Role::Muted, Role::Dim, Role::Border];
    for depth in [Depth::Ansi16, Depth::Ansi256, Depth::TrueColor] {
        let looks: HashSet<Style> = ladder.map(|role| built_in(DEFAULT, depth).style(role)).into();
        assert_eq!(looks.len(), ladder.len(), "{depth:?}: {looks:?}");
    }
}

#[test]
fn a_users_theme_names_its_parent_and_what_differs() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("mine.toml"),
        "inherits = \"dusk\"\n[palette]\nsky = \"#ff0000\"\n[roles]\ngood = 208\n",
    )
    .unwrap();
    let theme = load("mine", Some(dir.path()), Depth::TrueColor).unwrap();
    let parent = built_in("dusk", Depth::TrueColor);
    assert_eq!(theme.style(Role::Accent).fg, Some(Color::Rgb(255, 0, 0)));
    assert_eq!(theme.style(Role::Good).fg, Some(Color::Indexed(208)));
    assert_eq!(theme.style(Role::Bad), parent.style(Role::Bad));
    assert_eq!(theme.series(1), parent.series(1));
    assert_eq!(theme.series(9), theme.series(1));
}

#[test]
fn a_users_theme_may_build_on_the_built_in_one_of_its_name() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("dusk.toml"), "inherits = \"dusk\"\n[roles]\ngood = \"blue\"\n").unwrap();
    let theme = load("dusk", Some(dir.path()), Depth::TrueColor).unwrap();
    assert_eq!(theme.style(Role::Good).fg, Some(Color::Blue));
    assert_eq!(theme.style(Role::Bad), built_in("dusk", Depth::TrueColor).style(Role::Bad));
}

#[test]
fn a_mistake_is_named_with_its_place_and_what_was_meant() {
    for (text, message) in [
        (
            "[roles]\nmutde = \"red\"\n",
            "mine.toml:2: unknown role `mutde`, did you mean `muted`?; known are screen",
        ),
        ("\n[pallete]\n", "mine.toml:2: unknown key `pallete`, did you mean `palette`?; known are inherits"),
        (
            "[roles]\ntext = { fgg = \"red\" }\n",
            "mine.toml:2: unknown key `fgg`, did you mean `fg`?; known are fg",
        ),
        (
            "[roles]\n\ntext = \"bleu\"\n",
            "mine.toml:3: `bleu` is neither a colour nor a name in the palette, did you mean `blue`?",
        ),
        ("[palette]\nink = \"#12345\"\n", "mine.toml:2: `#12345` is not a colour; write #rrggbb"),
        (
            "[roles]\ntext = { modifiers = [\"blod\"] }\n",
            "mine.toml:2: unknown modifier `blod`, did you mean `bold`?",
        ),
        ("[roles]\ntext = true\n", "mine.toml:2: expected a text, not a value of type boolean"),
        ("roles = 1\n", "mine.toml:1: expected a table, not a value of type integer"),
        ("inherits = \"dsuk\"\n", "mine.toml:1: there is no theme `dsuk`, did you mean `dusk`?"),
        ("inherits = \"mine\"\n", "mine.toml:1: theme `mine` inherits itself"),
        ("[roles\n", "mine.toml:1: "),
    ] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("mine.toml"), text).unwrap();
        let error = load("mine", Some(dir.path()), Depth::None).unwrap_err().to_string();
        assert!(error.contains(message), "{text:?} says {error:?}");
    }
}

#[test]
fn themes_that_inherit_each_other_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("one.toml"), "inherits = \"other\"\n").unwrap();
    fs::write(dir.path().join("other.toml"), "inherits = \"one\"\n").unwrap();
    let error = load("one", Some(dir.path()), Depth::TrueColor).unwrap_err();
    assert!(error.to_string().contains("other.toml:1: theme `one` inherits itself"), "{error}");
}

#[test]
fn a_theme_that_is_not_there_is_named_and_no_name_leads_out_of_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("themes")).unwrap();
    fs::write(dir.path().join("secret.toml"), "").unwrap();
    let error = load("../secret", Some(&dir.path().join("themes")), Depth::None).unwrap_err();
    assert!(
        error.to_string().starts_with("there is no theme `../secret`; known are terminal, dusk"),
        "{error}"
    );
}
