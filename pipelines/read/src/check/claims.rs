//! What titles, notes and labels say of a table, against its rows: that figures count from January
//! on, are plans or means of a day, are of another place or year, of a district, or made up.

use super::part_claims::other_time;
use super::year_to_date::{Course, course};
use crate::error::ReadError;
use crate::layout::head_words::{is_of_district, year_of_head};
use crate::layout::plan_lists::Plan;
use crate::layout::plan_words::{plan_alone, plan_of, plan_of_sheet, says_reached, says_realised};
use crate::layout::plans_between::may_hold;
use crate::layout::title_words::{
    is_daily_mean, is_of_place, is_sample, is_whole_name, is_year_to_date, names_district,
    names_sums, years,
};
use crate::layout::{Said, is_note, is_plain};
use crate::readers::{Refusal, RefusalCode};
use arrow::array::{AsArray, RecordBatch};
use chrono::Datelike;
use koridor_contract::check::{REGISTER, slice_of};
use koridor_contract::date::from_days;
use koridor_contract::message::Message;
use koridor_contract::{CodeLists, Contract, Field, Source, Supersedes, scrub};
use std::collections::BTreeSet;

/// Most letters of a text that is quoted.
const QUOTED: usize = 80;

/// What is said around a table, and what its rows are read as.
pub(super) struct Claims<'table> {
    pub(super) said: &'table Said,
    /// The name of its sheet; empty for a text.
    pub(super) sheet: &'table str,
    pub(super) contract: &'table Contract,
    pub(super) source: &'table Source,
    pub(super) codes: &'table CodeLists,
}

/// What comes of a text that the rows deny.
enum Verdict {
    Refuse(RefusalCode, Message),
    Warn(Message),
}

/// What says that figures are plans, in both languages, its text, and the plan.
type SaidPlan<'text> = ((&'static str, &'static str), &'text str, &'static Plan);

/// What a note is called where it says that figures are plans.
pub(super) const OF_NOTES: (&str, &str) = ("catatan", "the note");

/// What is said of a table of plans: what says it, its text, and the plan.
pub(super) fn of_plans(
    (id, en): (&str, &str),
    text: &str,
    plan: &Plan,
    contract: &Contract,
) -> Message {
    let (text, name, Plan { word, en: plans, .. }) = (quoted(text), &contract.name, plan);
    Message {
        id: format!("{id} \"{text}\" menyebut {word}, padahal {name} berisi realisasi"),
        en: format!("{en} \"{text}\" is of {plans}, and {name} holds what was counted"),
    }
}

impl Claims<'_> {
    /// The warnings of a table, or its refusal; `rows` are the first that are accepted.
    pub(super) fn compare(
        &self,
        rows: &RecordBatch,
    ) -> Result<Result<Vec<Message>, Refusal>, ReadError> {
        let mut warnings = Vec::new();
        if rows.num_rows() == 0 {
            return Ok(Ok(warnings));
        }
        let verdicts = [
            self.year_to_date(rows)?,
            self.plan(),
            self.time(rows),
            self.daily_mean(),
            self.place(rows),
            self.head(rows),
            self.year(rows),
            self.district(),
            self.sample(),
        ];
        for verdict in verdicts.into_iter().flatten() {
            match verdict {
                Verdict::Refuse(code, Message { id, en }) => {
                    return Ok(Err(Refusal::new(code, id, en)));
                }
                Verdict::Warn(message) => warnings.push(message),
            }
        }
        Ok(Ok(warnings))
    }

    /// Figures that count from January on and are read as those of a month.
    fn year_to_date(&self, rows: &RecordBatch) -> Result<Option<Verdict>, ReadError> {
        if !self.has_months() {
            return Ok(None);
        }
        let Some((text, fields)) = self.said_from_january() else { return Ok(None) };
        let mut courses = Vec::new();
        for field in fields {
            courses.push(course(rows, self.contract, field)?);
        }
        let text = quoted(text);
        if courses.contains(&Course::Falls) {
            return Ok(Some(Verdict::Warn(Message {
                id: format!(
                    "\"{text}\" menyebut angka kumulatif, tetapi angkanya ada yang turun dari \
                     bulan ke bulan; dimuat sebagai angka sebulan, periksa judulnya"
                ),
                en: format!(
                    "\"{text}\" says that figures count from January on, and some fall from month \
                     to month; they are loaded as those of a month, look at the title"
                ),
            })));
        }
        let id = "sebutkan kolomnya dalam `cumulative` uraian sumber, atau kirim angka bulan itu \
                  saja";
        let en = "name the columns in `cumulative` of the description, or file the month alone";
        if courses.contains(&Course::NeverFalls) {
            let message = Message {
                id: format!(
                    "\"{text}\" menyebut angka kumulatif dan angkanya tidak pernah turun, padahal \
                     dibaca sebagai angka sebulan; {id}"
                ),
                en: format!(
                    "\"{text}\" says that figures count from January on, and none ever falls, \
                     though they are read as those of a month; {en}"
                ),
            };
            return Ok(Some(Verdict::Refuse(RefusalCode::UndescribedCumulative, message)));
        }
        // Of a month that stands alone nothing else tells it.
        Ok(courses.contains(&Course::Alone).then(|| {
            let message = Message {
                id: format!(
                    "\"{text}\" menyebut angka kumulatif, padahal dibaca sebagai angka sebulan; \
                     {id}"
                ),
                en: format!(
                    "\"{text}\" says that figures count from January on, though they are read as \
                     those of a month; {en}"
                ),
            };
            Verdict::Refuse(RefusalCode::UndescribedCumulative, message)
        }))
    }

    /// Another time than that of the rows: a part of the year that they are read as, or more than
    /// the one period that all are of.
    fn time(&self, rows: &RecordBatch) -> Option<Verdict> {
        let message = other_time((self.said, self.sheet), self.contract, rows, quoted)?;
        Some(Verdict::Refuse(RefusalCode::ContradictsTitle, message))
    }

    /// The text that says that figures count from January on, and their fields: a label those below
    /// it, a title or a note all. A title may mean columns beside those that are read.
    fn said_from_january(&self) -> Option<(&str, Vec<usize>)> {
        let Said { titles, above, notes, figures, others, .. } = self.said;
        let is_described = |field: usize| {
            let field = self.contract.fields.get(field);
            field.is_some_and(|field| {
                let mut columns = self.source.columns.iter();
                columns.any(|column| column.field == field.name && column.cumulative)
            })
        };
        let labels = figures.iter().filter(|(field, _)| !is_described(*field));
        if let Some((_, text)) = labels.clone().find(|(_, label)| is_year_to_date(label)) {
            let own = labels.filter(|(_, label)| is_year_to_date(label)).map(|(field, _)| *field);
            let own: BTreeSet<usize> = own.collect();
            return Some((text.as_str(), own.into_iter().collect()));
        }
        let is_elsewhere = self.source.columns.iter().any(|column| column.cumulative)
            || others.iter().any(|label| is_year_to_date(label));
        // A note on one column is not on all.
        let of_all = |note: &&String| {
            let note = note.to_lowercase();
            !note.contains("kolom") && !note.contains("column")
        };
        let mut around = titles.iter().chain(above).chain(notes.iter().filter(of_all));
        let text = around.find(|text| is_year_to_date(text)).filter(|_| !is_elsewhere)?;
        let fields: BTreeSet<usize> = labels.map(|(field, _)| *field).collect();
        Some((text.as_str(), fields.into_iter().collect()))
    }

    /// Whether the table says that its figures are plans.
    pub(super) fn are_plans(&self) -> bool {
        self.plan().is_some()
    }

    /// Plans, by a title, by the head of the columns or by the name of the sheet, in a dataset of
    /// what was counted.
    fn plan(&self) -> Option<Verdict> {
        let found = self.plan_of_bands().or_else(|| {
            let said = self.plan_of_titles().or_else(|| self.plan_of_notes());
            let (origin, text, plan) = said?;
            let mut labels = self.said.counted.iter();
            (!labels.any(|label| plan.is_named_in(label))).then_some((origin, text, plan))
        });
        let (origin, text, plan) =
            found.filter(|(_, _, plan)| !may_hold(plan, self.contract, Some(self.source)))?;
        let message = of_plans(origin, text, plan, self.contract);
        Some(Verdict::Refuse(RefusalCode::ContradictsTitle, message))
    }

    /// The plan that a title or the name of the sheet says figures are. What stands above several
    /// tables says nothing of one that has a title of its own.
    fn plan_of_titles(&self) -> Option<SaidPlan<'_>> {
        let Said { titles, above, .. } = self.said;
        let all = || titles.iter().chain(above);
        // Above figures in money a budget with its year is what they are.
        let of_money =
            |text: &str| plan_alone(text).filter(|own| own.is_budget() && self.is_money());
        // A note above a table says so with the word alone, or as `plan_of_notes` finds it.
        let of_note = |text: &str| plan_alone(text.split_once(':')?.1);
        let plan_of = |text: &str| match is_note(text) {
            true => of_note(text).filter(|own| !own.is_budget()),
            false => plan_of(text).or_else(|| of_money(text)),
        };
        let own = titles.iter().find_map(|text| Some((text.as_str(), plan_of(text)?)));
        let own = own.filter(|_| !titles.iter().any(|title| says_realised(title)));
        let by_title = own.or_else(|| {
            let found = above.iter().find_map(|text| Some((text.as_str(), plan_of(text)?)));
            found.filter(|_| !all().any(|title| says_realised(title)))
        });
        if let Some((text, plan)) = by_title {
            return Some((("judul", "the title"), text, plan));
        }
        let plan = plan_of_sheet(self.sheet).filter(|_| !all().any(|title| says_reached(title)))?;
        Some((("nama lembar", "the sheet's name"), self.sheet, plan))
    }

    /// The plan that the head of the columns says all figures that are read are, where their
    /// description does not name it.
    fn plan_of_bands(&self) -> Option<SaidPlan<'_>> {
        let Said { figures, bands, .. } = self.said;
        let text = bands.first().filter(|_| bands.len() == figures.len())?;
        let plan = plan_alone(text)?;
        let is_plan = |band: &String| plan_alone(band).is_some();
        let mut headers = self.source.columns.iter().flat_map(|column| &column.header);
        let is_described = headers.any(|header| plan.is_named_in(header));
        let heads = ("kepala kolom", "the head of the columns");
        (bands.iter().all(is_plan) && !is_described).then_some((heads, text.as_str(), plan))
    }

    /// The plan that a note says all figures are; a title that says otherwise outweighs a note that
    /// is no more than the word.
    fn plan_of_notes(&self) -> Option<SaidPlan<'_>> {
        let Said { titles, above, noted, .. } = self.said;
        let (text, plan) = noted.as_ref()?;
        let mut others = titles.iter().chain(above).filter(|title| *title != text);
        let is_meant = is_plain(text) || !others.any(|title| says_realised(title));
        is_meant.then_some((OF_NOTES, text.as_str(), *plan))
    }

    /// Whether all figures that are read are in rupiah.
    fn is_money(&self) -> bool {
        let unit = |field: usize| self.contract.fields.get(field)?.koridor.unit.as_deref();
        let mut figures = self.said.figures.iter();
        figures.all(|(field, _)| unit(*field).is_some_and(|unit| unit.starts_with("Rp")))
    }

    /// Means of a day in a table of months.
    fn daily_mean(&self) -> Option<Verdict> {
        let Said { titles, above, figures, counted, .. } = self.said;
        let text = titles.iter().chain(above).find(|text| is_daily_mean(text))?;
        let is_sum =
            |field: usize| self.contract.fields.get(field).is_some_and(|field| self.is_sum(field));
        if !self.has_months() || !figures.iter().any(|(field, _)| is_sum(*field)) {
            return None;
        }
        let mut labels = counted.iter();
        let mut all = titles.iter().chain(above);
        if all.any(|title| names_sums(title))
            || labels.any(|label| label.to_lowercase().contains("rata"))
        {
            return None;
        }
        let text = quoted(text);
        let message = Message {
            id: format!(
                "judul \"{text}\" menyebut rata-rata sehari, padahal dibaca sebagai \
                 jumlah sebulan; hitung jumlah sebulannya"
            ),
            en: format!(
                "the title \"{text}\" is of means of a day, which are read as sums of a \
                 month; work out the sums of the months"
            ),
        };
        Some(Verdict::Refuse(RefusalCode::UndescribedUnit, message))
    }

    /// Whether a field holds sums whose unit the description leaves as it is.
    fn is_sum(&self, field: &Field) -> bool {
        let unit = field.koridor.unit.as_deref().unwrap_or_default();
        let described = self.source.columns.iter().find(|column| column.field == field.name);
        let is_converted = described.is_some_and(|column| column.multiply.is_some());
        !unit.contains(['%', '/']) && !is_converted
    }

    /// One other region than that of all rows.
    fn place(&self, rows: &RecordBatch) -> Option<Verdict> {
        let regions = self.codes.get("region").filter(|_| self.has_regions())?;
        let slice = self.contract.koridor.slice.as_ref()?;
        let column = rows.column_by_name(&slice.region)?.as_string_opt::<i32>()?;
        let own: BTreeSet<&str> = column.iter().flatten().collect();
        let own = own.first().copied().filter(|_| own.len() == 1)?;
        let Said { titles, above, .. } = self.said;
        // A name may hold that of another: the longest is meant.
        let names_own = |text: &String| {
            let named = regions.named_in(text);
            let holds_own = || regions.holds_name_of(text, |code| code.code == own);
            named.contains_key(own) || (named.is_empty() && holds_own())
        };
        if titles.iter().chain(above).any(names_own) {
            return None;
        }
        let (text, code) = titles.iter().find_map(|text| {
            let mut named = regions.named_in(text).into_iter();
            let (code, (name, _)) = named.next().filter(|_| named.next().is_none())?;
            let is_other = code != own && code.len() == own.len();
            (is_other && is_whole_name(&name) && is_of_place(text, &name)).then_some((text, code))
        })?;
        let title = |code: &str| regions.attribute(code, "name").unwrap_or(code).to_owned();
        let (text, other, own) = (quoted(text), title(code), title(own));
        let message = Message {
            id: format!("judul \"{text}\" menyebut {other}, padahal semua barisnya {own}"),
            en: format!("the title \"{text}\" names {other}, and all rows are of {own}"),
        };
        Some(Verdict::Refuse(RefusalCode::ContradictsTitle, message))
    }

    /// Another year or a district by a head that stands above all figures.
    fn head(&self, rows: &RecordBatch) -> Option<Verdict> {
        let mut heads = self.said.heads.iter();
        let own = self.years_of(rows);
        let is_other = |head: &&String| {
            let is_of_district = self.has_regions()
                && self.contract.koridor.supersedes == Supersedes::Slice
                && is_of_district(head);
            let year = year_of_head(head);
            is_of_district || year.is_some_and(|year| !own.is_empty() && !own.contains(&year))
        };
        let text = quoted(heads.find(is_other)?);
        let message = Message {
            id: format!(
                "kepala kolom \"{text}\" menyebut tahun atau wilayah lain dari barisnya; \
                 betulkan judulnya, atau kirim angka dari tahun dan wilayah barisnya"
            ),
            en: format!(
                "the head of the columns \"{text}\" names another year or place than the rows; \
                 mend the title, or file figures of the year and place of the rows"
            ),
        };
        Some(Verdict::Refuse(RefusalCode::ContradictsTitle, message))
    }

    /// The years of rows.
    fn years_of(&self, rows: &RecordBatch) -> BTreeSet<i32> {
        let periods = (0..rows.num_rows()).map(|row| slice_of(self.contract, rows, row).period);
        let days = periods.flatten().filter(|day| *day != REGISTER);
        days.filter_map(from_days).map(|day| day.year()).collect()
    }

    /// One other year than those of all rows.
    fn year(&self, rows: &RecordBatch) -> Option<Verdict> {
        let Said { titles, above, .. } = self.said;
        let named: Vec<(i32, bool)> =
            titles.iter().chain(above).flat_map(|own| years(own)).collect();
        let (year, _) = named.iter().copied().find(|(_, is_led)| *is_led)?;
        if named.iter().any(|(other, _)| *other != year) {
            return None;
        }
        let own = self.years_of(rows);
        if own.is_empty() || own.contains(&year) {
            return None;
        }
        let text =
            quoted(titles.iter().chain(above).find(|own| years(own).contains(&(year, true)))?);
        let own: Vec<String> = own.iter().map(i32::to_string).collect();
        let own = own.join(", ");
        Some(Verdict::Warn(Message {
            id: format!("judul \"{text}\" menyebut tahun {year}, padahal barisnya dari {own}"),
            en: format!("the title \"{text}\" names the year {year}, and the rows are of {own}"),
        }))
    }

    /// A district, where rows are of regencies.
    fn district(&self) -> Option<Verdict> {
        if !self.has_regions() || self.contract.koridor.supersedes != Supersedes::Slice {
            return None;
        }
        let text = quoted(self.said.titles.iter().find(|text| names_district(text))?);
        Some(Verdict::Warn(Message {
            id: format!(
                "judul \"{text}\" menyebut kecamatan: bila angkanya hanya sebagian dari \
                 kabupaten/kota, jangan dikirim sebagai angka seluruhnya"
            ),
            en: format!(
                "the title \"{text}\" names a district: where its figures are a part of the \
                 regency, they are not to be filed as its whole"
            ),
        }))
    }

    /// Figures that are made up.
    fn sample(&self) -> Option<Verdict> {
        let Said { titles, above, notes, .. } = self.said;
        let mut texts = titles.iter().chain(above).chain(notes);
        let text = quoted(texts.find(|text| is_sample(text))?);
        Some(Verdict::Warn(Message {
            id: format!("\"{text}\": bila angkanya bukan data sebenarnya, jangan dikirim"),
            en: format!("\"{text}\": figures that are made up are not to be filed"),
        }))
    }

    fn has_regions(&self) -> bool {
        let slice = self.contract.koridor.slice.as_ref();
        let mut fields = self.contract.fields.iter();
        slice.is_some_and(|slice| {
            fields.any(|field| {
                field.name == slice.region && field.koridor.codes.as_deref() == Some("region")
            })
        })
    }

    fn has_months(&self) -> bool {
        let slice = self.contract.koridor.slice.as_ref();
        let period = slice.and_then(|slice| slice.period.as_deref());
        let mut fields = self.contract.fields.iter();
        fields.any(|field| Some(field.name.as_str()) == period && field.koridor.month)
    }
}

/// A text as it is quoted: without what is personal, and not longer than a line.
fn quoted(text: &str) -> String {
    let text = scrub::prose(text.trim());
    let mut short: String = text.chars().take(QUOTED).collect();
    if text.chars().nth(QUOTED).is_some() {
        short.push('…');
    }
    short
}
