//! What must follow from a kind of failure: by the table in the docs, and by the sentences that a caller is told. Nothing in
//! here asks the code that is tested.

use std::path::Path;
use std::sync::LazyLock;

use serde_json::json;

use super::table::Came;

/// A row of the table in `docs/failures.md`.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// `caller`, `operator` or `provider`.
    pub(super) fault: String,
    /// Whether another target may be tried.
    pub(super) other_target: bool,
    /// `no`, `maybe` or `yes`.
    pub(super) processed: String,
    /// The status that the caller gets.
    pub(super) status: u16,
    /// The code that it gets.
    pub(super) code: String,
}

static TABLE: LazyLock<String> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/failures.md");
    std::fs::read_to_string(path).expect("the docs are there")
});

/// The row of a kind.
pub(super) fn row(kind: &str) -> Row {
    let line = TABLE.lines().find(|line| line.starts_with(&format!("| `{kind}` |"))).expect("every kind has a row");
    let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
    let (status, code) = cells[6].split_once(' ').expect("a status and a code");
    Row {
        fault: cells[2].to_owned(),
        other_target: cells[4] == "yes",
        processed: cells[5].to_owned(),
        status: status.parse().expect("a status"),
        code: code.trim_matches('`').to_owned(),
    }
}

/// The body of the error that a caller gets for a kind, where it is not the provider's own.
pub(super) fn error_body(kind: &str) -> String {
    let row = row(kind);
    let (error_type, message) = match (row.fault.as_str(), row.status) {
        ("operator", _) => (
            "api_error",
            "The gateway's own account or configuration at the provider does not allow this request. Its operator has to \
             mend that; another try will not help.",
        ),
        ("caller", _) => ("invalid_request_error", "The provider refused the request as it stands."),
        (_, 429) => ("rate_limit_error", "Every provider that may serve this is rate limited."),
        (_, 503) => ("overloaded_error", "Every provider that may serve this is overloaded."),
        (_, 504) if kind == "connect-timeout" => ("timeout_error", "No connection to the provider came about in time."),
        (_, 502) if ["dns", "connect-refused", "connect-failed", "tls"].contains(&kind) => {
            ("api_error", "No connection to the provider came about.")
        }
        (_, 504) => ("timeout_error", "The provider took too long to answer."),
        _ => ("api_error", "The provider failed before the answer was whole."),
    };
    json!({"error": {"message": message, "type": error_type, "param": null, "code": row.code}}).to_string()
}

/// How sure the cost of an attempt is that ended so. What came was produced, whatever the error says.
pub(super) fn cost_state(kind: &str, came: Came) -> &'static str {
    match (came, row(kind).processed.as_str()) {
        (Came::Usage, _) => "confirmed",
        (Came::Nothing, "no") => "nothing",
        (Came::Nothing, "maybe") => "exposure",
        (Came::Nothing | Came::Part, _) => "estimated",
    }
}
