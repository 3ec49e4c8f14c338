//! What tests of a policy found, for people, for programs (JSON) and for build servers (JUnit).

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Serialize;

use super::expect::{Actual, Mismatch};
use crate::words::counted;

/// What kind of test a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One decision.
    Fixture,
    /// Requests through the gateway on a virtual clock.
    Scenario,
}

/// What became of one case.
#[derive(Debug, Clone, Serialize)]
pub struct CaseReport {
    /// Fixture or scenario.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The file that it stands in.
    pub file: PathBuf,
    /// Its line there.
    pub line: usize,
    /// Whether it says nothing of what is expected, which is a failure too.
    pub expects_nothing: bool,
    /// What is not as expected.
    pub mismatches: Vec<Mismatch>,
    /// What happened, a line each.
    pub story: Vec<String>,
    /// All that came of it.
    pub actual: Actual,
    #[serde(skip)]
    pub(super) case: Option<usize>,
}

impl CaseReport {
    /// Whether all is as expected.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.mismatches.is_empty() && !self.expects_nothing
    }

    /// What is wrong with it, a line each; nothing where it passed.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        if self.expects_nothing {
            return vec!["nothing is expected of it: add an `expect`, or let `--update` write one".into()];
        }
        let complaint = |mismatch: &Mismatch| {
            let actual = mismatch.actual.as_deref().unwrap_or("nothing");
            format!("{}: expected {}, got {actual}", mismatch.field, mismatch.expected)
        };
        self.mismatches.iter().map(complaint).collect()
    }
}

/// How many passed and how many did not, as a sentence.
#[must_use]
pub fn counts(reports: &[CaseReport]) -> String {
    let failed = reports.iter().filter(|report| !report.passed()).count();
    let of = |kind| reports.iter().filter(|report| report.kind == kind).count();
    format!(
        "{} passed, {failed} failed ({}, {})",
        reports.len() - failed,
        counted(of(Kind::Fixture), "fixture"),
        counted(of(Kind::Scenario), "scenario")
    )
}

/// For people: failed cases with what differs and what happened, then the counts; with `verbose` all cases.
#[must_use]
pub fn human(reports: &[CaseReport], verbose: bool) -> String {
    let mut out = String::new();
    for report in reports {
        if report.passed() {
            // Writing to a string cannot fail, here and below.
            let _ = writeln!(out, "ok      {}:{}  {}", report.file.display(), report.line, report.name);
            if verbose {
                tell_story(&mut out, report);
            }
        } else {
            tell_failure(&mut out, report);
        }
    }
    let _ = writeln!(out, "{}", counts(reports));
    out
}

/// For people: the failed cases alone, then the counts of all.
#[must_use]
pub fn failures(reports: &[CaseReport]) -> String {
    let mut out = String::new();
    reports.iter().filter(|report| !report.passed()).for_each(|report| tell_failure(&mut out, report));
    let _ = writeln!(out, "{}", counts(reports));
    out
}

fn tell_failure(out: &mut String, report: &CaseReport) {
    let _ = writeln!(out, "FAILED  {}:{}  {}", report.file.display(), report.line, report.name);
    for mismatch in &report.mismatches {
        let actual = mismatch.actual.as_deref().unwrap_or("nothing");
        let _ = writeln!(out, "          {}", mismatch.field);
        let _ = writeln!(out, "        -   {}", mismatch.expected);
        let _ = writeln!(out, "        +   {actual}");
    }
    if report.expects_nothing {
        let _ = writeln!(out, "          {}", report.complaints().join("; "));
    }
    tell_story(out, report);
}

fn tell_story(out: &mut String, report: &CaseReport) {
    for line in &report.story {
        let _ = writeln!(out, "          {line}");
    }
}

/// For programs: `{"passed": …, "failed": …, "cases": […]}`.
#[must_use]
pub fn json(reports: &[CaseReport]) -> String {
    let failed = reports.iter().filter(|report| !report.passed()).count();
    let all = serde_json::json!({ "passed": reports.len() - failed, "failed": failed, "cases": reports });
    format!("{all:#}\n")
}

/// For build servers: JUnit's XML, a suite for each file.
#[must_use]
pub fn junit(reports: &[CaseReport]) -> String {
    let failed = reports.iter().filter(|report| !report.passed()).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ =
        writeln!(out, "<testsuites name=\"fingerpost policy test\" tests=\"{}\" failures=\"{failed}\">", reports.len());
    for suite in reports.chunk_by(|a, b| a.file == b.file) {
        let failed = suite.iter().filter(|report| !report.passed()).count();
        let file = xml(&suite[0].file.display().to_string());
        let _ = writeln!(out, "  <testsuite name=\"{file}\" tests=\"{}\" failures=\"{failed}\">", suite.len());
        for report in suite {
            let (name, line) = (xml(&report.name), report.line);
            let _ = write!(out, "    <testcase classname=\"{file}\" name=\"{name}\" file=\"{file}\" line=\"{line}\"");
            if report.passed() {
                out.push_str("/>\n");
                continue;
            }
            let complaints = report.complaints();
            let message = xml(complaints.first().map_or("", String::as_str));
            let text = xml(&[complaints.as_slice(), &report.story].concat().join("\n"));
            let _ = writeln!(out, ">\n      <failure message=\"{message}\">{text}</failure>\n    </testcase>");
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// The text as XML holds it. Control characters have no place there, not even escaped.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            control if control.is_control() => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(name: &str) -> CaseReport {
        let mismatch =
            Mismatch { field: "target".into(), expected: "\"a\"".into(), actual: Some("\"b\"".into()), update: None };
        CaseReport {
            kind: Kind::Fixture,
            name: name.into(),
            file: "fixtures/x.toml".into(),
            line: 7,
            expects_nothing: false,
            mismatches: vec![mismatch],
            story: Vec::new(),
            actual: Actual::new(),
            case: None,
        }
    }

    #[test]
    fn a_failed_case_says_where_it_stands_and_what_differs() {
        let text = human(&[failed("a \"case\"")], false);
        assert!(text.contains("FAILED  fixtures/x.toml:7  a \"case\""), "{text}");
        assert!(text.contains("-   \"a\"") && text.contains("+   \"b\""), "{text}");
        assert!(text.ends_with("0 passed, 1 failed (1 fixture, 0 scenarios)\n"), "{text}");
    }

    #[test]
    fn failures_leave_out_what_passed_and_count_it() {
        let passed = CaseReport { mismatches: Vec::new(), ..failed("good") };
        let text = failures(&[passed, failed("bad")]);
        assert!(text.contains("FAILED  fixtures/x.toml:7  bad") && !text.contains("good"), "{text}");
        assert!(text.ends_with("1 passed, 1 failed (2 fixtures, 0 scenarios)\n"), "{text}");
    }

    #[test]
    fn names_cannot_break_out_of_the_xml() {
        let text = junit(&[failed("<a> & \"b\"\u{1b}")]);
        assert!(text.contains("name=\"&lt;a&gt; &amp; &quot;b&quot;\u{fffd}\""), "{text}");
        assert!(text.contains("tests=\"1\" failures=\"1\""), "{text}");
    }
}
