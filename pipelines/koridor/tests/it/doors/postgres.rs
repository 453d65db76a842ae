//! The door of PostgreSQL, asked by a client's own library.

use super::{LAKE, asked, key, service};
use koridor_lake::store::access_keys::Role;
use koridor_serve::pg::{Options, serve};
use koridor_serve::service::{Caller, Service};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

/// An open door; dropped, it closes.
pub struct Door {
    pub address: SocketAddr,
    pub service: Arc<Service>,
    _stop: oneshot::Sender<()>,
}

async fn door() -> Door {
    Door::open().await
}

impl Door {
    /// A door that lets anybody in.
    pub async fn open() -> Self {
        Self::with(Options { lets_in_anybody: true, ..Options::default() }).await
    }

    /// A door as it is said.
    pub async fn with(options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let service = service();
        tokio::spawn(serve(Arc::clone(&service), listener, options, async {
            let _ = stopped.await;
        }));
        Self { address, service, _stop: stop }
    }

    /// Whoever comes in with a password, or without one.
    pub async fn client(
        &self,
        user: &str,
        password: &str,
    ) -> Result<Client, tokio_postgres::Error> {
        let mut config = Config::new();
        config.host("127.0.0.1").port(self.address.port()).dbname("koridor").user(user);
        if !password.is_empty() {
            config.password(password);
        }
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Somebody with a key to everything that is not restricted.
    pub async fn analyst(&self) -> Client {
        let (text, caller) = key(Role::Analyst, None).await;
        self.client(&caller.key().unwrap().id, &text).await.unwrap()
    }
}

/// Cells of a simple query, rows a line each.
pub async fn simple(client: &Client, sql: &str) -> Result<String, tokio_postgres::Error> {
    let mut text = String::new();
    for message in client.simple_query(sql).await? {
        if let SimpleQueryMessage::Row(row) = message {
            let cells = (0..row.len()).map(|at| row.get(at).unwrap_or("NULL"));
            text.push_str(&cells.collect::<Vec<_>>().join("|"));
            text.push('\n');
        }
    }
    Ok(text)
}

/// Names of a statement's column types.
pub fn type_names(statement: &tokio_postgres::Statement) -> Vec<String> {
    statement.columns().iter().map(|own| own.type_().name().to_owned()).collect()
}

/// The code of an error.
pub fn code<T: std::fmt::Debug>(outcome: Result<T, tokio_postgres::Error>) -> String {
    let error = outcome.unwrap_err();
    error.as_db_error().map(|own| own.code().code().to_owned()).unwrap_or(error.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_asked_for_and_nobody_else_comes_in() {
    let door = door().await;
    let (text, caller) = key(Role::Analyst, Some("7407")).await;
    let id = caller.key().unwrap().id.clone();
    let own = door.client(&id, &text).await.unwrap();
    let regions = "select region_code from core.waste_handling";
    assert_eq!(simple(&own, regions).await.unwrap(), "7407\n");
    let by_name = door.client(&caller.key().unwrap().name, &text).await.unwrap();
    assert_eq!(simple(&by_name, regions).await.unwrap(), "7407\n");
    let open = door.client("open", "").await.unwrap();
    assert_eq!(code(simple(&open, regions).await), "42501");
    for (user, password) in [(id.as_str(), "x"), ("nobody", "x"), (text.as_str(), "x"), ("", "x")] {
        let told = door.client(user, password).await.map(|_| ()).unwrap_err();
        let all = format!("{told} {:?}", told.as_db_error());
        assert!(!all.contains(&text) && all.contains("28P01"), "{all}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_prepared_and_simple_answer_the_same_as_in_process() {
    let door = door().await;
    let client = door.analyst().await;
    let (_, analyst) = key(Role::Analyst, None).await;
    let sql = "select region_code, cast(period_month as varchar) as m, reduced_ton \
               from core.waste_handling order by 1";
    let inside = asked(&door.service, &analyst, sql).await.unwrap();
    assert_eq!(simple(&client, sql).await.unwrap(), inside.replace("||", "|NULL|"));
    let statement = "select region_code, period_month, reduced_ton::double as d, is_headline, \
                     src_row from core.waste_handling where region_code = $1 and reduced_ton >= $2";
    let prepared = client.prepare(statement).await.unwrap();
    assert_eq!(prepared.params().len(), 2);
    let rows = client
        .query(
            "select region_code, reduced_ton::double as d, src_row \
        from core.waste_handling where region_code = $1",
            &[&"7407"],
        )
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].get::<_, &str>(0), rows[0].get::<_, f64>(1)), ("7407", 2.0));
    assert!(
        client
            .query(
                "select 1 from core.waste_handling where region_code = $1",
                &[&"7407' or '1' = '1"]
            )
            .await
            .unwrap()
            .is_empty()
    );
    // A statement that is wrong leaves the connection usable, and says where.
    let error = client.simple_query("select (\nfrom x").await.unwrap_err();
    assert_eq!(error.code().unwrap().code(), "42601", "{error:?}");
    assert!(error.as_db_error().unwrap().position().is_some(), "{error:?}");
    assert_eq!(code(simple(&client, "select * from core.waste_handlin").await), "42P01");
    assert_eq!(simple(&client, "select 1; select 2;").await.unwrap(), "1\n2\n");
    // What tells of the connection is written into the statement: never so that it says another.
    assert_eq!(simple(&client, "select - -1, current_schema()").await.unwrap(), "1|core\n");
    let user = simple(&client, "select current_user").await.unwrap().trim().to_owned();
    let rows = simple(&client, "select current_user, - -1 from core.waste_handling").await;
    assert_eq!(rows.unwrap(), format!("{user}|1\n").repeat(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_has_settings_transactions_and_cursors_of_its_own() {
    let door = door().await;
    let (client, other) = (door.analyst().await, door.analyst().await);
    let show = "show statement_timeout";
    simple(&client, "set statement_timeout = '300ms'").await.unwrap();
    assert_eq!(simple(&client, show).await.unwrap(), "300ms\n");
    assert_eq!(simple(&other, show).await.unwrap(), "0\n");
    let endless = "select count(*) from range(0, 9000000) a cross join range(0, 9000000) b";
    assert_eq!(code(simple(&client, endless).await), "57014");
    simple(&client, "discard all").await.unwrap();
    assert_eq!(simple(&client, show).await.unwrap(), "0\n");
    for set in [
        "set datafusion.execution.batch_size = 1",
        "set koridor.as_of = '1999-01-01'",
        "set data_directory = '/'",
        "select set_config('datafusion.x', '1', false) from core.waste_handling",
        "copy core.waste_handling to '/tmp/x'",
        "create external table t stored as csv location '/etc/passwd'",
        "insert into core.waste_handling values (1)",
        "select * from '/etc/passwd'",
        "drop table core.waste_handling",
        "select 1; drop table core.waste_handling",
    ] {
        assert!(simple(&client, set).await.is_err(), "{set}");
    }
    simple(&client, "begin").await.unwrap();
    simple(&client, "declare c cursor for select value from range(0, 5) order by 1").await.unwrap();
    assert_eq!(simple(&client, "fetch 2 from c").await.unwrap(), "0\n1\n");
    assert_eq!(simple(&client, "fetch forward all from c").await.unwrap(), "2\n3\n4\n");
    let declared = "declare p cursor for select value from range(0, 9) where value >= $1";
    client.execute(declared, &[&5_i64]).await.unwrap();
    assert_eq!(simple(&client, "move 2 in p").await.unwrap(), "");
    assert_eq!(simple(&client, "fetch all from p").await.unwrap(), "7\n8\n");
    simple(&client, "commit").await.unwrap();
    assert_eq!(code(simple(&client, "fetch 2 from c").await), "34000");
    // What is set for a transaction, or in one that is rolled back, ends with it.
    for (set, end, during) in [
        ("set local statement_timeout = '9s'", "commit", "9s\n"),
        ("set local statement_timeout = '9s'", "rollback", "9s\n"),
        ("set statement_timeout = '8s'", "rollback", "8s\n"),
    ] {
        simple(&client, "begin").await.unwrap();
        simple(&client, set).await.unwrap();
        assert_eq!(simple(&client, show).await.unwrap(), during, "{set}");
        simple(&client, end).await.unwrap();
        assert_eq!(simple(&client, show).await.unwrap(), "0\n", "{set}, {end}");
    }
    // A request to give up ends what runs, and nothing else.
    let cancel = client.cancel_token();
    let begun = Instant::now();
    let (told, ()) = tokio::join!(simple(&client, endless), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        cancel.cancel_query(NoTls).await.unwrap();
    });
    assert_eq!(code(told), "57014");
    assert!(begun.elapsed() < Duration::from_secs(30));
    assert_eq!(simple(&client, "select 3").await.unwrap(), "3\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_tells_what_a_caller_may_ask() {
    let door = door().await;
    let client = door.analyst().await;
    let tables = "select n.nspname || '.' || c.relname from pg_catalog.pg_class c \
                  join pg_catalog.pg_namespace n on n.oid = c.relnamespace \
                  where n.nspname in ('core', 'indicators') order by 1";
    let told = simple(&client, tables).await.unwrap();
    assert!(told.contains("core.waste_handling\n") && told.contains("indicators.values\n"));
    assert!(!told.contains("sapa_case") && !told.contains("full_values"), "{told}");
    let comment = "select obj_description(c.oid, 'pg_class'), col_description(c.oid, 1) \
                   from pg_class c where relname = 'waste_handling'";
    let told = simple(&client, comment).await.unwrap();
    assert!(told.contains("current rows"), "{told}");
    let version = simple(&client, "select version(), current_schema()").await.unwrap();
    assert!(version.starts_with("PostgreSQL 16"), "{version}");
    let open = door.client("open", "").await.unwrap();
    let told = simple(&open, tables).await.unwrap();
    assert!(told.contains("indicators.values\n") && !told.contains("core."), "{told}");
    assert_eq!(code(simple(&client, "select * from core.waste_handling, pg_class").await), "0A000");
    // What a statement asks of its own connection is no matter of either.
    let both = "select current_user, current_schema(), count(*) from core.waste_handling";
    let told = simple(&client, both).await.unwrap();
    assert!(told.ends_with("|core|3\n"), "{told}");
    let named = "select 'core.waste_handling'::regclass::text, 'int8'::regtype";
    assert!(simple(&client, named).await.is_ok());
    assert_eq!(code(simple(&client, "select 'core.nothing'::regclass").await), "42P01");
    let anybody = Caller::anybody();
    assert!(asked(&door.service, &anybody, "select * from pg_catalog.pg_class").await.is_err());
    assert!(LAKE.path().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn patterns_are_postgresqls_and_what_has_no_type_is_told() {
    let door = door().await;
    let client = door.analyst().await;
    let day = "select to_char(date '2025-03-04', 'DD Mon YYYY'), to_char(1234.5, 'FM9,999.00')";
    assert_eq!(simple(&client, day).await.unwrap(), "04 Mar 2025|1,234.50\n");
    assert!(simple(&client, "select to_char(date '2025-03-04', 'tahun')").await.is_err());
    assert_eq!(simple(&client, "select [1, 2]").await.unwrap(), "{1,2}\n");
    for sql in ["select [[1, 2], [3]] as a", "select named_struct('b', [[1]]) as a"] {
        let told = simple(&client, sql).await.unwrap_err();
        let told = told.as_db_error().unwrap();
        assert_eq!(told.code().code(), "0A000", "{sql}");
        assert!(told.message().contains("is a list of lists"), "{told}");
        assert!(told.hint().unwrap().contains("unnest"), "{told}");
    }
    assert_eq!(simple(&client, "select 3").await.unwrap(), "3\n");
}
