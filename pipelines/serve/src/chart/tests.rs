use super::{
    Area, BarChart, Cell, Direction, Frame, Group, LineChart, Mark, Period, RegionMap, Role,
    Series, Sparkline, Target,
};
use koridor_contract::message::Language::{self, En, Id};
use koridor_contract::project::Outline;

/// Most bytes of a chart.
const MOST: usize = 12 * 1024;

fn frame(id: &str, language: Language, unit: &str) -> Frame {
    Frame {
        id: id.to_owned(),
        title: "Sampah terkelola naik".to_owned(),
        caption: "Sampah terkelola, persen, 2019-2025".to_owned(),
        description: "Dari 41,2 pada 2019 menjadi 63,9 pada 2025 <sementara> & naik.".to_owned(),
        is_alone: false,
        width: 520.0,
        unit: unit.to_owned(),
        decimals: 1,
        language,
    }
}

fn years(first: i32, last: i32) -> Vec<Period> {
    (first..=last).map(|year| Period::of("Y", &format!("{year}-01-01"), Id)).collect()
}

fn cells(values: &[Option<f64>]) -> Vec<Cell> {
    values.iter().map(|own| Cell::of(*own)).collect()
}

fn series(name: &str, role: Role, values: &[Option<f64>]) -> Series {
    Series { name: name.to_owned(), role, cells: cells(values) }
}

/// The text with a line an element: a change is seen where it is.
fn lines(svg: &str) -> String {
    svg.replace("><", ">\n<")
}

/// A picture is small, well formed enough to be looked at by tag, and asks nobody for anything.
fn check(svg: &str) {
    assert!(svg.len() < MOST, "{} bytes", svg.len());
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
    assert!(svg.contains("role=\"img\"") && svg.contains("<title id="));
    let bare = svg.replace("http://www.w3.org/2000/svg", "");
    for foreign in ["http", "<script", "<image", "href", "NaN", "inf\"", "rotate"] {
        assert!(!bare.contains(foreign), "{foreign}");
    }
    let opened = svg.matches('<').count() - svg.matches("</").count() - svg.matches("/>").count();
    assert_eq!(opened, svg.matches("</").count());
}

fn line_with_everything() -> LineChart {
    let mut main = series(
        "Dinas",
        Role::Main,
        &[Some(41.2), Some(43.0), None, Some(52.3), Some(58.1), None, Some(63.9)],
    );
    main.cells[2] = Cell::of(None).marked(Mark::Suppressed);
    main.cells[5] = Cell::of(None).marked(Mark::NotAvailable);
    main.cells[3] = main.cells[3].clone().marked(Mark::Revised);
    main.cells[6] = main.cells[6].clone().marked(Mark::Provisional);
    let other = [Some(38.0), Some(40.1), Some(44.0), Some(47.7), Some(51.0), Some(55.2), None];
    let earlier = [Some(41.2), Some(43.0), None, Some(49.0), Some(58.1), None, None];
    let target = Target {
        name: "Target RPJMD".to_owned(),
        levels: vec![None, None, None, Some(55.0), Some(60.0), Some(65.0), Some(70.0)],
    };
    LineChart {
        frame: frame("garis", Id, "persen"),
        periods: years(2019, 2025),
        series: vec![
            main,
            series("Kementerian", Role::Main, &other),
            series("Rilis sebelumnya", Role::Earlier, &earlier),
        ],
        target: Some(target),
    }
}

#[test]
fn lines_with_gaps_sources_vintages_and_a_target() {
    let svg = line_with_everything().svg();
    check(&svg);
    // Markup in a text is text; a gap is no line through zero.
    assert!(svg.contains("&lt;sementara&gt; &amp; naik"));
    for said in ["63,9 [p]", "[c]", "[x]", "[p] angka sementara · [r] angka revisi"] {
        assert!(svg.contains(said), "{said}");
    }
    insta::assert_snapshot!("line", lines(&svg));
}

#[test]
fn only_marks_that_stand_in_a_picture_are_explained() {
    let months = |count: usize, at: usize| {
        let mut own = series("", Role::Main, &vec![Some(5.0); count]);
        own.cells[at] = Cell::of(Some(9.0)).marked(Mark::Break);
        let day = |at: usize| format!("{}-{:02}-01", 2019 + at / 12, at % 12 + 1);
        let periods = (0..count).map(|at| Period::of("M", &day(at), En)).collect();
        let frame = frame("bulan", En, "visits");
        LineChart { frame, periods, series: vec![own], target: None }.svg()
    };
    assert!(months(6, 2).matches("[b]").count() == 2, "beside its point, and explained");
    assert!(!months(84, 20).contains("[b]"), "there is no room for it: the line is parted");
    assert!(months(84, 83).contains("[b] new series"), "the last one stands with its label");
}

#[test]
fn months_over_years_are_labelled_by_years() {
    let month = |at: usize| format!("{}-{:02}-01", 2019 + at / 12, at % 12 + 1);
    let value = |at: usize| 5_000.0 + 900.0 * (at as f64 * 0.52).sin() + at as f64 * 95.0;
    let values: Vec<Option<f64>> = (0..84).map(|at| (at != 20).then(|| value(at))).collect();
    let chart = LineChart {
        frame: Frame { decimals: 0, is_alone: true, ..frame("bulan", En, "visits") },
        periods: (0..84).map(|at| Period::of("M", &month(at), En)).collect(),
        series: vec![series("", Role::Main, &values)],
        target: None,
    };
    let svg = chart.svg();
    check(&svg);
    assert!(svg.contains(">2019<") && svg.contains(">2025<") && !svg.contains(">Jan 2019<"));
    insta::assert_snapshot!("months", lines(&svg));
}

fn bars(direction: Direction, groups: &[(&str, &[Option<f64>])], names: &[&str]) -> BarChart {
    let group = |(label, values): &(&str, &[Option<f64>])| Group {
        label: (*label).to_owned(),
        cells: cells(values),
        is_emphasised: false,
    };
    BarChart {
        frame: frame("batang", Id, "persen"),
        direction,
        series: names.iter().map(|own| (*own).to_owned()).collect(),
        groups: groups.iter().map(group).collect(),
        target: None,
    }
}

#[test]
fn rows_are_ranks_with_a_target_and_a_value_that_is_missing() {
    let groups: [(&str, &[Option<f64>]); 5] = [
        ("Kota Baubau", &[Some(96.0)]),
        ("Wakatobi", &[Some(57.0)]),
        ("Konawe Selatan", &[Some(52.0)]),
        ("Buton", &[None]),
        ("Kawasan Pariwisata Prioritas Nasional", &[Some(63.87)]),
    ];
    let mut chart = bars(Direction::Rows, &groups, &["Nilai"]);
    chart.groups[4].is_emphasised = true;
    chart.groups[1].cells[0] = Cell::of(Some(57.0)).marked(Mark::Provisional);
    let levels = vec![Some(90.0), Some(70.0), Some(52.9), None, Some(70.0)];
    chart.target = Some(Target { name: "Target 2025".to_owned(), levels });
    let svg = chart.svg();
    check(&svg);
    assert!(svg.contains("57,0 [p]") && svg.contains(">[x]<"));
    insta::assert_snapshot!("rows", lines(&svg));
}

#[test]
fn rows_of_two_sources_are_told_apart_by_hatches_and_a_key() {
    let groups: [(&str, &[Option<f64>]); 3] = [
        ("Wakatobi", &[Some(52_198.0), Some(61_004.0)]),
        ("Buton", &[Some(17_157.0), None]),
        ("Baubau", &[Some(112_200.0), Some(98_000.0)]),
    ];
    let mut chart = bars(Direction::Rows, &groups, &["Dinas Pariwisata", "BPS"]);
    chart.frame.decimals = 0;
    let svg = chart.svg();
    check(&svg);
    assert!(svg.contains("52.198") && svg.contains("url(#batang-h1)"));
    insta::assert_snapshot!("sources", lines(&svg));
}

#[test]
fn columns_begin_at_zero_and_go_below_it() {
    let groups: [(&str, &[Option<f64>]); 4] = [
        ("2022", &[Some(12.5)]),
        ("2023", &[Some(-7.25)]),
        ("2024", &[None]),
        ("2025", &[Some(3.0)]),
    ];
    let mut chart = bars(Direction::Columns, &groups, &["Nilai"]);
    chart.groups[3].cells[0] = Cell::of(Some(3.0)).marked(Mark::Provisional);
    let svg = chart.svg();
    check(&svg);
    assert!(svg.contains(">0<") && svg.contains("-7,3") || svg.contains("-7,2"), "{svg}");
    insta::assert_snapshot!("columns", lines(&svg));
    let groups: [(&str, &[Option<f64>]); 3] = [
        ("Triwulan 1", &[Some(2.1e9), Some(1.8e9)]),
        ("Triwulan 2", &[Some(3.4e9), Some(2.9e9)]),
        ("Triwulan 3", &[Some(1.2e9), None]),
    ];
    let chart = bars(Direction::Columns, &groups, &["2024", "2025"]);
    let svg = chart.svg();
    check(&svg);
    insta::assert_snapshot!("grouped", lines(&svg));
}

#[test]
fn a_sparkline_needs_two_values() {
    let own = |values: &[Option<f64>]| Sparkline {
        id: "kecil".to_owned(),
        title: "Kunjungan 2019-2025".to_owned(),
        cells: cells(values),
        target: Some(9.0),
    };
    assert_eq!(own(&[Some(1.0), None]).svg(), "");
    let svg = own(&[Some(1.0), Some(4.0), None, Some(3.0), Some(7.5)]).svg();
    check(&svg);
    insta::assert_snapshot!("sparkline", lines(&svg));
}

#[test]
fn a_map_says_its_classes_by_hatch_and_number() {
    let square = |lng: f64, lat: f64, size: f64| {
        vec![[lng, lat], [lng + size, lat], [lng + size, lat + size], [lng, lat + size], [lng, lat]]
    };
    let large = Outline { rings: vec![square(122.0, -5.0, 1.0)], islets: vec![[123.3, -5.1]] };
    let small = Outline { rings: vec![square(123.5, -5.6, 0.2)], islets: vec![] };
    let area = |name: &str, text: &str, class, outline| Area {
        name: name.to_owned(),
        text: text.to_owned(),
        class,
        outline,
    };
    let map = RegionMap {
        frame: frame("peta", Id, "persen"),
        areas: vec![
            area("Utara", "63,9 [p]", Some(1), &large),
            area("Selatan", "[x]", None, &small),
        ],
        around: vec![],
        classes: vec!["kurang dari 50".to_owned(), "50 atau lebih".to_owned()],
        marks: vec![Mark::Provisional, Mark::NotAvailable],
    };
    let svg = map.svg();
    check(&svg);
    assert!(svg.contains("tidak ada nilai") && svg.contains("63,9 [p]"));
    insta::assert_snapshot!("map", lines(&svg));
    assert_eq!(RegionMap { areas: vec![], ..map }.svg(), "");
}

#[test]
fn charts_without_any_value_are_drawn() {
    let mut chart = line_with_everything();
    chart.series.iter_mut().for_each(|own| own.cells = cells(&[None; 7]));
    chart.target = None;
    check(&chart.svg());
    chart.periods.clear();
    chart.series.clear();
    check(&chart.svg());
    check(&bars(Direction::Rows, &[], &["Nilai"]).svg());
    check(&bars(Direction::Columns, &[], &["Nilai"]).svg());
}

#[test]
fn numbers_are_in_the_marks_of_the_language() {
    let [id, en] = [Id, En].map(|language| frame("x", language, ""));
    assert_eq!((id.number(1_234.5), en.number(1_234.5)), ("1.234,5".into(), "1,234.5".into()));
    assert_eq!((id.number(2.1e9), en.number(2.1e9)), ("2,10M".into(), "2.10bn".into()));
}

/// The outlines that the project brings, with all land around them.
#[test]
fn the_outlines_of_the_project_make_a_small_map() {
    let mut files = koridor_contract::project::Files::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    koridor_contract::project::read_project_folder(&folder, &mut files).unwrap();
    let project = koridor_contract::Project::from_files(files).unwrap();
    let (outlines, regions) = (&project.geography.outlines, &project.corridor.regions);
    let area = |(place, code): (usize, &String)| Area {
        name: koridor_publish::words::short_region(&project, code).unwrap().to_owned(),
        text: format!("{}.{:03} [p]", 17 * (place + 1), 198 * place),
        class: Some(place),
        outline: &outlines[code],
    };
    let around = outlines.iter().filter(|(code, _)| !regions.contains(code));
    let map = RegionMap {
        frame: frame("peta", Id, "kunjungan"),
        areas: regions.iter().enumerate().map(area).collect(),
        around: around.map(|(_, own)| own).collect(),
        classes: ["kurang dari 20.000", "20.000-39.999", "40.000-59.999", "60.000 atau lebih"]
            .map(str::to_owned)
            .to_vec(),
        marks: vec![Mark::Provisional],
    };
    let svg = map.svg();
    check(&svg);
    // An island stays to be seen.
    let islets: usize = map.areas.iter().map(|own| own.outline.islets.len()).sum();
    assert!(islets > 0 && svg.matches("<circle").count() == islets);
    insta::assert_snapshot!("corridor", lines(&svg));
}
