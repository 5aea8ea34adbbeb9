//! How many secrets of the usual generators are found, and how many honest names are taken for one (R11). Both print
//! their figures: `cargo test --lib scrub -- --nocapture`.

use std::fmt::Write as _;

use super::scrub_text;

const DIGITS: &str = "0123456789";
const SMALL: &str = "abcdefghijklmnopqrstuvwxyz";
const CAPITAL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const HEX: &str = "0123456789abcdef";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE36: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Crockford's, as in ULIDs: without I, L, O and U.
const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Numbers that look random (PCG), the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % most
    }

    fn draw(&mut self, alphabet: &str, length: usize) -> String {
        let letters = alphabet.as_bytes();
        (0..length).map(|_| char::from(letters[self.below(letters.len())])).collect()
    }
}

/// A generator: its name, and a path with the secret between two parts.
type Generator = (&'static str, fn(&mut Dice) -> (String, String, String));

fn plain(before: &str, secret: String, after: &str) -> (String, String, String) {
    (before.to_owned(), secret, after.to_owned())
}

const GENERATORS: [Generator; 16] = [
    // Its time in base 36, and 32 hexadecimal digits of an HMAC.
    ("Django reset", |dice| {
        plain(&format!("/reset/MTA/c{}-", dice.draw(BASE36, 5)), dice.draw(HEX, 32), "/")
    }),
    ("hex of 16", |dice| plain("/v/", dice.draw(HEX, 16), "")),
    ("SHA-256", |dice| plain("/blob/", dice.draw(HEX, 64), "/raw")),
    ("UUID", |dice| {
        let parts = [8, 4, 4, 4, 12].map(|length| dice.draw(HEX, length));
        plain("/o/", parts.join("-"), "/edit")
    }),
    ("ObjectId", |dice| plain("/u/", format!("6{}", dice.draw(HEX, 23)), "")),
    // The time in the first ten digits, which of today begin with 01.
    ("ULID", |dice| plain("/j/", format!("01{}", dice.draw(CROCKFORD, 24)), "")),
    ("base64url of 32 bytes", |dice| plain("/t/", dice.draw(BASE64, 43), "")),
    ("nanoid", |dice| plain("/n/", dice.draw(BASE64, 21), "")),
    ("base62 of 22", |dice| plain("/s/", dice.draw(BASE62, 22), "")),
    ("base58 of 22", |dice| plain("/w/", dice.draw(BASE58, 22), "")),
    ("base36 of 25", |dice| plain("/c/", dice.draw(BASE36, 25), "")),
    ("base32 of 26", |dice| plain("/mfa/", dice.draw(BASE32, 26), "")),
    ("API key", |dice| plain("/k/key_live_", dice.draw(BASE62, 24), "")),
    ("bot token", |dice| plain(&format!("/bot{}:", dice.draw(DIGITS, 10)), dice.draw(BASE64, 35), "/send")),
    ("session in a path", |dice| plain("/a/(S(", dice.draw("abcdefghijklmnopqrstuvwxyz012345", 24), "))/x")),
    ("JWT", |dice| {
        let part = |dice: &mut Dice, length| format!("eyJ{}", dice.draw(BASE64, length));
        plain("/jwt/", [part(dice, 33), part(dice, 80), dice.draw(BASE64, 43)].join("."), "")
    }),
];

/// The most letters and digits of a secret in a row that are left, against its length. Of which half is left it is as
/// good as readable.
fn is_missed(path: &str, secret: &str) -> bool {
    let shown = scrub_text(path).replace("{token}", "\n");
    let left = shown.split('\n').flat_map(|part| part.split('/')).map(|part| {
        let longest = (0..=secret.len()).rev().find(|length| {
            (0..=secret.len() - length).any(|from| part.contains(&secret[from..from + length]))
        });
        longest.unwrap_or(0)
    });
    left.max().unwrap_or(0) * 2 > secret.len()
}

#[test]
fn r11_of_sixteen_generators_two_secrets_of_a_hundred_are_missed_at_most() {
    const EACH: usize = 1_000;
    let mut dice = Dice(20_261_201);
    let mut table = String::new();
    let (mut missed_of_all, mut worst) = (0, ("", 0));
    for (name, draw) in GENERATORS {
        let missed = (0..EACH).filter(|_| {
            let (before, secret, after) = draw(&mut dice);
            is_missed(&format!("{before}{secret}{after}"), &secret)
        });
        let missed = missed.count();
        missed_of_all += missed;
        if missed > worst.1 {
            worst = (name, missed);
        }
        let _ = writeln!(table, "{name:<24}{:>6.1} % missed", missed as f64 * 100.0 / EACH as f64);
    }
    let share = missed_of_all as f64 / (EACH * GENERATORS.len()) as f64;
    println!("{table}over all {:.2} %, the worst: {} {}", share * 100.0, worst.0, worst.1);
    assert!(share <= 0.02, "{table}");
}

/// Honest names that a rule could take for secrets.
const HONEST: &str = include_str!("honest.txt");

#[test]
fn r11_honest_names_stay() {
    let lines = HONEST.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (mut all, mut replaced) = (0, Vec::new());
    for line in lines {
        all += 1;
        if scrub_text(line) != line {
            replaced.push(format!("{line} → {}", scrub_text(line)));
        }
    }
    println!("{} of {all} honest names replaced", replaced.len());
    assert!(replaced.is_empty(), "{}", replaced.join("\n"));
}

/// Small letters alone, and capitals: nothing tells them from a word, so they are not looked for.
#[test]
fn r11_what_is_not_looked_for_is_known() {
    for path in
        [format!("/i/{}", &SMALL[..15]), format!("/i/{}", &CAPITAL[..15]), "/i/1234567890123456".to_owned()]
    {
        assert_eq!(scrub_text(&path), path);
    }
}
