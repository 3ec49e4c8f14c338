//! Goldens: writes what came of failed cases into their files, in place of what was expected there. Everything else in a
//! file, comments included, stays as it is.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;

use super::fields::shown;
use super::report::{CaseReport, Kind};
use super::run::TELLING;
use super::scenario;

/// Updates the files of these reports. Gives the number of fields that were written.
///
/// # Errors
/// When a file cannot be read or written.
pub fn update(reports: &[CaseReport]) -> anyhow::Result<usize> {
    let mut by_file: BTreeMap<&Path, Vec<&CaseReport>> = BTreeMap::new();
    for report in reports.iter().filter(|report| !report.passed()) {
        by_file.entry(&report.file).or_default().push(report);
    }
    let mut written = 0;
    for (file, reports) in by_file {
        let named = || format!("failed to update `{}`", file.display());
        let text = std::fs::read_to_string(file).with_context(named)?;
        let (text, count) = updated(text, &reports);
        std::fs::write(file, text).with_context(named)?;
        written += count;
    }
    Ok(written)
}

/// The text with what came in place of what was expected, and the number of fields that this took.
fn updated(mut text: String, reports: &[&CaseReport]) -> (String, usize) {
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    for report in reports {
        edits.extend(report.mismatches.iter().filter_map(|mismatch| mismatch.update.clone()));
        if report.expects_nothing {
            let at = end_of_case(&text, report);
            edits.push((at..at, expectation(report)));
        }
    }
    // From the end on, so that no edit moves another.
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let count = edits.len();
    for (span, replacement) in edits {
        text.replace_range(span, &replacement);
    }
    (text, count)
}

/// A new expectation with what tells most.
fn expectation(report: &CaseReport) -> String {
    let (header, telling) = match report.kind {
        Kind::Fixture if report.case.is_none() => ("expect", TELLING),
        Kind::Fixture => ("case.expect", TELLING),
        Kind::Scenario if report.case.is_none() => ("expect", scenario::TELLING),
        Kind::Scenario => ("scenario.expect", scenario::TELLING),
    };
    let fields =
        telling.iter().filter_map(|name| Some(format!("{name} = {}\n", shown(name, report.actual.get(*name)?))));
    format!("\n[{header}]\n{}", fields.collect::<String>())
}

/// Where the tables of a case end: before the next case and the comments that lead to it.
fn end_of_case(text: &str, report: &CaseReport) -> usize {
    let header = match report.kind {
        Kind::Fixture => "[[case]]",
        Kind::Scenario => "[[scenario]]",
    };
    let starts = text.match_indices(header).filter(|(at, _)| *at == 0 || text[..*at].ends_with('\n'));
    let next = report.case.and_then(|number| starts.map(|(at, _)| at).nth(number + 1)).unwrap_or(text.len());
    let before = &text[..next];
    let mut end = next;
    for line in before.split_inclusive('\n').rev() {
        let trimmed = line.trim();
        if !trimmed.is_empty() && !trimmed.starts_with('#') {
            break;
        }
        end -= line.len();
    }
    end
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::testing::expect::Actual;
    use crate::testing::{Fixture, report};

    const TEXT: &str = r#"[setup]
targets = [{ id = "a", provider = "one" }]

# The first.
[[case]]
name = "one"   # stays
expect = { target = "b", rule = 'old' }

# The second.
[[case]]
name = "two"

# The third.
[[case]]
name = "three"
"#;

    fn reports(text: &str) -> Vec<CaseReport> {
        let actual: Actual =
            [("target", json!("a")), ("rule", json!("new"))].map(|(name, value)| (name.to_owned(), value)).into();
        let fixtures = Fixture::parse(text, Path::new("x.toml")).unwrap();
        let report = |fixture: Fixture| CaseReport {
            kind: report::Kind::Fixture,
            mismatches: fixture.expect.check(&actual),
            expects_nothing: fixture.expect.is_empty(),
            name: fixture.name,
            file: Arc::clone(&fixture.file).to_path_buf(),
            line: fixture.line,
            story: Vec::new(),
            actual: actual.clone(),
            case: fixture.case,
        };
        fixtures.into_iter().map(report).collect()
    }

    #[test]
    fn what_came_takes_the_place_of_what_was_expected_and_comments_stay() {
        let before = reports(TEXT);
        let (text, count) = updated(TEXT.to_owned(), &before.iter().collect::<Vec<_>>());
        assert_eq!(count, 4);
        assert!(text.contains("name = \"one\"   # stays\nexpect = { target = \"a\", rule = \"new\" }\n"), "{text}");
        assert!(
            text.contains("name = \"two\"\n\n[case.expect]\ntarget = \"a\"\nrule = \"new\"\n\n# The third."),
            "{text}"
        );
        assert!(reports(&text).iter().all(CaseReport::passed), "{text}");
    }
}
