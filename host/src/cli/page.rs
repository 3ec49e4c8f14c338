//! The frame of reports that are one page: no script, nothing from elsewhere. Whatever callers and policies wrote is made
//! visible and escaped.

use std::fmt::Write as _;

use super::explain::visible;
use super::plot::escaped;

/// The beginning of a page with this title.
pub(super) fn begun(title: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main><h1>{title}</h1>"
    )
}

/// The page with its end.
pub(super) fn ended(mut page: String) -> String {
    page.push_str("</main></body></html>\n");
    page
}

/// Text of strangers on the page.
pub(super) fn safe(text: &str) -> String {
    escaped(&visible(text))
}

/// A paragraph.
pub(super) fn paragraph(page: &mut String, html: &str) {
    // Writing to a string cannot fail, here and below.
    let _ = write!(page, "<p>{html}</p>");
}

/// A heading.
pub(super) fn heading(page: &mut String, text: &str) {
    let _ = write!(page, "<h2>{}</h2>", escaped(text));
}

/// A table with a fixed number of columns; its cells are HTML.
pub(super) fn table<const N: usize>(page: &mut String, header: [&str; N], rows: impl Iterator<Item = [String; N]>) {
    wide_table(page, &header, &rows.map(Vec::from).collect::<Vec<_>>());
}

/// A table with as many columns as its header has; its cells are HTML.
pub(super) fn wide_table(page: &mut String, header: &[&str], rows: &[Vec<String>]) {
    // Columns of numbers stand on the right, their heads too.
    let is_number =
        |cell: &String| !cell.contains(", ") && cell.starts_with(|c: char| c.is_ascii_digit() || "&$-+–".contains(c));
    let class = |column: usize| {
        let all = column > 0 && rows.iter().filter_map(|row| row.get(column)).all(is_number);
        if all { " class=\"number\"" } else { "" }
    };
    page.push_str("<div class=\"wide\"><table><thead><tr>");
    for (column, cell) in header.iter().enumerate() {
        let _ = write!(page, "<th{}>{}</th>", class(column), escaped(cell));
    }
    page.push_str("</tr></thead><tbody>");
    for row in rows {
        page.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            let _ = write!(page, "<td{}>{cell}</td>", class(column));
        }
        page.push_str("</tr>");
    }
    page.push_str("</tbody></table></div>");
}

/// Figures that stand out, with their names.
pub(super) fn tiles(page: &mut String, tiles: &[(&str, String)]) {
    page.push_str("<div class=\"tiles\">");
    for (name, value) in tiles {
        let _ = write!(page, "<div><strong>{}</strong><span>{}</span></div>", escaped(value), escaped(name));
    }
    page.push_str("</div>");
}

/// What the colours of a plot stand for.
pub(super) fn legend(page: &mut String, entries: &[(&str, &str)]) {
    page.push_str("<p class=\"legend\">");
    for (class, name) in entries {
        let _ = write!(page, "<span><i class=\"{class}\"></i>{}</span>", escaped(name));
    }
    page.push_str("</p>");
}

/// The page's look, on paper and on screens, light and dark.
const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1c2330;--dim:#5b6676;--paper:#fff;--line:#d9dee6;--tile:#f4f6f9;--same:#9db2cc;\
--soft:#cfd6df;--changed:#e08a1e;--good:#2f9e6b;--bad:#c93a3a;\
--s0:#3b6fb6;--s1:#e08a1e;--s2:#2f9e6b;--s3:#b0508f;--s4:#7a6ad0;--s5:#7d8794}\
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--dim:#9aa5b5;--paper:#14181f;--line:#2c3440;--tile:#1c222b;\
--same:#56708f;--soft:#3c4654;--changed:#f0a040;--good:#48b985;--bad:#e5645f;\
--s0:#6f9fe0;--s1:#f0a040;--s2:#48b985;--s3:#d783b8;--s4:#a397ee;--s5:#9aa5b5}}\
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}\
main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 4rem}\
h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2.2rem 0 .6rem;border-top:1px solid var(--line);padding-top:1rem}\
p{margin:.3rem 0;overflow-wrap:anywhere}code{font:13px ui-monospace,monospace}\
.tiles{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0}\
.tiles div{background:var(--tile);border-radius:.5rem;padding:.6rem 1rem;min-width:8rem}\
.tiles strong{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}.tiles span{color:var(--dim);font-size:.85rem}\
.wide{overflow-x:auto}.wide td:first-child{min-width:7.5rem}.wide td:nth-child(2){min-width:5.5rem}.wide td:last-child{min-width:6rem}.plot svg{min-width:34rem}table{border-collapse:collapse;width:100%;font-size:.88rem;margin:.4rem 0}\
th,td{text-align:left;padding:.28rem .6rem;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word}\
th{color:var(--dim);font-weight:600;overflow-wrap:normal}.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
svg{width:100%;height:auto;display:block;margin:.4rem 0}svg text{font-size:12px;fill:var(--ink)}\
svg .label{text-anchor:end;fill:var(--dim)}svg .note{fill:var(--dim)}svg .tick{fill:var(--dim);font-size:11px}\
svg .last{text-anchor:end}svg .grid{stroke:var(--line)}svg .shade{fill:var(--bad);opacity:.13}\
svg .level{stroke:var(--bad);stroke-dasharray:5 4}svg .whisker{stroke:var(--ink);stroke-width:1.5;fill:none}\
polyline{fill:none;stroke-width:2;stroke-linejoin:round}h3{font-size:.95rem;margin:1.2rem 0 .2rem}\
.s0{fill:var(--s0);background:var(--s0)}.s1{fill:var(--s1);background:var(--s1)}.s2{fill:var(--s2);background:var(--s2)}\
.s3{fill:var(--s3);background:var(--s3)}.s4{fill:var(--s4);background:var(--s4)}.s5{fill:var(--s5);background:var(--s5)}\
polyline.s0{stroke:var(--s0);fill:none}polyline.s1{stroke:var(--s1);fill:none}polyline.s2{stroke:var(--s2);fill:none}\
polyline.s3{stroke:var(--s3);fill:none}polyline.s4{stroke:var(--s4);fill:none}polyline.s5{stroke:var(--s5);fill:none}\
.same{fill:var(--same);background:var(--same)}.soft{fill:var(--soft);background:var(--soft)}\
.changed{fill:var(--changed);background:var(--changed)}.good{fill:var(--good);background:var(--good)}\
.bad{fill:var(--bad);background:var(--bad)}\
.legend span{margin-right:1.2rem;color:var(--dim);font-size:.85rem}\
i{display:inline-block;width:.8rem;height:.8rem;border-radius:.2rem;margin-right:.4rem;vertical-align:-.05rem}\
details{border:1px solid var(--line);border-radius:.5rem;padding:.4rem .8rem;margin:.4rem 0}summary{cursor:pointer}";
