#!/usr/bin/env python3
"""An independent judge: every indicator again, from the words of its card, by DuckDB over Parquet exports of core.* and ref.*.

DuckDB adds the rows up; the rules (which source makes a value, what is complete, what the corridor is) are plain Python below. Nothing
is taken from query.sql, from the views or from the roll-up. Inputs that are decisions of other parts and no formulas are read as they
are: `ops.expectations` (what was due and when it came) and `ops.magnitudes` (figures that are in another unit).

usage: judge_indicators.py KORIDOR LAKE [--plant] [--restricted] [--show N]

Fails if a value, a state, a numerator or a denominator differs by more than 1e-6 (relative), if a value is not published, or if fewer
than 98 % of the published rows could be compared. `--plant` alters one published value of each indicator, one after the other, and
fails if one of them is not found.
"""
import argparse
import calendar
import datetime as dt
import functools
import pathlib
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import duckdb

TOLERANCE, SHARE = 1e-6, 0.98
DIMENSIONS = ["branding", "economy", "environment", "governance", "living", "society"]
FINER = {"M": "M", "Q": "MQ", "Y": "MQY"}
STEP = {"M": 1, "Q": 3, "Y": 12}
VALUED = ("ok", "partial_coverage")
# Null, but the rules leave open which of the words says it best.
OPEN = {"no_data", "incomplete", "series_break", "not_applicable"}


# ---- Periods ------------------------------------------------------------------------------------------------------------------
def months_later(day, months):
    at = day.year * 12 + day.month - 1 + months
    return dt.date(at // 12, at % 12 + 1, 1)


def steps(finer, grain, period):
    """The first days of the months (quarters, years) that make the period."""
    return [months_later(period, n) for n in range(0, STEP[grain], STEP[finer])]


def days_in(grain, period):
    return (months_later(period, STEP[grain]) - period).days


def last_day(grain, period):
    return months_later(period, STEP[grain]) - dt.timedelta(days=1)


# ---- Export -------------------------------------------------------------------------------------------------------------------
class Lake:
    """Tables of a lake as DuckDB tables, each exported by the program as Parquet."""

    def __init__(self, koridor, lake, folder, restricted=False):
        self.tier = ["--tier", "restricted", "--by", "judge_indicators", "--reason", "comparison of all values"] if restricted else []
        self.koridor, self.lake, self.folder = koridor, lake, pathlib.Path(folder)
        self.con = duckdb.connect()
        self.con.execute("set threads = 2")
        self.export("ref.dataset")
        datasets = [row[0] for row in self.rows("select dataset from ref_dataset")]
        self.datasets = set(datasets)
        others = ["ref.region", "ref.scope", "ref.point", "ref.kbli", "ref.param", "ref.source", "ref.source_priority", "ref.source_covers", "ref.series_break",
                  "ref.indicator", "ref.column", "ops.expectations", "ops.magnitudes", "indicators.values"]
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(self.write, [f"core.{name}" for name in datasets] + others))
        for name in [f"core.{name}" for name in datasets] + others:
            self.register(name)

    def write(self, name):
        path = self.folder / f"{name}.parquet"
        subprocess.run([self.koridor, "--lake", self.lake, "--quiet", "--memory", "2000", "--format", "parquet", "--output", str(path), "sql", *self.tier, f"select * from {name}"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def register(self, name):
        self.con.execute(f"create table {name.replace('.', '_')} as select * from read_parquet('{self.folder / (name + '.parquet')}')")

    def export(self, name):
        self.write(name)
        self.register(name)

    def rows(self, sql, *parameters):
        return self.con.execute(sql, list(parameters)).fetchall()


# ---- What each source filed: parts ----------------------------------------------------------------------------------------------
# Each statement gives: theme, region, source, period type, period, state, values. A part is `ok` if the source filed all that the
# measure needs for this region and period, else `incomplete`. Values are the sums that the formulas are made of.
STAYS = """
  with rows as (
    select *, {complete} as whole from core_accommodation_month
  ), classes as (
    select source_id, region_code, period_type, year(period_month) as y, count(distinct accom_class) as n
    from core_accommodation_month group by all
  )
  select 'accommodation', r.region_code, r.source_id, r.period_type, r.period_month,
    case when bool_and(r.whole) and count(distinct r.accom_class) = any_value(c.n) then 'ok' else 'incomplete' end, [{values}]
  from rows r join classes c on c.source_id = r.source_id and c.region_code = r.region_code and c.period_type = r.period_type
    and c.y = year(r.period_month)
  where {where}
  group by all"""
NIGHTS = "(coalesce(nights_wisman, 0) + coalesce(nights_wisnus, 0))"
GUESTS = "(coalesce(guests_wisman, 0) + coalesce(guests_wisnus, 0))"
NIGHTS_FILED = "(nights_wisman is not null or nights_wisnus is not null)"
GUESTS_FILED = "(guests_wisman is not null or guests_wisnus is not null)"
REGISTER_END = "select max(date_trunc('month', ingested_at + interval 8 hour))::date from core_umkm_register"
VERSIONS = """
  with versions as (
    select *, lead(valid_from) over (partition by source_id, umkm_id order by valid_from) as next_from from core_umkm_register
  ), ends as (
    select m::date as month, (m + interval 1 month)::date as after
    from generate_series((select min(date_trunc('month', valid_from)) from core_umkm_register)::timestamp, ({end})::timestamp - interval 1 month, interval 1 month) t(m)
  ), stand as (
    select e.month, v.*, v.status = 'active' and (v.valid_to is null or v.valid_to >= e.after) as active,
      exists(select 1 from ref_kbli k where starts_with(v.kbli5, k.kbli_prefix) and k.is_tourism and (k.kbli_version = v.kbli_version or v.kbli_version is null)) as tourism
    from ends e join versions v on v.valid_from < e.after and (v.next_from is null or v.next_from >= e.after)
  )"""
TICKET = """coalesce(net_ton, case when weighed then (gross_kg - tare_kg) / 1000.0 else volume_m3 * (
  select arg_max(p.value, (p.region_code <> '*', p.valid_from)) from ref_param p
  where p.name = 'waste_density' and p.region_code in ('*', w.region_origin) and p.valid_from <= w.ts_in) end)"""
SERVICE = """
  with points as (select code, region_code from ref_point where corridor_entry and region_code in (select code from corridor))
  select concat('service:', s.route_id, ':', upper(trim(s.operator))), d.region_code, s.source_id, s.period_type, s.period_month, '{state}', [{values}]
  from core_transport_service s join points d on d.code = s.dest_point left join points o on o.code = s.origin_point
  where {where} group by all"""

PARTS = {
    "nights": STAYS.format(complete=NIGHTS_FILED, where="true", values=f"sum({NIGHTS})"),
    "guests": STAYS.format(complete=GUESTS_FILED, where="true", values=f"sum({GUESTS})"),
    "stay": STAYS.format(complete=f"{NIGHTS_FILED} and {GUESTS_FILED}", where="true", values=f"sum({NIGHTS}), sum({GUESTS})"),
    "stay_wisman": STAYS.format(complete=f"{NIGHTS_FILED} and {GUESTS_FILED}", where="true", values="sum(coalesce(nights_wisman, 0)), sum(coalesce(guests_wisman, 0))"),
    "stay_wisnus": STAYS.format(complete=f"{NIGHTS_FILED} and {GUESTS_FILED}", where="true", values="sum(coalesce(nights_wisnus, 0)), sum(coalesce(guests_wisnus, 0))"),
    "rooms": STAYS.format(complete="room_nights_sold is not null and room_nights_avail is not null", where="true", values="sum(room_nights_sold), sum(room_nights_avail)"),
    "revenue": STAYS.format(complete="true", where="true",
                            values="sum(room_revenue_rp) filter (room_nights_avail is not null), sum(room_nights_avail) filter (room_revenue_rp is not null)"),
    "population": """select 'population', region_code, source_id, 'Y', make_date(year, 1, 1), 'ok', [sum(pop_mid)] from core_population group by all""",
    # The best method of a source counts.
    "generated": """
      select 'waste_generation', region_code, source_id, period_type, period_month, 'ok',
        [arg_min(gen_ton, case method when 'measured' then 1 when 'sampling_sni' then 2 else 3 end)] from core_waste_generation group by all""",
    "reduced": "select 'waste_handling', region_code, source_id, period_type, period_month, if(bool_and(reduced_ton is not null), 'ok', 'incomplete'), [sum(reduced_ton)] from core_waste_handling group by all",
    "handled": "select 'waste_handling', region_code, source_id, period_type, period_month, if(bool_and(handled_ton is not null), 'ok', 'incomplete'), [sum(handled_ton)] from core_waste_handling group by all",
    "managed": """select 'waste_handling', region_code, source_id, period_type, period_month, if(bool_and(reduced_ton is not null and handled_ton is not null), 'ok', 'incomplete'),
      [sum(reduced_ton + handled_ton)] from core_waste_handling group by all""",
    "recycled": """select 'waste_handling', region_code, source_id, period_type, period_month, 'ok', [sum(coalesce(recycled_ton, 0) + coalesce(feedstock_ton, 0))]
      from core_waste_handling group by all""",
    "landfilled": "select 'waste_handling', region_code, source_id, period_type, period_month, if(bool_and(landfilled_ton is not null), 'ok', 'incomplete'), [sum(landfilled_ton)] from core_waste_handling group by all",
    "weighed": f"""select concat('weighbridge:', facility_id), region_origin, source_id, 'M', date_trunc('month', ts_in)::date, 'ok',
      [sum({TICKET}), coalesce(sum({TICKET}) filter (source_class in ('hotel_resto', 'attraction')), 0)] from core_waste_weighbridge w group by all""",
    "at_facility": f"""select concat('weighbridge:', facility_id), facility_id, source_id, 'M', date_trunc('month', ts_in)::date, 'ok', [sum({TICKET})]
      from core_waste_weighbridge w group by all""",
    "plastic": """
      select 'waste_composition', region_code, source_id, 'Y', make_date(year, 1, 1),
        if(count(*) = 9 and sum(pct) between 99.5 and 100.5, 'ok', 'incomplete'), [coalesce(sum(pct) filter (component = 'plastik'), 0)]
      from core_waste_composition group by all""",
    "landfill": """select concat('waste_facility:', facility_id), region_code, source_id, 'Y', make_date(year, 1, 1), 'ok', [sum(design_ton_day)]
      from core_waste_facility where type = 'TPA' and operating and design_ton_day is not null group by all""",
    "turnover": """select 'umkm_turnover', region_code, source_id, 'Q', period_quarter,
      case when sum(n_resp) < 3 or max(top2_rp) > 0.85 * sum(turnover_resp_rp) then 'suppressed' else 'ok' end,
      [sum(turnover_est_rp), sum(n_frame) filter (turnover_est_rp is not null)] from core_umkm_turnover group by all""",
    "tourism_turnover": """select 'umkm_turnover', region_code, source_id, 'Q', period_quarter,
      case when sum(n_resp) < 3 or max(top2_rp) > 0.85 * sum(turnover_resp_rp) then 'suppressed' else 'ok' end,
      [sum(turnover_est_rp)] from core_umkm_turnover where is_tourism group by all""",
    "loans": """select 'finance', region_code, source_id, period_type, period_month, if(bool_and(kur_disbursed_rp is not null and kur_debtors is not null), 'ok', 'incomplete'),
      [sum(kur_disbursed_rp), sum(kur_debtors)] from core_finance_month group by all""",
    "debtors": "select 'finance', region_code, source_id, period_type, period_month, if(bool_and(kur_debtors is not null), 'ok', 'incomplete'), [sum(kur_debtors)] from core_finance_month group by all",
    "merchants": "select 'finance', region_code, source_id, period_type, period_month, if(bool_and(qris_merchants is not null), 'ok', 'incomplete'), [sum(qris_merchants)] from core_finance_month where period_type = 'M' group by all",
    "taxes": """select 'regional_finance', region_code, source_id, 'Y', make_date(year, 1, 1),
      if(bool_and(coalesce(pbjt_hotel_rp, pbjt_fnb_rp, pbjt_entertainment_rp, retribusi_wisata_rp) is not null), 'ok', 'incomplete'),
      [sum(coalesce(pbjt_hotel_rp, 0) + coalesce(pbjt_fnb_rp, 0) + coalesce(pbjt_entertainment_rp, 0) + coalesce(retribusi_wisata_rp, 0)), sum(pad_rp)]
      from core_regional_finance where stage = 'realisasi' group by all""",
    "independence": """select 'regional_finance', region_code, source_id, 'Y', make_date(year, 1, 1), 'ok', [sum(pad_rp), sum(transfer_rp + loan_rp)]
      from core_regional_finance where stage = 'realisasi' group by all""",
    # A survey is of both markets: one that nobody of was met is a row with 0 respondents.
    "satisfaction": """select 'survey', region_code, source_id, 'Q', period_quarter,
      case when sum(n_resp) < 30 then 'suppressed' when count(distinct market) < 2 then 'incomplete' else 'ok' end, [sum(n_satisfied), sum(n_resp)]
      from core_visitor_survey group by all""",
    "spending": """select 'survey', region_code, source_id, 'Q', period_quarter,
      case when count(spend_rp_sum) = 0 then 'incomplete' when sum(n_resp) filter (spend_rp_sum is not null) < 30 then 'suppressed'
        when count(distinct market) < 2 then 'incomplete' else 'ok' end,
      [sum(spend_rp_sum), sum(n_resp) filter (spend_rp_sum is not null)] from core_visitor_survey group by all""",
    "onward": """select 'onward', entry_region, source_id, 'Q', period_quarter,
      case when count(*) filter (visited_region = '*') = 0 or count(*) filter (visited_region = '7407') = 0 then 'incomplete'
        when sum(n_resp) filter (visited_region = '*') < 30 then 'suppressed' else 'ok' end,
      [sum(est_visitors) filter (visited_region = '7407'), sum(est_visitors) filter (visited_region = '*')] from core_visitor_onward group by all""",
    "businesses": VERSIONS + """
      select 'umkm_register', region_code, source_id, 'M', month, 'ok',
        [count(*) filter (active), count(*) filter (active and nib is not null), count(*) filter (active and kbli5 is not null), count(*) filter (active and tourism)]
      from stand group by all""",
    "upgrades": VERSIONS + """
      , ranked as (select *, case scale when 'mikro' then 1 when 'kecil' then 2 else 3 end as rank from stand where active and month(month) = 12)
      select 'umkm_register', b.region_code, b.source_id, 'Y', date_trunc('year', b.month)::date, 'ok', [count(*) filter (b.rank > a.rank), count(a.umkm_id)]
      from ranked b left join ranked a on a.umkm_id = b.umkm_id and a.source_id = b.source_id and a.month = b.month - interval 1 year
      where b.month - interval 1 year >= (select min(month) from stand)
      group by all""",
    "beds": "select 'health', region_code, source_id, 'Y', make_date(year, 1, 1), 'ok', [sum(beds)] from core_health_year group by all",
    "spbe": "select 'spbe_index', region_code, source_id, 'Y', make_date(year, 1, 1), 'ok', [sum(index)] from core_spbe_index group by all",
    "scores": """
      with weights as (
        select e.*, (select arg_max(p.value, p.valid_from) from ref_param p
          where p.name = concat('smartcity_weight_', e.component) and p.valid_from <= make_date(e.year, 1, 1)) as weight
        from core_smartcity_eval e
      )
      select 'smartcity_eval', region_code, source_id, 'Y', make_date(year, 1, 1), if(count(distinct component) = 5, 'ok', 'incomplete'),
        [sum(weight * score) / sum(weight)] from weights group by all""",
    "fires": """
      select 'fire_incident', region_code, source_id, 'M', date_trunc('month', ts_call)::date, 'ok',
        [count(*) filter (type = 'fire' and in_wmk and ts_arrive >= ts_call and date_diff('second', ts_call, ts_arrive) <= 60 * (
          select arg_max(p.value, p.valid_from) from ref_param p where p.name = 'fire_response_minutes' and p.valid_from <= f.ts_call)),
         count(*) filter (type = 'fire' and in_wmk and ts_arrive >= ts_call)]
      from core_fire_incident f group by all""",
    "reports": "select 'perda_report', region_code, source_id, 'M', date_trunc('month', ts_report)::date, 'ok', [count(*)] from core_perda_report group by all",
    "resolved": """
      with allowed as (
        select r.*, (select arg_max(p.value, p.valid_from) from ref_param p where p.name = 'perda_sla_days' and p.valid_from <= r.ts_report)::integer as days,
          max(release_date) over (partition by source_id) as known
        from core_perda_report r
      )
      select 'perda_report', region_code, source_id, 'M', date_trunc('month', ts_report)::date, 'ok',
        [count(*) filter (outcome = 'resolved' and ts_closed <= ts_report + to_days(days) and (ts_report + to_days(days))::date <= known),
         count(*) filter (outcome <> 'rejected' and (ts_report + to_days(days))::date <= known)]
      from allowed group by all""",
    "victims": """
      select 'sapa_case', region_code, source_id, 'Y', date_trunc('year', month_reported)::date, if(sum(n_victims) between 1 and 9, 'suppressed', 'ok'),
        [coalesce(sum(n_victims) filter (service_given), 0), sum(n_victims)] from core_sapa_case group by all""",
    "programmes": """
      with quarters as (
        select distinct region_code, source_id, date_trunc('quarter', report_date)::date as quarter from core_quick_win
      ), last as (
        select q.quarter, w.region_code, w.source_id, w.program_id, w.milestone_id, max(w.report_date) as report_date
        from quarters q join core_quick_win w using (region_code, source_id)
        where w.report_date < q.quarter + interval 3 months group by all
      ), programmes as (
        select w.region_code, w.source_id, l.quarter, w.program_id, any_value(w.dimension) as dimension,
          bool_and(w.actual_pct >= 100 and w.status = 'done' and w.evidence_url is not null) as done, bool_and(w.planned_pct >= 100) as due
        from core_quick_win w join last l using (region_code, source_id, program_id, milestone_id, report_date)
        group by w.region_code, w.source_id, l.quarter, w.program_id
      )
      select 'quick_win', region_code, source_id, 'Q', quarter, 'ok', [count(*) filter (done), count(*) filter (due or done)]
      from programmes where {dimension} group by all""",
    "services": SERVICE.format(state="ok", where="true", values="sum(trips_scheduled), sum(trips_ontime), sum(trips_cancelled)"),
    "loads": SERVICE.format(state="ok", where="passengers is not null", values="sum(passengers), sum(seats_offered)"),
    "seats": SERVICE.format(state="ok", where="true", values="coalesce(sum(seats_offered) filter (o.region_code is distinct from d.region_code), 0), "
                                                            "coalesce(sum(seats_offered) filter (o.region_code is null), 0)"),
    "routes": SERVICE.format(state="ok", where="true", values="sum(trips_operated)"),
}

# Of points, landfills and routes there is no set that a source must file: a month needs one of them.
EVENTS = {"fires", "reports", "resolved"}
# Of these the open tier closes cells; the values are computed both with the closed cells and without them.
CLOSED_IN_PART = {"turnover", "tourism_turnover", "victims"}
OF_PLACES = {"weighed", "services", "loads", "seats", "routes"}


class Parts:
    """What sources filed of one measure, and the choice among them (one value, one source)."""

    def __init__(self, judge, rows, time_rule="sum", places=False):
        self.judge, self.time_rule, self.places = judge, time_rule, places
        self.themes = defaultdict(lambda: defaultdict(dict))  # (theme, region) -> source -> (period type, period) -> (state, values)
        self.of_region = defaultdict(set)
        for theme, region, source, kind, period, state, values in rows:
            values = [float(v) if v is not None else None for v in values]
            if state == "ok" and any(v is None for v in values):
                state = "incomplete"
            self.themes[theme, region][source][kind, period] = (state, values)
            self.of_region[region].add(theme)

    def of_source(self, theme, region, source, grain, period):
        """State, values, and the length of the periods that they were filed for, of one source."""
        filed = self.themes[theme, region][source]
        if self.time_rule == "end":
            part = filed.get(("M", steps("M", grain, period)[-1]))
            return (*part, "M") if part else ("no_data", None, None)
        if self.time_rule == "last":
            part = filed.get(("Q", steps("Q", grain, period)[-1])) if grain != "M" else None
            return (*part, "Q") if part else ("no_data", None, None)
        if self.time_rule == "events":
            # A month without events is no gap.
            parts = [filed[kind, day] for kind in FINER[grain] for day in steps(kind, grain, period) if (kind, day) in filed]
            return ("ok", [sum(values) for values in zip(*(part[1] for part in parts))], "M") if parts else ("no_data", None, None)
        found = []
        for kind in FINER[grain]:
            parts = [filed.get((kind, day)) for day in steps(kind, grain, period)]
            found += [part[0] for part in parts if part]
            if all(part and part[0] == "ok" for part in parts):
                return "ok", [sum(values) for values in zip(*(part[1] for part in parts))], kind
            if kind == grain and parts[0] and parts[0][0] == "suppressed":
                return "suppressed", None, kind
        return ("incomplete" if found else "no_data"), None, None

    def sources(self, theme, region, period):
        return sorted(self.themes[theme, region], key=lambda source: self.judge.rank(theme, region, period.year, source))

    def chosen(self, theme, region, grain, period):
        """The best ranked source that covers the period: state, values, period type, source."""
        states = []
        for source in self.sources(theme, region, period):
            state, values, kind = self.of_source(theme, region, source, grain, period)
            if state == "ok":
                return "ok", values, kind, source
            states.append(state)
        return worst(states), None, None, None

    @functools.lru_cache(maxsize=None)
    def total(self, region, grain, period):
        """Over all themes of the region that have something in the period: state, values, period types."""
        if self.places:
            return self.over_places(region, grain, period)
        values, kinds, states = None, set(), []
        for theme in sorted(self.of_region[region]):
            state, found, kind, _ = self.chosen(theme, region, grain, period)
            states.append(state)
            if state == "ok":
                values = [a + b for a, b in zip(values, found)] if values else list(found)
                kinds.add(kind)
        if values is None or any(state in ("incomplete", "suppressed") for state in states):
            return worst(states), None, None
        return "ok", values, kinds


    def over_places(self, region, grain, period):
        """Of points and landfills there is no set: each of the period's months needs one of them."""
        values, states, months = None, [], set()
        for theme in sorted(self.of_region[region]):
            state, found, kind, source = self.chosen(theme, region, grain, period)
            if state == "ok":
                parts = {(kind, day): ("ok", self.themes[theme, region][source][kind, day][1]) for day in steps(kind, grain, period)}
            else:
                filed = [(source, self.of_source(theme, region, source, grain, period)[0]) for source in self.sources(theme, region, period)]
                source = next((source for source, state in filed if state != "no_data"), None)
                parts = {("M", day): self.themes[theme, region][source]["M", day] for day in steps("M", grain, period)
                         if source and ("M", day) in self.themes[theme, region][source]}
            for (kind, day), (state, found) in parts.items():
                states.append(state)
                months.update(steps("M", kind, day))
                values = [a + b for a, b in zip(values, found)] if values else list(found)
        if not months:
            return "no_data", None, None
        return ("ok", values, {"M"}) if len(months) == STEP[grain] and set(states) == {"ok"} else ("incomplete", None, None)


def worst(states):
    return next((state for state in ("suppressed", "incomplete", "no_data") if state in states), "no_data")


def sides(*states):
    """A ratio of two sides, or a sum of two themes: what is not there at all goes before what is there in part."""
    return next((state for state in ("suppressed", "incomplete", "no_data") if state in states), "ok")


class Judge:
    def __init__(self, lake, everything=False):
        self.lake = lake
        lake.con.execute("create or replace view corridor as select region_code as code from ref_scope where scope_code = 'CORR'")
        self.regions = [row[0] for row in lake.rows("select code from corridor order by code")]
        self.point_region = dict(lake.rows("select code, region_code from ref_point where corridor_entry"))
        self.priority = lake.rows("select theme, region_code, year, rank, source_id from ref_source_priority")
        self.params = lake.rows("select name, region_code, valid_from, value from ref_param")
        self.year_days = dict(lake.rows("select code, days_in_year from ref_source"))
        self.covers = lake.rows("select source_id, region_code, year, has_none_of from ref_source_covers where theme = 'visits'")
        self.released = dt.date.fromisoformat(lake.rows("select max(release_id) from indicators_values")[0][0][:10])
        self.breaks = lake.rows("select region_code, source_id, break_date from ref_series_break where dataset = 'visitor_flow'")
        self.cells = self.flow_cells()
        self.parts = {}
        statements = {name: sql.replace("{dimension}", "true") for name, sql in PARTS.items()}
        statements.update({f"programmes_{d}": PARTS["programmes"].replace("{dimension}", f"dimension = '{d}'") for d in DIMENSIONS})
        for name, sql in statements.items():
            if not set(re.findall(r"core_(\w+)", sql)) <= lake.datasets:
                self.parts[name] = Parts(self, [])
                continue
            end = "end" if name in ("businesses", "merchants") else "last" if name.startswith("programmes") else "events" if name in EVENTS else "sum"
            rows = self.in_their_unit(sql, lake.rows(sql.replace("{end}", REGISTER_END)))
            if everything and name in CLOSED_IN_PART:
                rows = [(*row[:5], "ok" if row[5] == "suppressed" else row[5], row[6]) for row in rows]
            self.parts[name] = Parts(self, [row for row in rows if row[1] in self.regions or name == "at_facility"], end, name in OF_PLACES)
        for name, measure, markets in [("visits", "visits", "all"), ("visits_wisman", "visits", "wisman"), ("visits_wisnus", "visits", "wisnus"),
                                       ("split", "visits", "split"), ("visitors", "visitors", "all")]:
            self.parts[name] = Parts(self, self.flow_parts(measure, markets))
        self.parts["arrivals"] = Parts(self, self.arrival_parts(), places=True)
        self.origins = self.origin_parts()

    def __getattr__(self, name):
        return self.parts[name]

    def in_their_unit(self, sql, rows):
        """Without the figures that are in another unit: they make no number."""
        out = {(source, region, kind, period) for dataset, source, region, kind, period, measure in self.lake.rows(
            "select dataset, source_id, region_code, period_type, period, measure from ops_magnitudes") if f"core_{dataset}" in sql and measure.split(".")[0] in sql}
        return [row for row in rows if (row[2], row[1], row[3], row[4]) not in out]

    @functools.lru_cache(maxsize=None)
    def rank(self, theme, region, year, source):
        ranks = [rank for t, r, y, rank, s in self.priority if s == source and t == theme.split(":")[0] and r in (region, "*") and y in (None, year)]
        return (min(ranks) if ranks else 10**6, source)

    def param(self, name, region, day):
        found = [((r != "*"), since, value) for n, r, since, value in self.params if n == name and r in (region, "*") and since <= day]
        return float(max(found)[2]) if found else None

    # ---- Visitor flow: a market counts by its whole-region row, else by the sum of its points; a total beside both is not added -------
    def flow_cells(self):
        cells = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
        for measure, region, source, kind, period, channel, market, point, value in self.lake.rows("""
                select measure, region_code, source_id, period_type, period_month, channel, market, point_id, sum(value)
                from core_visitor_flow group by all"""):
            cells[measure, region, source, kind, period][channel][market][point] = float(value)
        return cells

    @staticmethod
    def places(by_point):
        return {None: by_point[None]} if None in by_point else by_point

    def market_sum(self, channels, market):
        found = [sum(self.places(markets[market]).values()) for markets in channels.values() if market in markets]
        return sum(found) if found else None

    def whole(self, channels, zero=()):
        """All of a filing: whether it is whole, and the sum."""
        total, missing = 0.0, False
        for markets in channels.values():
            both = [self.market_sum({0: markets}, market) for market in ("wisman", "wisnus")]
            if None not in both:
                total += sum(both)
            elif "total" in markets:
                total += sum(self.places(markets["total"]).values())
            else:
                total += sum(value for value in both if value is not None)
                missing = missing or any(value is None and market not in zero for value, market in zip(both, ("wisman", "wisnus")))
        return not missing and bool(channels), total

    def without(self, source, region, year):
        return {none for s, r, y, none in self.covers if s == source and r in (region, "*") and y in (None, year)}

    def flow_parts(self, measure, markets):
        for (m, region, source, kind, period), channels in self.cells.items():
            if m != measure or region not in self.regions:
                continue
            zero = self.without(source, region, period.year)
            ok, total = self.whole(channels, zero)
            found = {market: self.market_sum(channels, market) for market in ("wisman", "wisnus")}
            found.update({market: 0.0 for market in zero if found.get(market, 0) is None})
            lacking = {market for markets_filed in channels.values() for market in ("wisman", "wisnus") if market not in markets_filed and market not in zero}
            if markets == "all":
                yield measure, region, source, kind, period, "ok" if ok else "incomplete", [total]
            elif markets == "split":
                ok = None not in found.values() and not (lacking and any(len(filed) == 1 and "total" not in filed for filed in channels.values()))
                yield measure, region, source, kind, period, "ok" if ok else "incomplete", [found["wisman"] or 0, (found["wisman"] or 0) + (found["wisnus"] or 0)]
            else:
                yield measure, region, source, kind, period, "incomplete" if markets in lacking or found[markets] is None else "ok", [found[markets] or 0]

    def arrival_parts(self):
        """Each point a theme of its own; a whole-region figure where no corridor entry of the region filed that market."""
        at_points, whole = defaultdict(dict), defaultdict(dict)
        filed = set()
        for (measure, region, source, kind, period), channels in self.cells.items():
            if measure != "arrivals" or region not in self.regions:
                continue
            for market, by_point in channels.get("entry", {}).items():
                for point, value in by_point.items():
                    if point is None:
                        whole[region, source, kind, period][market] = value
                    elif self.point_region.get(point) in self.regions:
                        at_points[point, region, source, kind, period][market] = value
                        filed.add((region, kind, period, market))
        for (point, region, source, kind, period), markets in at_points.items():
            ok, total = self.whole({0: {market: {point: value} for market, value in markets.items()}})
            yield f"arrivals:{point}", region, source, kind, period, "ok" if ok else "incomplete", [total]
        for (region, source, kind, period), markets in whole.items():
            left = {market: {None: value} for market, value in markets.items() if (region, kind, period, market) not in filed and (region, kind, period, "total") not in filed}
            if left:
                ok, total = self.whole({0: left})
                yield "arrivals:*", region, source, kind, period, "ok" if ok else "incomplete", [total]

    def origin_parts(self):
        """Foreign visits by country of residence, of each source and period."""
        found = defaultdict(lambda: defaultdict(float))
        whole = {row[:5] for row in self.lake.rows("""select distinct region_code, source_id, period_type, period_month, channel from core_visitor_flow
            where measure = 'visits' and market = 'wisman' and point_id is null""")}
        for region, source, kind, period, channel, point, origin, value in self.lake.rows("""
                select region_code, source_id, period_type, period_month, channel, point_id, origin_code, sum(value) from core_visitor_flow
                where measure = 'visits' and market = 'wisman' group by all"""):
            if point is None or (region, source, kind, period, channel) not in whole:
                found[region, source, kind, period][origin] += float(value)
        return found

    # ---- The value of a regency: state, numerator, denominator ------------------------------------------------------------------
    def ratio(self, name, region, grain, period):
        state, values, _ = self.parts[name].total(region, grain, period)
        return (state, values[0], values[1]) if state == "ok" else (state, None, None)

    def amount(self, name, region, grain, period, at=0):
        state, values, _ = self.parts[name].total(region, grain, period)
        return (state, values[at]) if state == "ok" else (state, None)

    def over(self, numerator, denominator):
        state = sides(numerator[0], denominator[0])
        return (state, numerator[1], denominator[1]) if state == "ok" else (state, None, None)

    def pop(self, region, period):
        return self.amount("population", region, "Y", dt.date(period.year, 1, 1))

    def present(self, region, grain, period):
        beds, residents, nights = self.amount("beds", region, grain, period), self.pop(region, period), self.amount("nights", region, grain, period)
        state = sides(beds[0], residents[0], nights[0])
        return ("ok", beds[1], residents[1] + nights[1] / days_in(grain, period)) if state == "ok" else (state, None, None)

    def person_days(self, region, grain, period, days=None):
        state, residents = self.pop(region, period)
        return state, residents * (days or days_in(grain, period)) if state == "ok" else None

    def per_capita(self, region, grain, period):
        state, values, kind, source = self.generated.chosen("waste_generation", region, grain, period)
        days = self.year_days.get(source) if kind == "Y" else None
        return self.over((state, values and values[0]), self.person_days(region, grain, period, days))

    def too_many(self, region, grain, period, source=None):
        """Visits above what the residents allow cannot be true, and nothing that rests on them."""
        state, values = self.visits.of_source("visits", region, source, grain, period)[:2] if source else self.visits.chosen("visits", region, grain, period)[:2]
        residents = self.param("population", region, period)
        return state == "ok" and residents is not None and values[0] > 20 * residents * (4 / 12 if grain == "M" else 1)

    def of_visits(self, result, region, grain, period):
        return ("no_data", None, None) if result[0] == "ok" and self.too_many(region, grain, period) else result

    def growth(self, name, region, grain, period):
        """The same source in both periods, over places that both have; of several sources the best that has both."""
        before, filed = months_later(period, -12), self.parts[name].themes["visits", region]
        for source in self.parts[name].sources("visits", region, period):
            for kind in FINER[grain]:
                pairs = [(day, months_later(day, -12)) for day in steps(kind, grain, period)]
                if not all((kind, day) in filed[source] for pair in pairs for day in pair):
                    continue
                sums = [self.alike(name, region, source, kind, *pair) for pair in pairs]
                if None in sums:
                    continue
                if any(r in (region, "*") and s in (source, "*") and before < day <= last_day(grain, period) for r, s, day in self.breaks):
                    return "series_break", None, None
                if any(self.too_many(region, grain, day, source) for day in (period, before)):
                    continue
                now, then = (sum(side) for side in zip(*sums))
                return "ok", now - then, then
        return "incomplete", None, None

    def alike(self, name, region, source, kind, day, earlier):
        """The sums of the two periods over the places that both have; nothing if there is none, or a market is missing."""
        market = name.partition("_")[2]

        def places(channels):
            return {(channel, point) for channel, markets in channels.items() for m, by_point in markets.items() if not market or m == market for point in self.places(by_point)}

        both = [self.cells["visits", region, source, kind, at] for at in (day, earlier)]
        common = places(both[0]) & places(both[1])
        sums = []
        for channels in both:
            kept = {channel: {m: found for m, by_point in markets.items() if (found := {p: v for p, v in self.places(by_point).items() if (channel, p) in common})}
                    for channel, markets in channels.items()}
            kept = {channel: markets for channel, markets in kept.items() if markets}
            zero = self.without(source, region, day.year)
            sums.append(self.market_sum(kept, market) if market else self.whole(kept, zero)[1] if kept and self.whole(channels, zero)[0] else None)
        return None if None in sums else sums

    def timeliness(self, region, grain, period):
        due, in_time = self.due.get((region, grain, period), (0, 0))
        return ("ok", in_time, due) if self.due_range[0] <= period and last_day(grain, period) <= last_day("M", self.due_range[1]) else ("incomplete", None, None)

    @functools.cached_property
    def due(self):
        found = defaultdict(lambda: [0, 0])
        for region, month, due, in_time in self.lake.rows("""select regency, date_trunc('month', due_on::date)::date, count(*) filter (is_due),
                count(*) filter (is_due and received_on is not null and received_on::date <= due_on::date) from ops_expectations group by all"""):
            for grain in "MQY":
                start = dt.date(month.year, {"M": month.month, "Q": (month.month - 1) // 3 * 3 + 1, "Y": 1}[grain], 1)
                found[region, grain, start][0] += due
                found[region, grain, start][1] += in_time
        return found

    @functools.cached_property
    def due_range(self):
        """From the first year that anything was due in to the month of the release."""
        return self.lake.rows("select min(date_trunc('year', due_on::date))::date from ops_expectations")[0][0], self.released.replace(day=1)

    def months_of(self, name, region, period, at=0):
        """Twelve months of the source that makes the year, theme by theme."""
        state, _, kinds = self.parts[name].total(region, "Y", period)
        if state != "ok":
            return state, None
        if kinds != {"M"}:
            return "incomplete", None
        parts, series = self.parts[name], [0.0] * 12
        if parts.places:
            return "ok", [parts.total(region, "M", day)[1][at] for day in steps("M", "Y", period)]
        for theme in parts.of_region[region]:
            state, _, _, source = parts.chosen(theme, region, "Y", period)
            if state == "ok":
                for n, day in enumerate(steps("M", "Y", period)):
                    series[n] += parts.themes[theme, region][source]["M", day][1][at]
        return "ok", series


# ---- The catalogue -------------------------------------------------------------------------------------------------------------
OF_PARTS = {"waste_reduction_rate", "waste_handling_rate", "waste_managed_rate", "waste_unmanaged", "recycling_rate"}


# Of an indicator: finest grain, scale, bounds of what is possible, how regencies make the corridor, and the value of one regency.
def simple(name):
    return lambda j, r, g, p: j.ratio(name, r, g, p)


def total(name, at=0):
    return lambda j, r, g, p: (*j.amount(name, r, g, p, at), None)


def rate_of_waste(name):
    def value(j, r, g, p):
        found = j.over(j.amount(name, r, g, p), j.amount("generated", r, g, p))
        managed = j.amount("managed", r, g, p)
        # Parts above the whole: none of them can be true.
        if found[0] == "ok" and managed[0] == "ok" and managed[1] > found[2] * (1 + 1e-9):
            return "no_data", None, None
        return found
    return value


def has_broken_month(j, r, g, p):
    """A month of which more is managed than arises makes no longer period of the same sources."""
    if g == "M":
        return False
    arisen, managed = j.parts["generated"], j.parts["managed"]
    long = [arisen.chosen("waste_generation", r, g, p), managed.chosen("waste_handling", r, g, p)]
    if "M" not in (long[0][2], long[1][2]):
        return False
    for month in steps("M", g, p):
        whole, part = arisen.chosen("waste_generation", r, "M", month), managed.chosen("waste_handling", r, "M", month)
        same = (whole[3], part[3]) == (long[0][3], long[1][3])
        if whole[0] == part[0] == "ok" and same and part[1][0] > whole[1][0] * (1 + 1e-9):
            return True
    return False


def unmanaged(j, r, g, p):
    whole, managed = j.amount("generated", r, g, p), j.amount("managed", r, g, p)
    state = sides(whole[0], managed[0])
    return state, whole[1] - managed[1] if state == "ok" else None, None


def residual(j, r, g, p):
    weighed, days = j.amount("weighed", r, g, p), j.pop(r, p)
    state = sides(weighed[0], days[0])
    if state != "ok":
        return state, None, None
    return "ok", weighed[1] - sum(days[1] * j.param("waste_factor_kg_cap_day", r, m) * days_in("M", m) for m in steps("M", g, p)) / 1000, None


def bridge_gap(j, r, g, p):
    filed, weighed = j.amount("landfilled", r, g, p), j.amount("weighed", r, g, p)
    return j.over((filed[0], filed[1] - weighed[1] if filed[0] == weighed[0] == "ok" else None), weighed)


def utilisation(j, r, g, p):
    """What the landfills of the regency took, whatever its origin, over what they are built for."""
    year = dt.date(p.year, 1, 1)
    state, capacity = "no_data", 0.0
    net, states = 0.0, []
    for theme in j.landfill.of_region[r]:
        found, values, _, _ = j.landfill.chosen(theme, r, "Y", year)
        if found == "ok":
            facility = theme.split(":", 1)[1]
            taken = j.amount("at_facility", facility, g, p)
            states.append(taken[0])
            if taken[0] == "ok":
                net += taken[1]
            state, capacity = "ok", capacity + values[0]
    if state != "ok":
        return ("incomplete" if j.amount("weighed", r, g, p)[0] != "no_data" else "no_data"), None, None
    if "ok" not in states or "incomplete" in states:
        return worst(states), None, None
    return "ok", net, capacity * days_in(g, p)


def plastic(j, r, g, p):
    share, tons = j.amount("plastic", r, g, p), j.amount("generated", r, g, p)
    return j.over((share[0], share[1] * tons[1] if share[0] == tons[0] == "ok" else None), tons)


def connectivity(j, regions, p, g):
    routes = set()
    for region in regions:
        for theme in j.routes.of_region[region]:
            for month in steps("M", g, p):
                source = j.routes.chosen(theme, region, "M", month)[3]
                part = j.routes.themes[theme, region].get(source, {}).get(("M", month))
                if part and part[1][0] >= 4:
                    routes.add(theme.split(":")[1])
    return float(len(routes)), None, float(len(routes))


def gini(x):
    x = sorted(x)
    return 2 * sum(i * v for i, v in enumerate(x, 1)) / (12 * sum(x)) - 13 / 12


def cv(x):
    mean = sum(x) / 12
    return 100 * (sum((v - mean) ** 2 for v in x) / 12) ** 0.5 / mean


def of_months(name, formula):
    def pooled(j, regions, p, g):
        x = [sum(values) for values in zip(*(j.months_of(name, r, p)[1] for r in regions))]
        return None, None, (formula(x) if sum(x) else None)
    return pooled


def concentration(j, regions, p, g):
    by_origin = defaultdict(float)
    for r in regions:
        state, _, kind, source = j.visits_wisman.chosen("visits", r, g, p)
        for day in steps(kind, g, p):
            for origin, value in j.origins[r, source, kind, day].items():
                by_origin[origin] += value
    known = {origin: value for origin, value in by_origin.items() if origin != "XXX"}
    base, everything = sum(known.values()), sum(by_origin.values())
    if everything and by_origin.get("XXX", 0) > 0.2 * everything:
        return None, None, "incomplete"
    return (sum(v * v for v in known.values()), base, 10000 * sum(v * v for v in known.values()) / base**2) if base else (None, None, None)


def source_gap(name):
    def pooled(j, regions, p, g):
        filed = []
        for r in regions:
            parts = j.parts[name]
            filed.append({s: parts.of_source("visits", r, s, g, p)[1][0] for s in parts.sources("visits", r, p) if parts.of_source("visits", r, s, g, p)[0] == "ok"})
        common = set.intersection(*(set(found) for found in filed))
        sums = [sum(found[source] for found in filed) for source in common]
        if len(sums) < 2:
            return None, None, "not_applicable"
        mean = sum(sums) / len(sums)
        return max(sums) - min(sums), mean, (100 * (max(sums) - min(sums)) / mean if mean else None)
    return pooled


def waste_ratio(j, regions, p, g):
    tourist = resident = nights = days = 0.0
    for r in regions:
        _, (everything, visitors), _ = j.weighed.total(r, g, p)
        tourist, resident = tourist + visitors, resident + everything - visitors
        nights, days = nights + j.amount("nights", r, g, p)[1], days + j.person_days(r, g, p)[1]
    if not nights or not days or not resident:
        return None, None, None
    return None, None, (1000 * tourist / nights) / (1000 * resident / days)


def complete(*names):
    return lambda j, r, g, p: sides(*(j.parts[name].total(r, g, p)[0] if name != "population" else j.pop(r, p)[0] for name in names))


def complete_months(name):
    return lambda j, r, g, p: j.months_of(name, r, p)[0]


def visits_value(name):
    return lambda j, r, g, p: j.of_visits((*j.amount(name, r, g, p), None), r, g, p)


RS, SUM, POOL, NA = "RS", "SUM", "POOL", "NA"
PERCENT, POSITIVE = (0, 100), (0, None)
CATALOGUE = {
    # id: (grain, aggregation, scale, possible, {breakdown: value of a regency})  or of POOL ({breakdown: (complete, pooled)})
    "visits_total": ("M", SUM, 1, POSITIVE, {"": visits_value("visits"), "wisman": visits_value("visits_wisman"), "wisnus": visits_value("visits_wisnus")}),
    "visits_per_visitor": ("Y", RS, 1, (1, None), {"": lambda j, r, g, p: j.of_visits(j.over(j.amount("visits", r, g, p), j.amount("visitors", r, g, p)), r, g, p)}),
    "wisman_share": ("M", RS, 100, PERCENT, {"": lambda j, r, g, p: j.of_visits(j.ratio("split", r, g, p), r, g, p)}),
    "guest_nights": ("M", SUM, 1, POSITIVE, {"": total("nights")}),
    "tpk_room_occupancy": ("M", RS, 100, PERCENT, {"": simple("rooms")}),
    "alos_rlmt": ("M", RS, 1, POSITIVE, {"": simple("stay"), "wisman": simple("stay_wisman"), "wisnus": simple("stay_wisnus")}),
    "tourism_intensity": ("Y", RS, 1, POSITIVE, {"": lambda j, r, g, p: j.over(j.amount("nights", r, g, p), j.pop(r, p))}),
    "seasonality_gini": ("Y", POOL, 1, (0, 0.9167), {"": (complete_months("nights"), of_months("nights", gini))}),
    "seasonality_peak_ratio": ("Y", POOL, 1, (1, 12), {"": (complete_months("nights"), of_months("nights", lambda x: max(x) / (sum(x) / 12)))}),
    "seasonality_cv": ("Y", POOL, 1, POSITIVE, {"": (complete_months("nights"), of_months("nights", cv))}),
    "origin_hhi": ("Y", POOL, 1, (0, 10000), {"": (complete("visits_wisman"), concentration)}),
    "visits_growth_yoy": ("M", RS, 100, (None, None), {"": lambda j, r, g, p: j.growth("visits", r, g, p),
                                                      "wisman": lambda j, r, g, p: j.growth("visits_wisman", r, g, p), "wisnus": lambda j, r, g, p: j.growth("visits_wisnus", r, g, p)}),
    "visitor_source_gap": ("Y", POOL, 1, POSITIVE, {"": (complete("visits"), source_gap("visits")),
                                                   "wisman": (complete("visits_wisman"), source_gap("visits_wisman")), "wisnus": (complete("visits_wisnus"), source_gap("visits_wisnus"))}),
    "accom_capture_rate": ("Q", RS, 100, POSITIVE, {"": lambda j, r, g, p: j.over(j.amount("guests", r, g, p), j.amount("arrivals", r, g, p))}),
    "corridor_spillover": ("Q", RS, 100, PERCENT, {"": simple("onward")}),
    "visitor_satisfaction": ("Q", RS, 100, PERCENT, {"": simple("satisfaction")}),
    "umkm_active": ("M", SUM, 1, POSITIVE, {"": total("businesses")}),
    "umkm_tourism_share": ("M", RS, 100, PERCENT, {"": lambda j, r, g, p: j.over(j.amount("businesses", r, g, p, 3), j.amount("businesses", r, g, p, 2))}),
    "umkm_nib_rate": ("M", RS, 100, PERCENT, {"": lambda j, r, g, p: j.over(j.amount("businesses", r, g, p, 1), j.amount("businesses", r, g, p))}),
    "umkm_turnover": ("Q", SUM, 1, POSITIVE, {"": total("turnover")}),
    "umkm_turnover_per_business": ("Q", RS, 1, POSITIVE, {"": simple("turnover")}),
    "umkm_revenue_per_visit": ("Q", RS, 1, POSITIVE, {"": lambda j, r, g, p: j.of_visits(j.over(j.amount("tourism_turnover", r, g, p), j.amount("visits", r, g, p)), r, g, p)}),
    "umkm_upgrade_rate": ("Y", RS, 100, PERCENT, {"": simple("upgrades")}),
    "kur_avg_loan": ("M", RS, 1, POSITIVE, {"": simple("loans")}),
    "kur_reach": ("Y", RS, 100, POSITIVE, {"": lambda j, r, g, p: j.over(j.amount("debtors", r, g, p), j.amount("businesses", r, g, p))}),
    "qris_penetration": ("M", RS, 100, POSITIVE, {"": lambda j, r, g, p: j.over(j.amount("merchants", r, g, p), j.amount("businesses", r, g, p))}),
    "spend_per_visitor": ("Q", RS, 1, POSITIVE, {"": simple("spending")}),
    "tourism_tax_share": ("Y", RS, 100, PERCENT, {"": simple("taxes")}),
    "revpar": ("M", RS, 1, POSITIVE, {"": simple("revenue")}),
    "waste_generated": ("M", SUM, 1, POSITIVE, {"": total("generated")}),
    "waste_per_capita_day": ("M", RS, 1000, (0.05, 3), {"": lambda j, r, g, p: j.per_capita(r, g, p)}),
    "waste_reduction_rate": ("M", RS, 100, PERCENT, {"": rate_of_waste("reduced")}),
    "waste_handling_rate": ("M", RS, 100, PERCENT, {"": rate_of_waste("handled")}),
    "waste_managed_rate": ("M", RS, 100, PERCENT, {"": rate_of_waste("managed")}),
    "waste_unmanaged": ("M", SUM, 1, POSITIVE, {"": unmanaged}),
    "recycling_rate": ("M", RS, 100, PERCENT, {"": rate_of_waste("recycled")}),
    "waste_per_visitor_night": ("Q", RS, 1000, POSITIVE, {"": lambda j, r, g, p: j.over(j.amount("weighed", r, g, p, 1), j.amount("nights", r, g, p))}),
    "tourist_resident_waste_ratio": ("Q", POOL, 1, POSITIVE, {"": (complete("weighed", "nights", "population"), waste_ratio)}),
    "tourism_waste_residual": ("M", SUM, 1, (None, None), {"": residual}),
    "waste_peak_ratio": ("Y", POOL, 1, (1, 12), {"": (complete_months("weighed"), of_months("weighed", lambda x: max(x) / (sum(x) / 12)))}),
    "weighbridge_gap": ("M", RS, 100, (None, None), {"": bridge_gap}),
    "plastic_share": ("Y", RS, 1, PERCENT, {"": plastic}),
    "tpa_utilisation": ("M", RS, 100, POSITIVE, {"": utilisation}),
    "seats_offered_inbound": ("M", SUM, 1, POSITIVE, {"": total("seats")}),
    "seats_per_arrival": ("M", RS, 1, (0.9, None), {"": lambda j, r, g, p: j.over(j.amount("seats", r, g, p), j.amount("arrivals", r, g, p))}),
    "load_factor": ("M", RS, 100, POSITIVE, {"": simple("loads")}),
    "on_time_performance": ("M", RS, 100, PERCENT, {"": lambda j, r, g, p: j.over(j.amount("services", r, g, p, 1), j.amount("services", r, g, p))}),
    "cancellation_rate": ("M", RS, 100, PERCENT, {"": lambda j, r, g, p: j.over(j.amount("services", r, g, p, 2), j.amount("services", r, g, p))}),
    "entry_connectivity": ("M", POOL, 1, POSITIVE, {"": (complete("routes"), connectivity)}),
    "beds_per_1000_present": ("Y", RS, 1000, POSITIVE, {"": lambda j, r, g, p: j.present(r, g, p)}),
    "fire_response_15min": ("Q", RS, 100, PERCENT, {"": simple("fires")}),
    "spbe_index": ("Y", NA, 1, (1, 5), {"": total("spbe")}),
    "smartcity_index": ("Y", NA, 1, (0, 4), {"": total("scores")}),
    "program_completion_rate": ("Q", RS, 100, PERCENT, {"": simple("programmes"), **{d: simple(f"programmes_{d}") for d in DIMENSIONS}}),
    "fiscal_independence": ("Y", RS, 100, POSITIVE, {"": simple("independence")}),
    "perda_reports_per_10k": ("Q", RS, 10000, POSITIVE, {"": lambda j, r, g, p: j.over(j.amount("reports", r, g, p), j.pop(r, p))}),
    "perda_resolution_rate": ("Q", RS, 100, PERCENT, {"": simple("resolved")}),
    "sapa_victims_per_100k": ("Y", RS, 100000, POSITIVE, {"": lambda j, r, g, p: j.over(j.amount("victims", r, g, p, 1), j.pop(r, p))}),
    "sapa_service_rate": ("Y", RS, 100, PERCENT, {"": simple("victims")}),
    "data_timeliness": ("M", RS, 100, PERCENT, {"": lambda j, r, g, p: j.timeliness(r, g, p)}),
}
# Only these regencies can have data; of these there are no values of regencies.
ONLY = {"corridor_spillover": ["7472"]}
# The corridor's seats come from outside the corridor.
CORRIDOR_SIDE = {"seats_offered_inbound": lambda j, r, g, p: (*j.amount("seats", r, g, p, 1), None),
                 "seats_per_arrival": lambda j, r, g, p: j.over(j.amount("seats", r, g, p, 1), j.amount("arrivals", r, g, p))}


class Catalogue:
    """Values of the judge: state, numerator, denominator, value."""

    def __init__(self, judge):
        self.judge = judge

    def finish(self, indicator, state, numerator, denominator):
        grain, aggregation, scale, (low, high), _ = CATALOGUE[indicator]
        if state != "ok":
            return state, None, None, None
        if aggregation == RS:
            if not denominator:
                return "denom_zero", numerator, denominator, None
            value = scale * numerator / denominator
        else:
            value = scale * numerator
        if (low is not None and value < low - 1e-9) or (high is not None and value > high + 1e-9):
            return "no_data", None, None, None
        return "ok", numerator, denominator, value

    @functools.lru_cache(maxsize=None)
    def regency(self, indicator, breakdown, region, grain, period):
        found = self.finish(indicator, *CATALOGUE[indicator][4][breakdown](self.judge, region, grain, period))
        if found[0] == "ok" and indicator in OF_PARTS and has_broken_month(self.judge, region, grain, period):
            return "incomplete", None, None, None
        return found

    def part(self, indicator, breakdown, region, grain, period):
        """What a regency brings to the corridor: nothing where its own value is withheld."""
        own = self.regency(indicator, breakdown, region, grain, period)
        if own[0] not in ("ok", "denom_zero") or indicator not in CORRIDOR_SIDE:
            return own
        return own[0], *CORRIDOR_SIDE[indicator](self.judge, region, grain, period)[1:], None

    def pooled(self, indicator, breakdown, regions, grain, period):
        numerator, denominator, value = CATALOGUE[indicator][4][breakdown][1](self.judge, regions, period, grain)
        if isinstance(value, str):
            return value, None, None, None
        if value is None:
            return "denom_zero", None, None, None
        return "ok", numerator, denominator, value

    def value(self, indicator, breakdown, region, grain, period):
        aggregation = CATALOGUE[indicator][1]
        expected = ONLY.get(indicator, self.judge.regions)
        if region != "CORR":
            if aggregation != POOL:
                return self.regency(indicator, breakdown, region, grain, period)
            state = CATALOGUE[indicator][4][breakdown][0](self.judge, region, grain, period)
            return self.pooled(indicator, breakdown, (region,), grain, period) if state == "ok" else (state, None, None, None)
        if aggregation == POOL:
            present = [r for r in expected if CATALOGUE[indicator][4][breakdown][0](self.judge, r, grain, period) == "ok"]
        else:
            found = {r: self.part(indicator, breakdown, r, grain, period) for r in expected}
            present = [r for r in expected if found[r][0] in ("ok", "denom_zero")]
        if aggregation == NA:
            return "not_applicable", None, None, None
        if 2 * len(present) <= len(expected):
            suppressed = len(expected) == 1 and aggregation != POOL and found[expected[0]][0] in ("suppressed", "incomplete", "no_data")
            return (found[expected[0]][0] if suppressed else "insufficient_coverage"), None, None, None
        if aggregation == POOL:
            state, numerator, denominator, value = self.pooled(indicator, breakdown, tuple(present), grain, period)
        else:
            numerator = sum(found[r][1] for r in present)
            denominator = sum(found[r][2] for r in present) if aggregation == RS else None
            state, numerator, denominator, value = self.finish(indicator, "ok", numerator, denominator)
        return ("partial_coverage" if state == "ok" and len(present) < len(expected) else state), numerator, denominator, value


# ---- The comparison ------------------------------------------------------------------------------------------------------------
def near(a, b):
    return abs(a - b) <= TOLERANCE * max(1.0, abs(a), abs(b))


def differs(theirs, mine):
    """Why a published row is not the judge's, or nothing."""
    if theirs[0] != mine[0] and not (theirs[0] in OPEN and mine[0] in OPEN):
        return f"state {theirs[0]}, judge {mine[0]}" + (f" ({mine[3]})" if mine[3] is not None else f" (published {theirs[3]})" if theirs[3] is not None else "")
    if (theirs[3] is None) != (mine[3] is None):
        return f"value {theirs[3]}, judge {mine[3]}"
    if mine[3] is not None:
        for what, a, b in zip(("value", "numerator", "denominator"), (theirs[3], theirs[1], theirs[2]), (mine[3], mine[1], mine[2])):
            if a is not None and b is not None and not near(a, b):
                return f"{what} {a}, judge {b}"
    return None


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("koridor")
    arguments.add_argument("lake")
    arguments.add_argument("--plant", action="store_true")
    arguments.add_argument("--restricted", action="store_true", help="compare what the open tier closes too; recorded by the program")
    arguments.add_argument("--show", type=int, default=3)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(options.koridor, options.lake, folder, options.restricted)
    catalogue = Catalogue(Judge(lake))
    catalogue.everything = Catalogue(Judge(lake, everything=True))
    published = defaultdict(dict)
    for indicator, breakdown, region, grain, period, *rest in lake.rows("""select indicator_id, breakdown, region_code, grain, period, state, numerator, denominator, value
            from indicators_values order by all"""):
        published[indicator][breakdown or "", region, grain, period] = tuple(rest)
    # What rests on cells that are closed is closed with them, and says so.
    withheld = set(lake.rows("""select indicator_id, coalesce(breakdown, ''), region_code, grain, period from indicators_values
        where state = 'suppressed' and flags like '%suppressed: %'"""))
    n3 = {row[0] for row in lake.rows("select indicator_id from ref_indicator where null_rules like '%N3%'")}
    if options.plant:
        sys.exit(plant(catalogue, published))
    report(catalogue, published, n3, withheld, options.show)


def report(catalogue, published, n3, withheld, show):
    print(f"{'indicator':<30} {'compared':>8} {'equal':>6} {'differing':>9}  first differences")
    wrong, compared_in_all, rows_in_all, states, closed = 0, 0, 0, Counter(), 0
    periods = sorted({(grain, period) for rows in published.values() for _, _, grain, period in rows})
    for indicator in sorted(set(CATALOGUE) | set(published)):
        rows = published.get(indicator, {})
        rows_in_all += len(rows)
        if indicator not in CATALOGUE:
            print(f"{indicator:<30} {0:>8} {'':>6} {'':>9}  not known to this judge: {len(rows)} rows not compared")
            continue
        if not rows:
            print(f"{indicator:<30} {0:>8} {'':>6} {'':>9}  not there")
            continue
        differences, compared = [], 0
        for key, theirs in rows.items():
            mine = catalogue.value(indicator, *key)
            if theirs[0] == "suppressed" and mine[0] != "suppressed" and (indicator in n3 or (indicator, *key) in withheld):
                closed += 1  # protected by disclosure control: no figure to compare
                continue
            compared += 1
            states[theirs[0]] += 1
            why = differs(theirs, mine)
            if why and indicator in n3:
                why = differs(theirs, catalogue.everything.value(indicator, *key)) and why
            if why and indicator == "visitor_source_gap" and not key[0]:
                # Where not every source has all visits, the market that every one has may stand for them.
                why = why if all(differs(theirs, catalogue.value(indicator, market, *key[1:])) for market in ("wisman", "wisnus")) else None
            if why:
                differences.append((key, why))
        for grain, period in periods:
            for breakdown in CATALOGUE[indicator][4]:
                for region in catalogue.judge.regions + ["CORR"]:
                    if FINER[grain].find(CATALOGUE[indicator][0]) < 0 or (breakdown, region, grain, period) in rows or (indicator in ONLY and region != "CORR"):
                        continue
                    mine = catalogue.value(indicator, breakdown, region, grain, period)
                    if mine[0] in VALUED:
                        differences.append(((breakdown, region, grain, period), f"not published, judge {mine[0]} {mine[3]}"))
        compared_in_all += compared
        wrong += len(differences)
        print(f"{indicator:<30} {compared:>8} {compared - len(differences):>6} {len(differences):>9}  ", end="")
        print("; ".join(f"{b + ' ' if b else ''}{r} {g} {p}: {why}" for (b, r, g, p), why in differences[:show]))
    share = compared_in_all / max(rows_in_all, 1)
    print(f"{compared_in_all} of {rows_in_all} rows compared ({100 * share:.2f} %), {closed} closed by disclosure control; by state: {dict(states)}")
    if wrong or share < SHARE:
        sys.exit(f"the judges differ on {wrong} values" if wrong else f"fewer than {100 * SHARE} % of the rows could be compared")


def plant(catalogue, published):
    """The test of the test: a value that is off by a hundred-thousandth, and a state that is another, are found."""
    missed, planted = [], 0
    for indicator, rows in sorted(published.items()):
        for key, theirs in rows.items():
            mine = catalogue.value(indicator, *key) if indicator in CATALOGUE else None
            if mine is None or differs(theirs, mine) or theirs[3] in (None, 0):
                continue
            planted += 2
            if not differs((theirs[0], theirs[1], theirs[2], theirs[3] * 1.00001 + 1e-5), mine):
                missed.append((indicator, key, "value"))
            if not differs(("denom_zero", None, None, None), mine):
                missed.append((indicator, key, "state"))
            break
    print(f"{planted} planted differences, {planted - len(missed)} found")
    return 0 if planted >= 60 and not missed else f"not found: {missed or 'fewer than 60 planted'}"


if __name__ == "__main__":
    main()
