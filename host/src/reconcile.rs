//! A provider's statement against the ledger, by model and day. Here is what a statement says and what follows from a
//! difference; who reads the ledger is `store/`, who types the command is `cli/reconcile.rs`.

mod csv;

use std::collections::BTreeMap;

use crate::store::Billed;

/// Which column of a statement holds what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The day, or an instant of it that begins with it: `2026-10-31`.
    pub date: String,
    /// The provider's name of the model.
    pub model: String,
    /// Input tokens; a statement may have none.
    pub input: String,
    /// Output tokens; a statement may have none.
    pub output: String,
    /// What it cost, in US dollars.
    pub cost: String,
}

impl Default for Columns {
    fn default() -> Self {
        let name = |text: &str| text.to_owned();
        Self {
            date: name("date"),
            model: name("model"),
            input: name("input_tokens"),
            output: name("output_tokens"),
            cost: name("cost"),
        }
    }
}

/// What a statement says of one model on one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stated {
    /// Input tokens.
    pub input_tokens: u64,
    /// Output tokens.
    pub output_tokens: u64,
    /// Billionths of a US dollar; a credit is negative.
    pub cost: i128,
}

/// By model and day.
pub type Statement = BTreeMap<(String, String), Stated>;

/// A statement cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// A column is not there.
    #[error("the statement has no column `{missing}`; it has: {known}. Map them with --columns")]
    Column {
        /// The column.
        missing: String,
        /// Those that there are.
        known: String,
    },
    /// A cell holds something else.
    #[error("line {line}: `{cell}` is no {what}")]
    Cell {
        /// The line, counted from 1.
        line: usize,
        /// What stands there.
        cell: String,
        /// What should.
        what: &'static str,
    },
}

/// Reads a statement as CSV with a line of names. Lines of one model and day are added up.
///
/// # Errors
/// When a column is missing or a cell cannot be read.
pub fn read(text: &str, columns: &Columns) -> Result<Statement, StatementError> {
    let mut lines = csv::lines(text.trim_start_matches('\u{feff}'));
    let (_, names) = lines.next().unwrap_or_default();
    let find = |name: &str| names.iter().position(|known| known.trim() == name);
    let needed = |name: &str| {
        find(name).ok_or_else(|| StatementError::Column { missing: name.to_owned(), known: names.join(", ") })
    };
    let (date, model, cost) = (needed(&columns.date)?, needed(&columns.model)?, needed(&columns.cost)?);
    let (input, output) = (find(&columns.input), find(&columns.output));
    let mut statement = Statement::new();
    for (line, cells) in lines {
        let cell = |at: usize| cells.get(at).map_or("", |cell| cell.trim());
        let bad = |at: usize, what| StatementError::Cell { line, cell: cell(at).to_owned(), what };
        let day = day(cell(date)).ok_or_else(|| bad(date, "day such as 2026-10-31"))?;
        let tokens = |at: Option<usize>| match at {
            Some(at) if !cell(at).is_empty() => cell(at).parse().map_err(|_| bad(at, "number of tokens")),
            _ => Ok(0_u64),
        };
        let (input, output) = (tokens(input)?, tokens(output)?);
        let cost = dollars(cell(cost)).ok_or_else(|| bad(cost, "amount of US dollars"))?;
        let sum = statement.entry((cell(model).to_owned(), day)).or_default();
        sum.input_tokens = sum.input_tokens.saturating_add(input);
        sum.output_tokens = sum.output_tokens.saturating_add(output);
        sum.cost += cost;
    }
    Ok(statement)
}

fn day(text: &str) -> Option<String> {
    let day: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    Some(day.to_string())
}

/// Billionths of a dollar, rounded half up where there are more than nine decimals.
fn dollars(text: &str) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let digits = digits.trim_start_matches('$');
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || !plain(whole) || !plain(fraction) {
        return None;
    }
    let nanos: i128 = format!("{whole}{:0<9}", &fraction[..fraction.len().min(9)]).parse().ok()?;
    let round = fraction.as_bytes().get(9).is_some_and(|digit| *digit >= b'5');
    Some(sign * (nanos + i128::from(round)))
}

/// What a statement says of exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// There was none.
    None,
    /// It was billed, all of it or more.
    Confirmed,
    /// A part of it was billed.
    Partly,
    /// It was not billed.
    Denied,
}

impl Exposure {
    /// In a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Confirmed => "confirmed",
            Self::Partly => "partly confirmed",
            Self::Denied => "denied",
        }
    }
}

/// One model on one day, on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The model.
    pub model: String,
    /// The day.
    pub day: String,
    /// What the statement says.
    pub stated: Stated,
    /// What the ledger says.
    pub billed: Billed,
}

impl Compared {
    /// By how much the statement exceeds the ledger, in billionths of a US dollar.
    #[must_use]
    pub const fn difference(&self) -> i128 {
        self.stated.cost - self.billed.cost
    }

    /// What the difference says of the exposure of that day.
    #[must_use]
    pub const fn exposure(&self) -> Exposure {
        match (self.billed.exposure, self.difference()) {
            (0, _) => Exposure::None,
            (exposure, difference) if difference >= exposure => Exposure::Confirmed,
            (_, difference) if difference > 0 => Exposure::Partly,
            _ => Exposure::Denied,
        }
    }
}

/// Both sides, by model and day; what only one of them has, too.
#[must_use]
pub fn compare(statement: &Statement, ledger: &BTreeMap<(String, String), Billed>) -> Vec<Compared> {
    let mut keys: Vec<_> = statement.keys().chain(ledger.keys()).collect();
    keys.sort();
    keys.dedup();
    let both = |key: &(String, String)| Compared {
        model: key.0.clone(),
        day: key.1.clone(),
        stated: statement.get(key).copied().unwrap_or_default(),
        billed: ledger.get(key).copied().unwrap_or_default(),
    };
    keys.into_iter().map(both).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_model_and_day_are_added_up() {
        let text = "date,model,input_tokens,output_tokens,cost\r\n2026-10-01,m,10,1,0.5\r\n2026-10-01T05:00:00Z,m,5,,\"$1.25\"\r\n";
        let statement = read(text, &Columns::default()).unwrap();
        let stated = statement[&("m".to_owned(), "2026-10-01".to_owned())];
        assert_eq!(stated, Stated { input_tokens: 15, output_tokens: 1, cost: 1_750_000_000 });
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        let error = read("date,model,cost\n2026-10-01,m,1\n2026-13-01,m,1\n", &Columns::default()).unwrap_err();
        assert!(matches!(error, StatementError::Cell { line: 3, .. }), "{error}");
        assert!(matches!(read("day,cost\n", &Columns::default()), Err(StatementError::Column { .. })));
    }

    #[test]
    fn amounts_are_whole_billionths() {
        for (text, nanos) in
            [("1", 1_000_000_000), ("-0.5", -500_000_000), ("0.0000000015", 2), ("$2.10", 2_100_000_000)]
        {
            assert_eq!(dollars(text), Some(nanos), "{text}");
        }
        for text in ["", "x", "1,5", "1e3", "--1"] {
            assert_eq!(dollars(text), None, "{text}");
        }
    }

    #[test]
    fn a_difference_confirms_or_denies_exposure() {
        let compared = |stated, cost, exposure| {
            let billed = Billed { cost, exposure, ..Billed::default() };
            Compared {
                model: String::new(),
                day: String::new(),
                stated: Stated { cost: stated, ..Stated::default() },
                billed,
            }
            .exposure()
        };
        assert_eq!(compared(15, 10, 5), Exposure::Confirmed);
        assert_eq!(compared(12, 10, 5), Exposure::Partly);
        assert_eq!(compared(10, 10, 5), Exposure::Denied);
        assert_eq!(compared(12, 10, 0), Exposure::None);
    }
}
