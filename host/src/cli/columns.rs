//! Tables in the terminal: columns without lines, numbers on the right.

use comfy_table::{CellAlignment, Table};

/// A table with this header.
pub(super) fn plain(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header(header);
    table
}

/// Puts these columns on the right.
pub(super) fn right(table: &mut Table, columns: std::ops::Range<usize>) {
    for column in columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}
