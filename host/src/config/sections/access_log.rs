//! `[access_log]`: a line for each request.

use crate::config::reader::Table;
use crate::config::{AccessLogRules, LineFormat, shapes};

pub(super) fn rules(root: &Table<'_>) -> AccessLogRules {
    let Some(table) = root.optional("access_log", |value| value.table(&shapes::ACCESS_LOG)) else {
        return AccessLogRules::default();
    };
    let words = [("off", None), ("text", Some(LineFormat::Text)), ("json", Some(LineFormat::Json))];
    let format = table.or("format", None, |value| value.choice(&words));
    let file = table.optional("file", |value| value.path("\"/var/log/fingerpost/access.log\""));
    if let (Some(_), None, Some(value)) = (&file, format, table.get("file")) {
        value.place.warning("the access log is off, so nothing is written here", "add `format = \"json\"`");
    }
    AccessLogRules { format, file }
}
