//! Rows that are kept for a time: refused ones go as accepted ones do.

use crate::lake::{PROJECT, TestLake};
use koridor_lake::load::erase::retention::{Kept, retention};
use koridor_lake::load::erase::{Asked, CopiesOf, erase};
use koridor_lake::load::quarantine::Decision;
use std::sync::Arc;

async fn kept(lake: &TestLake) -> Kept {
    let mut all = retention(&PROJECT, &lake.storage).await.unwrap();
    all.retain(|own| own.dataset == "sapa_case");
    all.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_row_past_its_time_goes_where_no_accepted_one_is_due() {
    let lake = TestLake::new().await;
    let text = "region_code,case_id,month_reported,n_victims,age_group,sex,violence_type,\
                service_given\n\
                7472,KASUS-OLD-0001,2015-03-01,many,18+,P,physical,true\n\
                7472,KASUS-NEW-0001,2026-03-01,1,18+,P,physical,true\n";
    lake.load_one("a.csv", text, "sapa_case", "DP3A_7472").await;
    let due = kept(&lake).await;
    assert_eq!((due.rows, due.refused, due.oldest.as_deref()), (0, 1, Some("2015-03-01")));
    let subject = due.subject().unwrap();
    let decision = Decision { by: "X", reason: "JRA" };
    let asked = Asked { subject: &subject, decision, copies: CopiesOf::default() };
    erase(&PROJECT, &lake.storage, (&asked, &Arc::default())).await.unwrap();
    let after = kept(&lake).await;
    assert_eq!((after.refused, after.oldest.as_deref()), (0, None));
    assert!(after.subject().is_none());
    assert_eq!(lake.rows("select count(*) from core.sapa_case").await, ["1"]);
}
