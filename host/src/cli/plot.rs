//! Plots as SVG inside a page: bars, bars over time, and a spread. Colours are the page's own, so that they follow its light
//! or dark side. Every text is escaped.

use std::fmt::Write as _;

/// The width of all plots, in user units; the page scales them.
pub(super) const WIDTH: u64 = 720;

/// Text of strangers inside HTML or SVG, in element content or in quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A part of a bar: its class on the page, and how much.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) class: &'static str,
    pub(super) amount: u64,
}

/// A labelled bar of several parts, with a note at its end.
#[derive(Debug, Clone)]
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) parts: Vec<Part>,
    pub(super) note: String,
}

fn scaled(amount: u64, most: u64, width: u64) -> u64 {
    u64::try_from(u128::from(amount) * u128::from(width) / u128::from(most.max(1))).unwrap_or(width)
}

/// Horizontal bars on one scale, one below the other.
pub(super) fn bars(title: &str, bars: &[Bar]) -> String {
    /// Where bars begin, and how wide the longest is.
    const LEFT: u64 = 210;
    const LONGEST: u64 = 340;
    const STEP: u64 = 26;
    let total = |bar: &Bar| bar.parts.iter().map(|part| part.amount).fold(0, u64::saturating_add);
    let most = bars.iter().map(total).max().unwrap_or(0);
    let height = STEP * bars.len() as u64 + 8;
    let mut svg = framed(title, height);
    for (number, bar) in bars.iter().enumerate() {
        let y = number as u64 * STEP + 4;
        // Writing to a string cannot fail.
        let label = escaped(&short(&bar.label, 30));
        let _ = write!(svg, r#"<text class="label" x="{}" y="{}">{label}</text>"#, LEFT - 8, y + 14);
        let mut x = LEFT;
        for part in bar.parts.iter().filter(|part| part.amount > 0) {
            // What is there is seen, however little it is.
            let width = scaled(part.amount, most, LONGEST).max(2);
            let _ = write!(svg, r#"<rect class="{}" x="{x}" y="{y}" width="{width}" height="18"/>"#, part.class);
            x += width;
        }
        let _ = write!(svg, r#"<text class="note" x="{}" y="{}">{}</text>"#, x + 8, y + 14, escaped(&bar.note));
    }
    svg.push_str(FRAME_END);
    svg
}

/// A column of a plot over time or of a spread: amounts drawn over one another or side by side, and what it stands for.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) amounts: [u64; 2],
    pub(super) label: String,
}

/// How the two amounts of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// The second is a part of the first.
    Within,
    /// Each by itself.
    Beside,
}

/// Columns from left to right; `classes` colour the two amounts. Few of the labels are written.
pub(super) fn columns(title: &str, columns: &[Column], classes: [&str; 2], stand: Stand) -> String {
    const LEFT: u64 = 64;
    const TOP: u64 = 12;
    const HIGHEST: u64 = 160;
    /// What a label needs, with a gap to the next.
    const LABEL: u64 = 116;
    let most = columns.iter().flat_map(|column| column.amounts).max().unwrap_or(0);
    let mut svg = framed(title, TOP + HIGHEST + 28);
    let base = TOP + HIGHEST;
    let count = columns.len().max(1) as u64;
    let step = ((WIDTH - LEFT - 8) / count).clamp(2, 60);
    // Half of an odd number would be written beside another height than its own.
    let half = most.is_multiple_of(2).then_some((most / 2, TOP + HIGHEST / 2));
    for (value, y) in [(most, TOP), (0, base)].into_iter().chain(half) {
        // Writing to a string cannot fail.
        let _ = write!(svg, r#"<line class="grid" x1="{LEFT}" y1="{y}" x2="{}" y2="{y}"/>"#, WIDTH - 8);
        let _ = write!(svg, r#"<text class="label" x="{}" y="{}">{value}</text>"#, LEFT - 6, y + 4);
    }
    // However many columns there are, no label reaches into the next.
    let every = LABEL.div_ceil(step);
    for (number, column) in columns.iter().enumerate() {
        let number = number as u64;
        let x = LEFT + number * step;
        for (which, (amount, class)) in column.amounts.iter().zip(classes).enumerate() {
            if *amount == 0 {
                continue;
            }
            let height = scaled(*amount, most, HIGHEST).max(1);
            let full = step.saturating_sub(1).max(1);
            let (x, width) = match stand {
                Stand::Within => (x, full),
                Stand::Beside => (x + which as u64 * (full / 2), (full / 2).max(1)),
            };
            let label = escaped(&column.label);
            let _ = write!(
                svg,
                r#"<rect class="{class}" x="{x}" y="{}" width="{width}" height="{height}"><title>{label}: {amount}</title></rect>"#,
                base - height
            );
        }
        if number.is_multiple_of(every) && x + LABEL <= WIDTH + 8 {
            let label = escaped(&column.label);
            let _ = write!(svg, r#"<text class="tick" x="{x}" y="{}">{label}</text>"#, base + 18);
        }
    }
    svg.push_str(FRAME_END);
    svg
}

/// The beginning of a plot of this height that scrolls by itself where the page is too narrow for it, as on a phone.
pub(super) fn framed(title: &str, height: u64) -> String {
    format!("<div class=\"wide plot\">{}", open(title, height))
}

/// The end of what [`framed`] began.
pub(super) const FRAME_END: &str = "</svg></div>";

/// The beginning of a plot of this height.
fn open(title: &str, height: u64) -> String {
    let title = escaped(title);
    format!(r#"<svg role="img" aria-label="{title}" viewBox="0 0 {WIDTH} {height}"><title>{title}</title>"#)
}

/// At most so many characters.
pub(super) fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the labels of the time axis begin.
    fn labels(count: usize) -> Vec<u64> {
        let column =
            |number: usize| Column { amounts: [number as u64, 0], label: format!("2026-11-{number:02} 12:00") };
        let all: Vec<_> = (0..count).map(column).collect();
        let svg = columns("x", &all, ["same", "changed"], Stand::Within);
        let at = |text: &str| text.split('"').next().and_then(|x| x.parse().ok());
        svg.split("<text class=\"tick\" x=\"").skip(1).filter_map(at).collect()
    }

    #[test]
    fn labels_of_the_time_axis_never_overlap_and_stay_within_the_plot() {
        for count in 1..=400 {
            let labels = labels(count);
            assert!(!labels.is_empty(), "{count}");
            assert!(labels.windows(2).all(|two| two[1] - two[0] >= 116), "{count}: {labels:?}");
            assert!(labels.iter().all(|x| x + 108 <= WIDTH), "{count}: {labels:?}");
        }
    }
}
