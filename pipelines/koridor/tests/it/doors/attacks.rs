//! What clients of the doors send that mean no good: nothing leaks and nothing falls.

use super::postgres::{Door, code, simple};
use super::{key, storage};
use koridor_lake::store::access_keys::{self, NewAccessKey, Role};
use koridor_serve::pg::Options;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The first message of a client: its length, the protocol's version, who it is.
fn startup(user: &str) -> Vec<u8> {
    let mut body = vec![0, 3, 0, 0];
    body.extend(format!("user\0{user}\0database\0koridor\0\0").into_bytes());
    let mut message = u32::try_from(body.len() + 4).unwrap().to_be_bytes().to_vec();
    message.extend(body);
    message
}

/// What a server says to bytes until it is silent for a moment or goes; whether it went.
async fn said(address: SocketAddr, bytes: &[&[u8]]) -> (String, bool) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let mut told = Vec::new();
    let mut has_gone = false;
    for own in bytes {
        // A server that went already does not take more.
        let _ = socket.write_all(own).await;
        let mut buffer = [0; 4096];
        let wait = Duration::from_millis(700);
        while let Ok(read) = tokio::time::timeout(wait, socket.read(&mut buffer)).await {
            match read {
                Ok(0) | Err(_) => {
                    has_gone = true;
                    break;
                }
                Ok(length) => told.extend_from_slice(&buffer[..length]),
            }
        }
    }
    (String::from_utf8_lossy(&told).into_owned(), has_gone)
}

/// A message of a letter that says that it is so long.
fn claims(letter: &[u8], length: u32) -> Vec<u8> {
    [letter, &length.to_be_bytes(), b"select 1"].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_are_no_messages_end_their_connection_and_no_other() {
    let door = Door::open().await;
    let other = door.analyst().await;
    let (open, named) = (startup("open"), startup("x"));
    let far = claims(b"Q", 0x7fff_ffff);
    let long = claims(b"Q", 300 << 10);
    let negative = claims(b"P", 0xffff_fff0);
    let zeros = vec![0; 64];
    let garbage: Vec<u8> = (0..4000_u32).map(|own| (own * 7919 % 251) as u8).collect();
    let cases: [(&str, Vec<&[u8]>); 9] = [
        ("a first message of 2 GiB", vec![&[0x7f, 0xff, 0xff, 0xff, 0, 3, 0, 0]]),
        ("a first message of nothing", vec![&zeros]),
        ("a text of 2 GiB before there is anybody", vec![&named, &far]),
        ("a text of 2 GiB", vec![&open, &far]),
        ("a text longer than without a key", vec![&open, &long]),
        ("a negative length", vec![&open, &negative]),
        ("no letter of the protocol", vec![&open, &[0xff, 0, 0, 0, 4]]),
        ("anything at all", vec![&garbage]),
        ("anything at all, inside", vec![&open, &garbage]),
    ];
    for (name, bytes) in cases {
        let begun = Instant::now();
        let (told, has_gone) = said(door.address, &bytes).await;
        assert!(has_gone, "{name}: {told}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{name}");
        assert!(!told.contains("panicked") && !told.contains(".rs:"), "{name}: {told}");
        assert_eq!(simple(&other, "select 1").await.unwrap(), "1\n", "{name}");
    }
    // Half a statement and no more holds nobody else up.
    let mut half = TcpStream::connect(door.address).await.unwrap();
    half.write_all(&[&open[..], b"Q", &1000_u32.to_be_bytes(), b"sel"].concat()).await.unwrap();
    assert_eq!(simple(&other, "select 1").await.unwrap(), "1\n");
    // A key may send what others may not.
    let longer = format!("select length('{}')", "x".repeat(400 << 10));
    assert_eq!(simple(&other, &longer).await.unwrap(), format!("{}\n", 400 << 10));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_connects_often_and_says_nothing_keeps_nobody_out() {
    let options = Options { lets_in_anybody: true, connections: 40, ..Options::default() };
    let door = Door::with(options).await;
    let own = door.analyst().await;
    let mut silent = Vec::new();
    for at in 0..200 {
        let mut socket = TcpStream::connect(door.address).await.unwrap();
        if at % 2 == 0 {
            socket.write_all(&startup("open")).await.unwrap();
        }
        silent.push(socket);
    }
    // Who has a key and is in stays, and another comes in.
    assert_eq!(simple(&own, "select 1").await.unwrap(), "1\n");
    let another = door.analyst().await;
    assert_eq!(simple(&another, "select 2").await.unwrap(), "2\n");
    // Of the silent ones most were sent away; on a machine with other work not at once.
    let begun = Instant::now();
    while silent.len() > 40 {
        assert!(begun.elapsed() < Duration::from_secs(30), "{} stayed", silent.len());
        let mut stayed = Vec::new();
        for mut socket in silent {
            if is_open(&mut socket).await {
                stayed.push(socket);
            }
        }
        silent = stayed;
    }
}

/// Whether a connection stays open while nothing more comes.
async fn is_open(socket: &mut TcpStream) -> bool {
    let mut buffer = [0; 1024];
    loop {
        match tokio::time::timeout(Duration::from_millis(5), socket.read(&mut buffer)).await {
            Err(_) => return true,
            Ok(Ok(0) | Err(_)) => return false,
            Ok(Ok(_)) => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_keys_are_told_the_same_in_the_same_time() {
    let door = Door::open().await;
    let (text, caller) = key(Role::Analyst, None).await;
    let id = caller.key().unwrap().id.clone();
    let (revoked, revoked_caller) = key(Role::Analyst, None).await;
    let revoked_id = revoked_caller.key().unwrap().id.clone();
    access_keys::revoke(&storage(), &revoked_id).await.unwrap();
    let mut told = Vec::new();
    for (name, user, password) in [
        ("nobody", "ffffffffffff", text.as_str()),
        ("a wrong password", id.as_str(), "koridor_x_y"),
        ("a key that was withdrawn", revoked_id.as_str(), revoked.as_str()),
        ("another's key", id.as_str(), revoked.as_str()),
        ("a name that is a path", "../../../etc/passwd", "x"),
        ("a name that is SQL", "' or 1=1 --", "x"),
    ] {
        let begun = Instant::now();
        let error = door.client(user, password).await.map(drop).unwrap_err();
        let took = begun.elapsed();
        let error = error.as_db_error().map(|own| format!("{own:?}")).unwrap_or_default();
        assert!(error.contains("28P01") && !error.contains(user), "{name}: {error}");
        // How long an answer takes depends on the machine; that it waits does not.
        assert!(took >= Duration::from_millis(500), "{name}: {took:?}");
        told.push(error);
    }
    assert!(told.iter().all(|own| *own == told[0]), "{told:#?}");
    assert!(door.client(&id, &text).await.is_ok());
    let past = NewAccessKey {
        name: "Past".to_owned(),
        role: Role::Analyst,
        region: None,
        expires: Some("2020-01-01".to_owned()),
    };
    assert!(access_keys::create(&storage(), &super::PROJECT, past).await.is_err());
    // Whoever tries many waits longer, and a key comes in meanwhile.
    let tries = (0..25).map(|_| door.client("ffffffffffff", "x"));
    let begun = Instant::now();
    let (outcomes, own) = tokio::join!(futures::future::join_all(tries), door.client(&id, &text));
    assert!(outcomes.iter().all(Result::is_err) && own.is_ok());
    assert!(begun.elapsed() >= Duration::from_secs(5), "{:?}", begun.elapsed());
}

/// Statements that would read or write what is not the lake's, or run what is no question.
const ESCAPES: [&str; 46] = [
    "select pg_read_file('/etc/passwd')",
    "select pg_catalog.pg_read_file('/etc/passwd', 0, 10)",
    "select pg_read_binary_file('/etc/passwd')",
    "select * from pg_ls_dir('/')",
    "select pg_ls_dir('/')",
    "select pg_stat_file('/etc/passwd')",
    "select lo_import('/etc/passwd')",
    "select lo_export(1, '/tmp/x')",
    "select lo_get(1)",
    "select * from dblink('host=127.0.0.1', 'select 1') as t(a int)",
    "select dblink_connect('host=127.0.0.1')",
    "select pg_sleep(60)",
    "select pg_terminate_backend(1)",
    "select pg_cancel_backend(1)",
    "select pg_reload_conf()",
    "select pg_rotate_logfile()",
    "select query_to_xml('select 1', true, true, '')",
    "select database_to_xml(true, true, '')",
    "select * from '/etc/passwd'",
    "select * from 'file:///etc/passwd'",
    "select * from \"/etc/passwd\"",
    "select * from read_csv('/etc/passwd')",
    "select * from read_parquet('/etc/passwd')",
    "select * from read_json('/etc/passwd')",
    "select * from parquet_metadata('/etc/passwd')",
    "select * from metadata_cache()",
    "select * from list_files_cache()",
    "create external table t stored as csv location '/etc/passwd'",
    "create function f() returns int language c as '/tmp/x.so', 'f'",
    "create extension dblink",
    "load '/tmp/x.so'",
    "copy core.waste_handling to '/tmp/koridor_attack'",
    "copy core.waste_handling from '/etc/passwd'",
    "copy (select 1) to program 'id'",
    "copy core.waste_handling to stdout",
    "do $$ begin perform 1; end $$",
    "prepare p as drop table core.waste_handling",
    "declare c cursor for drop table core.waste_handling",
    "declare c cursor for copy core.waste_handling to '/tmp/x'",
    "explain analyze delete from core.waste_handling",
    "with gone as (delete from core.waste_handling returning *) select * from gone",
    "select * into t from core.waste_handling",
    "listen x; notify x",
    "vacuum",
    "call f()",
    "alter system set data_directory = '/'",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_statement_leaves_the_lake() {
    let door = Door::open().await;
    let client = door.analyst().await;
    let mut found = Vec::new();
    for sql in ESCAPES {
        if let Ok(told) = simple(&client, sql).await {
            found.push(format!("{sql}: {told}"));
        }
        let prepared = async { client.query(&client.prepare(sql).await?, &[]).await };
        if prepared.await.is_ok() {
            found.push(format!("prepared: {sql}"));
        }
        assert_eq!(simple(&client, "select 1").await.unwrap(), "1\n", "{sql}");
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(!std::path::Path::new("/tmp/koridor_attack").exists());
}

/// Settings of the server, and of the engine behind it.
const OF_SERVER: [&str; 34] = [
    "allow_system_table_mods",
    "archive_command",
    "config_file",
    "data_directory",
    "datafusion.catalog.create_default_catalog_and_schema",
    "datafusion.catalog.default_catalog",
    "datafusion.catalog.format",
    "datafusion.catalog.has_header",
    "datafusion.catalog.information_schema",
    "datafusion.catalog.location",
    "datafusion.execution.batch_size",
    "datafusion.execution.parquet.pushdown_filters",
    "datafusion.execution.target_partitions",
    "datafusion.explain.show_statistics",
    "datafusion.optimizer.max_passes",
    "datafusion.runtime.memory_limit",
    "datafusion.runtime.temp_directory",
    "datafusion.sql_parser.dialect",
    "datafusion.sql_parser.recursion_limit",
    "dynamic_library_path",
    "fsync",
    "hba_file",
    "is_superuser",
    "local_preload_libraries",
    "log_directory",
    "log_statement",
    "max_connections",
    "server_version",
    "session_preload_libraries",
    "shared_preload_libraries",
    "ssl",
    "ssl_ca_file",
    "temp_tablespaces",
    "unix_socket_directories",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_setting_of_the_server_is_set() {
    let door = Door::open().await;
    let client = door.analyst().await;
    for name in OF_SERVER {
        for sql in [
            format!("set {name} = '/'"),
            format!("set session {name} to default"),
            format!("set local {name} = 1"),
            format!("set \"{name}\" = 1"),
            format!("alter system set {name} = '/'"),
        ] {
            assert!(simple(&client, &sql).await.is_err(), "{sql}");
        }
    }
    // `set_config` answers what it was given, and sets nothing.
    let _ = simple(&client, "select set_config('statement_timeout', '1', false)").await;
    assert_eq!(simple(&client, "show statement_timeout").await.unwrap(), "0\n");
    for sql in [
        "set statement_timeout = '999999999999999999999'",
        "set transaction_read_only = off",
        "set koridor.as_of = '../../x'",
        "set client_encoding = 'LATIN1'",
    ] {
        assert!(simple(&client, sql).await.is_err(), "{sql}");
    }
    assert_eq!(simple(&client, "set role x; set session authorization x").await.unwrap(), "");
    let open = door.client("open", "").await.unwrap();
    simple(&open, "set session authorization postgres; set role admin").await.unwrap();
    assert_eq!(code(simple(&open, "select * from core.waste_handling").await), "42501");
}
