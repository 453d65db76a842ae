//! What the digits of a number say of it.

/// The digits of a text.
pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// A number that begins with a day, as tickets and time stamps do, or that is a row of years, is
/// nobody's.
pub(super) fn is_number(text: &str) -> bool {
    let digits = digits(text);
    let part = |from: usize, to: usize| {
        digits.get(from..to).and_then(|part| part.parse::<u32>().ok()).unwrap_or_default()
    };
    let is_year = |year: u32| (1990..=2099).contains(&year);
    let is_day =
        is_year(part(0, 4)) && (1..=12).contains(&part(4, 6)) && (1..=31).contains(&part(6, 8));
    let groups: Vec<u32> = text.split([' ', '.', '-']).flat_map(str::parse).collect();
    let is_years = groups.len() > 1 && groups.iter().all(|group| is_year(*group));
    let is_one_digit = digits.chars().all(|digit| digits.starts_with(digit));
    !is_day && !is_years && !is_one_digit
}

/// Codes of provinces, by which the numbers of citizens begin.
const PROVINCES: [std::ops::RangeInclusive<u32>; 7] =
    [11..=19, 21..=21, 31..=36, 51..=53, 61..=65, 71..=76, 81..=97];

/// Whether digits from a place on are those of a citizen: of a province, with a day of birth.
pub(super) fn is_citizen(digits: &str, from: usize) -> bool {
    let part =
        |at: usize| digits.get(from + at..from + at + 2).and_then(|own| own.parse::<u32>().ok());
    let (province, day, month) = (part(0), part(6), part(8));
    province.is_some_and(|own| PROVINCES.iter().any(|codes| codes.contains(&own)))
        && day.is_some_and(|own| (1..=31).contains(&own) || (41..=71).contains(&own))
        && month.is_some_and(|own| (1..=12).contains(&own))
}
