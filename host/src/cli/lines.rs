//! Plots of several series as SVG inside a page: lines over time or over another scale, and means with their intervals.
//! Everything is given in shares of the plot's width and height; the colours are the page's own. Every text is escaped.

use std::fmt::Write as _;

use super::plot::{FRAME_END, WIDTH, escaped, framed, short};

/// Classes of the page that colour series, in their order; from there on they begin anew.
pub(super) const SERIES: [&str; 6] = ["s0", "s1", "s2", "s3", "s4", "s5"];

/// The colour of the series with this number.
pub(super) fn colour(number: usize) -> &'static str {
    SERIES[number % SERIES.len()]
}

const LEFT: f64 = 64.0;
const TOP: f64 = 12.0;
const HEIGHT: f64 = 190.0;

/// A plot of lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    /// Each with its class and its points, from left to right and from bottom to top, as shares.
    pub(super) series: Vec<(&'static str, Vec<(f64, f64)>)>,
    /// Stretches that are shaded, with what they are.
    pub(super) shades: Vec<(f64, f64, String)>,
    /// What stands below.
    pub(super) x_ticks: Vec<(f64, String)>,
    /// What stands beside.
    pub(super) y_ticks: Vec<(f64, String)>,
    /// A height that is marked.
    pub(super) level: Option<f64>,
}

impl Lines {
    /// The plot.
    pub(super) fn svg(&self, title: &str) -> String {
        let wide = f64::from(u16::try_from(WIDTH).unwrap_or(u16::MAX)) - LEFT - 12.0;
        let x = |share: f64| LEFT + share.clamp(0.0, 1.0) * wide;
        let y = |share: f64| TOP + (1.0 - share.clamp(0.0, 1.0)) * HEIGHT;
        let mut svg = framed(title, 228);
        // Writing to a string cannot fail, here and below.
        for (from, until, what) in &self.shades {
            let (from, width) = (x(*from), (x(*until) - x(*from)).max(1.0));
            let what = escaped(what);
            let _ = write!(
                svg,
                r#"<rect class="shade" x="{from:.1}" y="{TOP}" width="{width:.1}" height="{HEIGHT}"><title>{what}</title></rect>"#
            );
        }
        for (share, label) in &self.y_ticks {
            let (y, right) = (y(*share), x(1.0));
            let _ = write!(svg, r#"<line class="grid" x1="{LEFT}" y1="{y:.1}" x2="{right:.1}" y2="{y:.1}"/>"#);
            let (label, y) = (escaped(label), y + 4.0);
            let _ = write!(svg, r#"<text class="label" x="{}" y="{y:.1}">{label}</text>"#, LEFT - 6.0);
        }
        for (share, label) in &self.x_ticks {
            let anchor = if *share > 0.9 { " last" } else { "" };
            let (x, label) = (x(*share), escaped(label));
            let _ =
                write!(svg, r#"<text class="tick{anchor}" x="{x:.1}" y="{:.1}">{label}</text>"#, TOP + HEIGHT + 18.0);
        }
        if let Some(level) = self.level {
            let (y, right) = (y(level), x(1.0));
            let _ = write!(svg, r#"<line class="level" x1="{LEFT}" y1="{y:.1}" x2="{right:.1}" y2="{y:.1}"/>"#);
        }
        for (class, points) in &self.series {
            let points: Vec<String> =
                points.iter().map(|(across, up)| format!("{:.1},{:.1}", x(*across), y(*up))).collect();
            let _ = write!(svg, r#"<polyline class="{class}" points="{}"/>"#, points.join(" "));
        }
        svg.push_str(FRAME_END);
        svg
    }
}

/// A mean with its interval, as a row of a plot.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) class: &'static str,
    pub(super) label: String,
    pub(super) mean: f64,
    pub(super) interval: Option<(f64, f64)>,
    pub(super) note: String,
}

/// Means with their intervals on one scale from nothing or less, one below the other.
pub(super) fn intervals(title: &str, rows: &[Row]) -> String {
    const START: f64 = 190.0;
    const LONGEST: f64 = 320.0;
    const STEP: f64 = 26.0;
    let ends = || {
        rows.iter()
            .flat_map(|row| [Some(row.mean), row.interval.map(|(low, _)| low), row.interval.map(|(_, high)| high)])
    };
    // An interval may reach below nothing, where no value can be: it is cut there.
    let most = ends().flatten().fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let x = |value: f64| START + (value / most).clamp(0.0, 1.0) * LONGEST;
    let mut svg = framed(title, 26 * rows.len() as u64 + 8);
    let mut y = 4.0;
    for row in rows {
        let (label, middle) = (escaped(&short(&row.label, 26)), y + 9.0);
        let _ = write!(svg, r#"<text class="label" x="{:.1}" y="{:.1}">{label}</text>"#, START - 8.0, y + 14.0);
        let width = (x(row.mean) - START).max(1.0);
        let _ = write!(svg, r#"<rect class="{}" x="{START}" y="{y:.1}" width="{width:.1}" height="18"/>"#, row.class);
        if let Some((low, high)) = row.interval {
            let (low, high) = (x(low), x(high));
            let _ = write!(
                svg,
                r#"<path class="whisker" d="M{low:.1} {middle:.1}H{high:.1}M{low:.1} {:.1}v8M{high:.1} {:.1}v8"/>"#,
                middle - 4.0,
                middle - 4.0
            );
        }
        let right = START + LONGEST + 10.0;
        let _ = write!(svg, r#"<text class="note" x="{right:.1}" y="{:.1}">{}</text>"#, y + 14.0, escaped(&row.note));
        y += STEP;
    }
    svg.push_str(FRAME_END);
    svg
}
