//! CSV as RFC 4180 has it, and with bare line feeds: cells in quotes may hold commas, line breaks and doubled quotes.

/// The lines with their numbers, counted from 1; empty ones are left out.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<String>)> + '_ {
    let (mut rest, mut line) = (text, 0);
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (cells, after) = record(rest);
            line += 1;
            let number = line;
            line += rest[..rest.len() - after.len()].trim_end_matches(['\r', '\n']).matches('\n').count();
            rest = after;
            if cells.iter().any(|cell| !cell.is_empty()) {
                return Some((number, cells));
            }
        }
        None
    })
}

/// The cells of the first line, and what comes after it.
fn record(text: &str) -> (Vec<String>, &str) {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if quoted && chars.peek().is_some_and(|(_, next)| *next == '"') => {
                cell.push('"');
                chars.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                cells.push(cell);
                return (cells, &text[at + 1..]);
            }
            '\r' if !quoted && chars.peek().is_none_or(|(_, next)| *next == '\n') => {}
            c => cell.push(c),
        }
    }
    cells.push(cell);
    (cells, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_may_hold_what_separates_them() {
        let all: Vec<_> = lines("a,b\r\n\"x, \"\"y\"\"\nz\",2\n\n,3").collect();
        let cells = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        assert_eq!(all, [(1, cells(["a", "b"])), (2, cells(["x, \"y\"\nz", "2"])), (5, cells(["", "3"]))]);
    }
}
