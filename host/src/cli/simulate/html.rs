//! A simulation's report as one page.

use crate::cli::page::{begun, ended};
use crate::simulate::Report;

/// The page.
pub(super) fn page(report: &Report) -> String {
    let page = begun(&report.name);
    ended(page)
}
