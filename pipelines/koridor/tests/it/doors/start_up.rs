//! What clients send when they connect and look around, as recorded or after their sources
//! (`start_up/*.sql`): each statement is answered, and where it matters what is answered is looked
//! at.

use super::postgres::{Door, simple};
use tokio_postgres::Client;

/// The statements of one client.
const CLIENTS: [(&str, &str); 10] = [
    ("datagrip", include_str!("start_up/datagrip.sql")),
    ("dbeaver", include_str!("start_up/dbeaver.sql")),
    ("grafana", include_str!("start_up/grafana.sql")),
    ("jdbc", include_str!("start_up/jdbc.sql")),
    ("metabase", include_str!("start_up/metabase.sql")),
    ("npgsql", include_str!("start_up/npgsql.sql")),
    ("odbc", include_str!("start_up/odbc.sql")),
    ("psql", include_str!("start_up/psql.sql")),
    ("sqlalchemy", include_str!("start_up/sqlalchemy.sql")),
    ("superset", include_str!("start_up/superset.sql")),
];

/// Which number the table of these tests has.
const NUMBER: &str = "select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n \
                      on n.oid = c.relnamespace where n.nspname = 'core' \
                      and c.relname = 'waste_handling'";

/// What is wrong with the answer to one statement.
async fn wrong(client: &Client, sql: &str, marks: &[&str], is_prepared: bool) -> Option<String> {
    if is_prepared {
        let asked = async {
            let statement = client.prepare(sql).await?;
            client.query(&statement, &[]).await
        };
        if let Err(error) = asked.await {
            return Some(format!("{error} {:?}", error.as_db_error()));
        }
    }
    match simple(client, sql).await {
        Err(error) => Some(format!("{error} {:?}", error.as_db_error())),
        Ok(told) => {
            let missed = marks.iter().find(|own| !told.contains(**own));
            missed.map(|own| format!("`{own}` is not in {told}"))
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_clients_send_when_they_connect_is_answered() {
    let door = Door::open().await;
    let (mut found, mut asked) = (Vec::new(), 0);
    for (name, text) in CLIENTS {
        let client = door.analyst().await;
        let number = simple(&client, NUMBER).await.unwrap();
        let text = text.replace("{oid}", number.trim());
        let is_prepared = text.contains("-- protocol: extended");
        assert!(is_prepared || text.contains("-- protocol: simple"), "{name}");
        for part in text.split(";\n") {
            let marks: Vec<&str> =
                part.lines().filter_map(|own| own.strip_prefix("-- has: ")).collect();
            let lines = part.lines().filter(|own| !own.starts_with("--"));
            let sql = lines.collect::<Vec<_>>().join("\n").trim().to_owned();
            if sql.is_empty() {
                continue;
            }
            asked += 1;
            let why = wrong(&client, &sql, &marks, is_prepared).await;
            found.extend(why.map(|own| format!("{name}: {own}\n{sql}\n")));
        }
    }
    assert!(asked > 200, "{asked}");
    assert!(found.is_empty(), "{} of {asked}\n{}", found.len(), found.join("\n"));
}
