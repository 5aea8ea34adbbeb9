//! Where annotations come from: the config's list, a file of JSON lines, the lines of a command (R17).

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::watch;

use crate::alert::runner::{LIMIT, output_of};
use crate::clock;
use crate::config::Settings;
use crate::config::annotations::AnnotationCommand;
use crate::files;
use crate::query::annotation::{Annotation, Annotations};
use crate::text::harmless;

/// Ten thousand annotations of the usual length; of more, the last are read.
const MOST_BYTES: u64 = 2 << 20;
/// The same of what a command writes.
const MOST_WRITTEN: usize = 2 << 20;
/// How often the file is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// What one place says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The place in words.
    pub(super) name: String,
    /// What is said there.
    pub(super) annotations: Vec<Annotation>,
    /// What cannot be read.
    pub(super) trouble: Option<String>,
}

/// What all places say; the command is run.
pub(super) fn places(settings: &Settings) -> Vec<Place> {
    let sources = &settings.additions.annotations;
    let listed =
        Place { name: "the config".to_owned(), annotations: settings.annotations.clone(), trouble: None };
    let file = sources.file(settings.config_file.as_deref()).map(|path| of_file(&path));
    let command = sources.exec.as_ref().map(of_command);
    [Some(listed), file, command].into_iter().flatten().collect()
}

/// All annotations, and what could not be read of them.
pub(super) fn gather(settings: &Settings) -> (Annotations, Vec<String>) {
    let places = places(settings);
    let troubles = places.iter().filter_map(|place| place.trouble.clone()).collect();
    (places.into_iter().flat_map(|place| place.annotations).collect(), troubles)
}

/// The annotations of a file; none if there is no file yet.
pub(super) fn of_file(path: &Path) -> Place {
    let name = path.display().to_string();
    match end_of(path) {
        Ok(text) => read_lines(name, &text, Annotation::from_json),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Place { name, ..Place::default() },
        Err(error) => {
            let trouble = Some(format!("{name}: the annotations cannot be read: {error}"));
            Place { name, trouble, ..Place::default() }
        }
    }
}

/// The end of a file, from the beginning of a line.
fn end_of(path: &Path) -> io::Result<String> {
    let mut file = files::open(path)?;
    let length = file.metadata()?.len();
    let skipped = length.saturating_sub(MOST_BYTES);
    file.seek(SeekFrom::Start(skipped))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let whole = if skipped > 0 { text.split_once('\n').map_or("", |(_, rest)| rest) } else { &text };
    Ok(whole.to_owned())
}

/// The annotations that a command writes.
fn of_command(command: &AnnotationCommand) -> Place {
    let name = command.argv.join(" ");
    let (trouble, output) = output_of(&command.argv, LIMIT, MOST_WRITTEN);
    let place = read_lines(name, &String::from_utf8_lossy(&output), Annotation::from_tabbed);
    let failed = trouble.map(|trouble| format!("annotations: {trouble}"));
    Place { trouble: failed.or(place.trouble.clone()), ..place }
}

fn read_lines(name: String, text: &str, read: fn(&str) -> Result<Annotation, String>) -> Place {
    let mut place = Place { name, ..Place::default() };
    let mut unread: u64 = 0;
    let mut first = None;
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        match read(line.trim_end()) {
            Ok(annotation) => place.annotations.push(annotation),
            Err(why) => {
                unread += 1;
                first.get_or_insert((number, why));
            }
        }
    }
    place.trouble = first.map(|(number, why): (u64, String)| match unread {
        1 => format!("{}: line {number} is no annotation: {why}", place.name),
        _ => format!("{}: {unread} lines are no annotations, the first is line {number}: {why}", place.name),
    });
    place
}

/// Follows all places on a thread of its own, as long as anybody looks at the annotations.
///
/// # Errors
/// There is no thread for it.
pub(super) fn follow(settings: &Settings) -> io::Result<watch::Receiver<Arc<Annotations>>> {
    let (tell, told) = watch::channel(Arc::default());
    let mut followed = Followed::new(settings);
    let work = move || {
        while !tell.is_closed() {
            if let Some(annotations) = followed.look() {
                tell.send_replace(Arc::new(annotations));
            }
            thread::sleep(LOOK);
        }
    };
    thread::Builder::new().name("annotations".to_owned()).spawn(work)?;
    Ok(told)
}

/// The places, and what they said last.
struct Followed {
    listed: Vec<Annotation>,
    file: Option<PathBuf>,
    command: Option<AnnotationCommand>,
    /// Length and time of the file as it was read last.
    seen: Option<(u64, Option<SystemTime>)>,
    of_file: Place,
    ran: Option<Instant>,
    of_command: Place,
    told: Option<Annotations>,
}

impl Followed {
    fn new(settings: &Settings) -> Followed {
        let sources = &settings.additions.annotations;
        Followed {
            listed: settings.annotations.clone(),
            file: sources.file(settings.config_file.as_deref()),
            command: sources.exec.clone(),
            seen: None,
            of_file: Place::default(),
            ran: None,
            of_command: Place::default(),
            told: None,
        }
    }

    /// All annotations, if they have changed.
    fn look(&mut self) -> Option<Annotations> {
        self.look_at_file();
        self.run_if_due();
        let all = [&self.listed, &self.of_file.annotations, &self.of_command.annotations];
        let all: Annotations = all.into_iter().flatten().cloned().collect();
        if self.told.as_ref() == Some(&all) {
            return None;
        }
        self.told = Some(all.clone());
        Some(all)
    }

    fn look_at_file(&mut self) {
        let Some(path) = &self.file else { return };
        let seen = fs::metadata(path).ok().map(|facts| (facts.len(), facts.modified().ok()));
        if seen == self.seen {
            return;
        }
        self.seen = seen;
        let read = of_file(path);
        tell_trouble(&self.of_file, &read);
        self.of_file = read;
    }

    fn run_if_due(&mut self) {
        let Some(command) = &self.command else { return };
        let now = clock::monotonic();
        let every = Duration::from_millis(command.every.0);
        if self.ran.is_some_and(|ran| now.duration_since(ran) < every) {
            return;
        }
        self.ran = Some(now);
        let read = of_command(command);
        tell_trouble(&self.of_command, &read);
        // What a command that fails now has said before is still true.
        if read.trouble.is_none() || !read.annotations.is_empty() {
            self.of_command = read;
        } else {
            self.of_command.trouble = read.trouble;
        }
    }
}

/// To dwell's own log, once.
fn tell_trouble(before: &Place, now: &Place) {
    if let Some(trouble) = now.trouble.as_ref().filter(|trouble| before.trouble.as_ref() != Some(trouble)) {
        tracing::warn!("{}", harmless(trouble));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Millis, Span};

    fn line(at: i64) -> String {
        let note = Annotation::new(Millis(at), None, "x").expect("a text");
        note.to_json() + "\n"
    }

    #[test]
    fn r17_a_file_is_followed_and_told_only_when_it_says_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let config_file = Some(folder.path().join("dwell.toml"));
        let mut followed = Followed::new(&Settings { config_file, ..Settings::default() });
        assert_eq!(followed.look(), Some(Annotations::default()));
        let path = folder.path().join("annotations.jsonl");
        fs::write(&path, line(2)).expect("written");
        assert_eq!(followed.look().expect("more").all().len(), 1);
        assert_eq!(followed.look(), None);
        fs::write(&path, line(2) + "{ nonsense\n" + &line(1)).expect("written");
        assert_eq!(followed.look().expect("more").all().len(), 2);
        let trouble = followed.of_file.trouble.expect("a bad line");
        assert!(trouble.contains("line 2 is no annotation: "), "{trouble}");
    }

    #[test]
    fn r17_of_a_long_file_the_end_is_read_from_a_whole_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("long.jsonl");
        let long: String = (0..40_000).map(line).collect();
        assert!(long.len() as u64 > MOST_BYTES);
        fs::write(&path, long).expect("written");
        let read = of_file(&path);
        assert_eq!(read.trouble, None);
        assert_eq!(read.annotations.last().map(|one| one.at), Some(Millis(39_999)));
    }

    #[test]
    fn r17_a_command_says_annotations_line_by_line() {
        let script = "printf '2026-11-24T09:00:00Z\\tdeploy 4f2\\nbad\\n'; exit 3";
        let argv = ["sh", "-c", script].map(str::to_owned).to_vec();
        let place = of_command(&AnnotationCommand { argv, every: Span::minutes(1) });
        assert_eq!(place.annotations.len(), 1);
        assert_eq!(place.trouble.as_deref(), Some("annotations: sh failed: exit status 3"));
    }
}
