#!/usr/bin/env python3
"""Random deliveries of several sources over three years, so that the judges meet states that the sample does not have. All figures are made up.

usage: judge_deliveries.py KORIDOR LAKE [SEED [PROJECT]]      makes LAKE (a folder that is not there yet)

Months are missing, fields blank, classes and markets absent, years filed as one row, sources disagree, regencies do not file at all.
"""
import csv
import datetime as dt
import json
import pathlib
import random
import subprocess
import sys
import tempfile

CORRIDOR = ["7401", "7405", "7407", "7472"]
YEARS = [2023, 2024, 2025]
POINTS = {"7401": ["KAMARU", "PASARWAJO"], "7405": ["TOROBULU", "AMOLENGO", "KDI"], "7407": ["WNI", "WANCI", "TOMIA"], "7472": ["BUW", "MURHUM"]}
OUTSIDE = ["UPG", "CGK", "RAHA", "KENDARI_PORT"]
rng = random.Random()


def chance(p):
    return rng.random() < p


def blank(value, p=0.03):
    return "" if chance(p) else value


def months(years=YEARS):
    return [dt.date(y, m, 1) for y in years for m in range(1, 13)]


def quarters():
    return [dt.date(y, m, 1) for y in YEARS for m in (1, 4, 7, 10)]


def kept(periods, gap=0.02):
    """The periods that a source files: now and then one is missing, now and then a year."""
    lost = {year for year in YEARS if chance(0.15)}
    return [p for p in periods if p.year not in lost and not chance(gap)]


def days(month):
    return ((month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - month).days


def visitor_flow(region, source):
    mode = rng.choice(["split", "split", "points", "total", "one market", "origins"])
    gap = rng.choice([0, 0, 0.03])
    for channel in rng.sample(["attraction", "accommodation"], rng.choice([1, 1, 2])):
        for month in kept(months(), gap):
            size = rng.randint(300, 3000)
            for market in {"total": ["total"], "one market": ["wisman"]}.get(mode, ["wisman", "wisnus"]):
                if chance(0.01):
                    continue
                origins = ["AUS", "USA", "DEU", "XXX"] if market == "wisman" and mode == "origins" else ["XXX"]
                for point in POINTS[region][:2] if mode == "points" else [""]:
                    if point and chance(0.04):
                        continue
                    for origin in origins:
                        yield [region, point, month, channel, "ticket", "visits", market, origin, "unknown", size // (7 if market == "wisman" else 1) // (4 if origin == "XXX" and len(origins) > 1 else 1), "M"]
    for year in YEARS:
        if chance(0.3):
            for market in ["wisman", "wisnus"]:
                yield [region, "", dt.date(year, 1, 1), "attraction", "estimate", "visits", market, "XXX", "unknown", rng.randint(5000, 30000), "Y"]
        if chance(0.5):
            yield [region, "", dt.date(year, 1, 1), "attraction", "estimate", "visitors", "total", "XXX", "unknown", rng.randint(2000, 20000), "Y"]


def arrivals(region, source):
    whole = chance(0.3)
    for point in [""] if whole else POINTS[region]:
        for month in kept(months(), 0.01):
            for market in ["total"] if chance(0.9) else ["wisman", "wisnus"]:
                yield [region, point, month, "entry", "manifest", "arrivals", market, "XXX", "unknown", rng.randint(100, 3000), "M"]


def accommodation_month(region, source):
    classes = rng.sample(["bintang", "non_bintang", "homestay"], rng.choice([1, 2, 3]))
    gap = rng.choice([0, 0, 0.02])
    blanks = rng.choice([0, 0, 0.01, 0.05])
    for month in kept(months(), gap):
        for accom in classes:
            if chance(gap):
                continue
            rooms, operating = rng.randint(20, 80), rng.randint(2, 9)
            available = rooms * days(month)
            guests = [rng.randint(0, 60), rng.randint(50, 600)]
            yield [region, month, accom, operating, rng.randint(1, operating), rooms, rooms * 2, blank(available, blanks), blank(rng.randint(available // 5, available), blanks), available * 2,
                   blank(guests[0], blanks), blank(guests[1], blanks), blank(guests[0] * 2, blanks), blank(guests[1] + 10, blanks), blank(rng.randint(10**6, 10**9), blanks), "M"]


def waste_generation(region, source):
    for month in kept(months(), rng.choice([0, 0, 0.03])):
        for method in rng.choice([["measured"], ["measured"], ["measured", "sampling_sni"]]):
            yield [region, month, method, round(rng.uniform(1500, 2500), 3), "", "", "M"]
    for year in YEARS:
        if chance(0.4):
            yield [region, dt.date(year, 1, 1), "sampling_sni", round(rng.uniform(20000, 30000), 3), "", "", "Y"]


def waste_handling(region, source):
    blanks = rng.choice([0, 0, 0.02])
    high = chance(0.3)
    for month in kept(months(), rng.choice([0, 0, 0.03])):
        handled = rng.uniform(600, 1700 if high else 900)
        yield [region, month, blank(round(rng.uniform(100, 400), 3), blanks), blank(round(handled, 3), blanks), blank(round(rng.uniform(10, 200), 3), 0.1), blank(round(rng.uniform(0, 50), 3), 0.2),
               "", blank(round(handled / 2, 3), blanks), "M"]
    for year in YEARS:
        if chance(0.4):
            yield [region, dt.date(year, 1, 1), blank(3000, 0.2), 12000, blank(500, 0.4), blank(100, 0.4), "", "", "Y"]


def waste_weighbridge(region, source):
    for month in kept(months(), 0.01):
        for n in range(rng.randint(3, 6)):
            net = rng.randint(2000, 9000)
            at = dt.datetime(month.year, month.month, rng.randint(1, 28), rng.randint(6, 18))
            origin = region if chance(0.9) else rng.choice(CORRIDOR)
            weighed = chance(0.8)
            yield [f"TPA-{region}", f"{month:%Y%m}-{n}", at.isoformat(), origin, rng.choice(["household", "market", "hotel_resto", "attraction"]), str(weighed).lower(),
                   *([net + 4000, 4000, "", blank(net / 1000, 0.1)] if weighed else ["", "", rng.randint(5, 20), ""])]


def waste_composition(region, source):
    names = ["sisa_makanan", "kayu_ranting", "kertas_karton", "plastik", "logam", "kain", "karet_kulit", "kaca", "lainnya"]
    for year in kept_years():
        shares = [rng.randint(1, 10) for _ in names[1:]]
        for name, share in zip(names, [100 - sum(shares), *shares]):
            yield [region, year, name, share]


def kept_years():
    return [year for year in YEARS if not chance(0.2)]


def waste_facility(region, source):
    for year in kept_years():
        yield [f"TPA-{region}", year, region, "TPA", rng.randint(20, 80), str(chance(0.9)).lower()]


def population(region, source):
    for year in kept_years():
        yield [region, year, {"7401": 122024, "7405": 332389, "7407": 118793, "7472": 163793}[region] + rng.randint(-500, 500)]


def finance_month(region, source):
    for month in kept(months(), 0.02):
        debtors = rng.randint(0, 50)
        yield [region, month, blank(debtors * 10**7, 0.02), blank(debtors, 0.02), blank(rng.randint(100, 200), 0.02), "M"]


def regional_finance(region, source):
    for year in kept_years():
        for stage in ["apbd", "realisasi"]:
            yield [region, year, stage, 10**11, rng.randint(5, 9) * 10**11, rng.choice([0, 10**10]), *(blank(rng.randint(10**7, 10**9), 0.2) for _ in range(4))]


def umkm_turnover(region, source):
    for quarter in kept(quarters(), 0.05):
        for kbli, tourism in [("55", "true"), ("56", "true"), ("47", "false")]:
            frame = rng.randint(10, 200)
            answered = rng.choice([0, 1, 2, 8, 9, frame // 2]) if chance(0.15) else frame // 2
            turnover = sum(rng.randint(10**6, 10**7) for _ in range(answered))
            yield [region, quarter, kbli, "mikro", tourism, frame, answered, turnover if answered else "", turnover * frame // answered if answered else "", turnover // rng.choice([1, 2, 3]) if answered else ""]


def visitor_survey(region, source):
    for quarter in kept(quarters(), 0.03):
        for market in ["wisman", "wisnus"]:
            if chance(0.03):
                continue
            asked = rng.randint(10, 80)
            yield [region, quarter, market, asked, rng.randint(asked // 2, asked), blank(asked * 10**6, 0.05), ""]


def visitor_onward(region, source):
    for quarter in kept(quarters(), 0.03) if region == "7472" else []:
        everyone = rng.randint(2000, 5000)
        asked = rng.randint(20, 90)
        for visited, share in [("*", 1), ("7407", 0.3), ("7401", 0.2)]:
            yield [quarter, region, visited, int(asked * share), int(everyone * share)]


def transport_service(region, source):
    ends = POINTS[region]
    elsewhere = OUTSIDE + [point for other in CORRIDOR if other != region for point in POINTS[other]]
    for _ in range(rng.choice([1, 2, 3])):
        origin, destination = rng.choice(elsewhere + ends[:1]), ends[-1]
        if origin == destination:
            continue
        for operator in rng.choice([["Satu"], ["Satu", "Dua"]]):
            for month in kept(months(), rng.choice([0, 0, 0.02])):
                scheduled = rng.choice([0, 3, 8, 30, 30, 30])
                operated = scheduled - rng.randint(0, min(3, scheduled))
                yield [f"{origin}-{destination}", operator, month, origin, destination, "ferry", scheduled, operated, scheduled - operated, rng.randint(0, operated), 60, 60 * operated,
                       blank(rng.randint(0, 60 * operated), 0.05)]


def umkm_register(region, source):
    for n in range(rng.randint(20, 60)):
        start = dt.date(rng.choice([2022, 2023, 2024]), rng.randint(1, 12), rng.choice([1, 15, 28]))
        scale = "mikro"
        for version in range(rng.choice([1, 1, 2, 3])):
            end = start + dt.timedelta(days=rng.randint(60, 400))
            last = chance(0.4)
            yield [f"U{source}{region}{n}", start, "" if last else end, region, blank("1" * 13, 0.4), blank(rng.choice(["55110", "56101", "47111", "49213"]), 0.2), rng.choice(["2020", "2020", "2025"]),
                   scale, rng.choice(["active", "active", "active", "dormant", "closed"])]
            if last:
                break
            start, scale = end + dt.timedelta(days=rng.choice([0, 0, 30])), rng.choice([scale, "kecil"])


def health_year(region, source):
    for year in kept_years():
        yield [region, year, rng.randint(0, 200), rng.randint(3, 20), rng.randint(5, 60)]


def spbe_index(region, source):
    for year in kept_years():
        yield [region, year, rng.randint(120, 450) / 100]


def smartcity_eval(region, source):
    for year in kept_years():
        for component in ["baseline", "output", "outcome", "impact", "quick_win"]:
            if not chance(0.06):
                yield [region, year, component, rng.randint(100, 400) / 100]


def fire_incident(region, source):
    for month in kept(months(), 0.02):
        for n in range(rng.randint(1, 4)):
            call = dt.datetime(month.year, month.month, rng.randint(1, 28), rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59))
            arrive = call + dt.timedelta(seconds=rng.choice([-600, 0, 899, 900, 901, 1200, 2400]))
            yield [region, f"F{region}{month:%Y%m}{n}", call.isoformat(), blank(arrive.isoformat(), 0.1), rng.choice(["phone", "fire_button", "direct"]),
                   rng.choice(["fire", "fire", "rescue", "false_alarm"]), str(chance(0.8)).lower()]


def perda_report(region, source):
    for month in kept(months(), 0.02):
        for n in range(rng.randint(1, 4)):
            at = dt.datetime(month.year, month.month, rng.randint(1, 28), rng.randint(0, 23))
            outcome = rng.choice(["resolved", "resolved", "rejected", "forwarded", "open"])
            closed = at + dt.timedelta(days=rng.choice([1, 5, 13, 14, 15, 40]), hours=rng.choice([-1, 0, 0, 1]))
            yield [region, f"R{region}{month:%Y%m}{n}", at.isoformat(), "" if outcome == "open" else closed.isoformat(), rng.choice(["app", "office"]), CATEGORY, outcome]


def sapa_case(region, source):
    for year in kept_years():
        for n in range(rng.choice([1, 2, 5, 20, 30])):
            yield [region, f"K{region}{year}{n}", dt.date(year, rng.randint(1, 12), 1), rng.choice([1, 1, 1, 2]), rng.choice(["0-17", "18+"]), rng.choice(["L", "P"]), "physical",
                   str(chance(0.7)).lower()]


def quick_win(region, source):
    for number in range(rng.randint(2, 4)):
        steps = rng.randint(1, 3)
        for quarter in kept(quarters(), 0.1):
            at = quarter.replace(month=quarter.month + 2, day=28)
            share = min(1.0, ((quarter.year - 2023) * 4 + quarter.month // 3 + 1) / rng.choice([6, 8, 10]))
            for step in range(steps):
                actual = 100 if chance(share) else rng.randint(0, 99)
                evidence = actual == 100 and chance(0.8)
                yield [region, f"P{number}", f"M{step}", at, ["living", "economy", "branding", "society"][number], "quick_win", rng.randint(1, 5), 100 if chance(share) else 60, actual,
                       "done" if evidence else "running", "https://example.org/bukti" if evidence else ""]


FIELDS = {
    "health_year": "region_code,year,beds,puskesmas,doctors", "spbe_index": "region_code,year,index", "smartcity_eval": "region_code,year,component,score",
    "fire_incident": "region_code,incident_id,ts_call,ts_arrive,channel,type,in_wmk", "perda_report": "region_code,report_id,ts_report,ts_closed,channel,category,outcome",
    "sapa_case": "region_code,case_id,month_reported,n_victims,age_group,sex,violence_type,service_given",
    "quick_win": "region_code,program_id,milestone_id,report_date,dimension,kind,weight,planned_pct,actual_pct,status,evidence_url",
    "visitor_flow": "region_code,point_id,period_month,channel,method,measure,market,origin_code,stay,value,period_type",
    "accommodation_month": "region_code,period_month,accom_class,estab_operating,estab_responding,rooms_end,beds_end,room_nights_avail,room_nights_sold,bed_nights_avail,"
                           "guests_wisman,guests_wisnus,nights_wisman,nights_wisnus,room_revenue_rp,period_type",
    "waste_generation": "region_code,period_month,method,gen_ton,factor_kg_cap_day,pop_used,period_type",
    "waste_handling": "region_code,period_month,reduced_ton,handled_ton,recycled_ton,feedstock_ton,collected_ton,landfilled_ton,period_type",
    "waste_weighbridge": "facility_id,ticket_id,ts_in,region_origin,source_class,weighed,gross_kg,tare_kg,volume_m3,net_ton",
    "waste_composition": "region_code,year,component,pct",
    "waste_facility": "facility_id,year,region_code,type,design_ton_day,operating",
    "population": "region_code,year,pop_mid",
    "finance_month": "region_code,period_month,kur_disbursed_rp,kur_debtors,qris_merchants,period_type",
    "regional_finance": "region_code,year,stage,pad_rp,transfer_rp,loan_rp,pbjt_hotel_rp,pbjt_fnb_rp,pbjt_entertainment_rp,retribusi_wisata_rp",
    "umkm_turnover": "region_code,period_quarter,kbli2,scale,is_tourism,n_frame,n_resp,turnover_resp_rp,turnover_est_rp,top2_rp",
    "visitor_survey": "region_code,period_quarter,market,n_resp,n_satisfied,spend_rp_sum,nights_sum",
    "visitor_onward": "period_quarter,entry_region,visited_region,n_resp,est_visitors",
    "transport_service": "route_id,operator,period_month,origin_point,dest_point,mode,trips_scheduled,trips_operated,trips_cancelled,trips_ontime,seats_per_trip,seats_offered,passengers",
    "umkm_register": "umkm_id,valid_from,valid_to,region_code,nib,kbli5,kbli_version,scale,status",
}
# Dataset, rows, sources (of a region, with {}), chance that a source files for a region.
PLAN = [
    ("visitor_flow", visitor_flow, ["DISPAR_{}", "BPS"], 0.9), ("visitor_flow", arrivals, ["SAMPLE_SYNTHETIC_ENTRY"], 0.9),
    ("accommodation_month", accommodation_month, ["DISPAR_{}", "BPS_VHTS"], 0.8), ("waste_generation", waste_generation, ["DLH_{}", "SAMPLE_SYNTHETIC"], 0.8),
    ("waste_handling", waste_handling, ["DLH_{}", "SAMPLE_SYNTHETIC"], 0.8), ("waste_weighbridge", waste_weighbridge, ["TPA_WEIGHBRIDGE"], 0.9),
    ("waste_composition", waste_composition, ["DLH_{}"], 0.8), ("waste_facility", waste_facility, ["DLH_{}"], 0.9),
    ("population", population, ["BPS", "DISDUKCAPIL_{}"], 0.8), ("finance_month", finance_month, ["SIKP", "BI"], 0.8), ("regional_finance", regional_finance, ["BKAD_{}"], 0.9),
    ("umkm_turnover", umkm_turnover, ["DISKOP_{}"], 0.95), ("visitor_survey", visitor_survey, ["DISPAR_{}"], 0.9), ("visitor_onward", visitor_onward, ["DISPAR_{}"], 1),
    ("transport_service", transport_service, ["DISHUB_{}"], 0.95), ("umkm_register", umkm_register, ["DISKOP_{}", "OSS"], 0.8),
    ("health_year", health_year, ["DINKES_{}"], 0.9), ("spbe_index", spbe_index, ["KEMENPANRB", "DISKOMINFO_{}"], 0.8),
    ("smartcity_eval", smartcity_eval, ["KOMINFO", "DISKOMINFO_{}"], 0.8), ("fire_incident", fire_incident, ["DAMKAR_{}"], 0.9),
    ("perda_report", perda_report, ["SATPOLPP_{}"], 0.9), ("sapa_case", sapa_case, ["DP3A_{}"], 0.9), ("quick_win", quick_win, ["DISKOMINFO_{}"], 0.9),
]
CATEGORY = "public_order"


def deliver(landing, seed, datasets):
    rng.seed(seed)
    for number, (dataset, rows, sources, likely) in enumerate(PLAN):
        if dataset not in datasets:
            continue
        for pattern in sources:
            found = by_source(rows, pattern, likely)
            for source, lines in found.items():
                folder = landing / source / dataset
                folder.mkdir(parents=True, exist_ok=True)
                with open(folder / f"{dataset}_{number}_{source}.csv", "w", newline="") as file:
                    csv.writer(file).writerows([FIELDS[dataset].split(","), *lines])


def by_source(rows, pattern, likely):
    found = {}
    for region in CORRIDOR:
        lines = list(rows(region, pattern.format(region))) if chance(likely) else []
        if lines:
            found.setdefault(pattern.format(region), []).extend(lines)
    return found


def main():
    koridor, lake = sys.argv[1:3]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    project = sys.argv[4] if len(sys.argv) > 4 else None
    roots = [pathlib.Path(__file__).resolve().parent.parent, *([pathlib.Path(project)] if project else [])]
    datasets = {path.stem for root in roots for path in (root / "schemas" / "datasets").glob("*.json")}
    with tempfile.TemporaryDirectory() as folder:
        deliver(pathlib.Path(folder), seed, datasets)
        done = subprocess.run([koridor, "--lake", lake, *(["--project", project] if project else []), "--lang", "en", "--quiet", "run", "--landing", folder, "--allow-rejected"], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    counts = subprocess.run([koridor, "--lake", lake, "--format", "json", "sql", "select sum(rows_accepted) as accepted, sum(rows_rejected) as refused, count(*) as files from ops.files"],
                            check=True, capture_output=True, text=True)
    print(f"{lake}, seed {seed}: {json.loads(counts.stdout)[0]}")


if __name__ == "__main__":
    main()
