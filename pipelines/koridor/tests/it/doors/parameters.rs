//! Parameters of prepared statements at the door of PostgreSQL.

use super::postgres::{Door, code, simple, type_names};
use tokio_postgres::types::Type;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_compared_by_any_or_all_is_a_list() {
    let door = Door::open().await;
    let client = door.analyst().await;
    let regions = vec!["7407", "7472"];
    for (said, count) in [("= any($1)", 2_i64), ("<> all($1)", 1), ("= any($1::text[])", 2)] {
        let sql = format!("select count(*) from core.waste_handling where region_code {said}");
        let statement = client.prepare(&sql).await.unwrap();
        assert_eq!(statement.params(), [Type::TEXT_ARRAY], "{sql}");
        let row = client.query_one(&statement, &[&regions]).await.unwrap();
        assert_eq!(row.get::<_, i64>(0), count, "{sql}");
    }
    let sql = "select count(*) from core.waste_handling where src_row >= any($1)";
    let row = client.query_one(sql, &[&vec![1_i64, 1000]]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_is_of_the_type_that_its_client_declares() {
    let door = Door::open().await;
    let client = door.analyst().await;
    for (own, name) in [
        (Type::INT2, "int2"),
        (Type::FLOAT8, "float8"),
        (Type::NUMERIC, "numeric"),
        (Type::DATE, "date"),
        (Type::TIMESTAMPTZ, "timestamptz"),
        (Type::DATE_ARRAY, "_date"),
        (Type::TEXT, "text"),
    ] {
        let statement = client.prepare_typed("select $1 as a", &[own]).await.unwrap();
        assert_eq!(type_names(&statement), [name]);
    }
    let undeclared = client.prepare("select $1 as a").await.unwrap();
    assert_eq!(
        (undeclared.params(), type_names(&undeclared)),
        (&[Type::TEXT][..], vec!["text".into()])
    );
    let row = client.query_one(&undeclared, &[&"x"]).await.unwrap();
    assert_eq!(row.get::<_, &str>(0), "x");
    // Smaller numbers and floating ones are compared with decimals as they are.
    let sql = "select count(*) from core.waste_handling where reduced_ton >= $1";
    for own in [Type::INT2, Type::INT8, Type::FLOAT8] {
        let statement = client.prepare_typed(sql, std::slice::from_ref(&own)).await.unwrap();
        let row = match own {
            Type::INT2 => client.query_one(&statement, &[&2_i16]).await,
            Type::INT8 => client.query_one(&statement, &[&2_i64]).await,
            _ => client.query_one(&statement, &[&1.5_f64]).await,
        };
        assert!(row.unwrap().get::<_, i64>(0) > 0, "{own}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_goes_back_to_a_savepoint() {
    let door = Door::open().await;
    let client = door.analyst().await;
    assert_eq!(code(simple(&client, "savepoint a").await), "25P01");
    simple(&client, "begin; savepoint a").await.unwrap();
    simple(&client, "set statement_timeout = '7s'; savepoint b").await.unwrap();
    assert_eq!(code(simple(&client, "select nothing").await), "42703");
    assert_eq!(code(simple(&client, "select 1").await), "25P02");
    assert_eq!(code(simple(&client, "rollback to c").await), "3B001");
    assert_eq!(code(simple(&client, "select 1").await), "25P02");
    let shown = simple(&client, "rollback to savepoint b; show statement_timeout").await.unwrap();
    assert_eq!(shown, "7s\n");
    // Prepared, as drivers send it.
    assert_eq!(code(simple(&client, "select nothing").await), "42703");
    client.execute("rollback to savepoint a", &[]).await.unwrap();
    assert_eq!(simple(&client, "show statement_timeout").await.unwrap(), "0\n");
    assert_eq!(code(simple(&client, "release b").await), "3B001");
    assert_eq!(code(simple(&client, "release a").await), "25P02");
    simple(&client, "rollback").await.unwrap();
    assert_eq!(simple(&client, "select 1").await.unwrap(), "1\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_are_those_that_a_text_means() {
    let door = Door::open().await;
    let client = door.analyst().await;
    let cases: [(&str, &[u8]); 6] = [
        ("select '\\x01'::bytea", b"\x01"),
        ("select cast('\\xDEADBEEF' as bytea)", b"\xde\xad\xbe\xef"),
        ("select '\\001a'::bytea", b"\x01a"),
        ("select bytea 'abc'", b"abc"),
        ("select ''::bytea", b""),
        ("select decode('01', 'hex')", b"\x01"),
    ];
    for (sql, meant) in cases {
        let row = client.query_one(sql, &[]).await.unwrap();
        assert_eq!(row.get::<_, Vec<u8>>(0), meant, "{sql}");
        let shown: String = meant.iter().map(|own| format!("{own:02x}")).collect();
        assert_eq!(simple(&client, sql).await.unwrap(), format!("\\x{shown}\n"), "{sql}");
    }
    let named = client.prepare("select '\\x01'::bytea").await.unwrap();
    assert_eq!(named.columns()[0].name(), "bytea");
    let row = client.query_one("select encode($1::bytea, 'hex')", &[&vec![1_u8, 255]]).await;
    assert_eq!(row.unwrap().get::<_, &str>(0), "01ff");
    for sql in ["select '\\xZZ'::bytea", "select '\\x0'::bytea", "select 'a\\b'::bytea"] {
        assert_eq!(code(simple(&client, sql).await), "22P02", "{sql}");
    }
    assert_eq!(code(simple(&client, "select '{a}'::bytea[]").await), "0A000");
}
