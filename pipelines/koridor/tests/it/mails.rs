//! Mail: alerts to the operator and letters to offices, taken by a server of the test.

use super::Place;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Output;
use std::sync::{Arc, Mutex};

/// Mail that came: whom it was for, and its text.
type Taken = Mutex<Vec<(Vec<String>, String)>>;

/// A mail server without encryption: who mail was for, and its text.
struct MailServer {
    url: String,
    taken: Arc<Taken>,
    /// Recipients that it refuses.
    refused: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (taken, refused) = (Arc::<Mutex<Vec<_>>>::default(), Arc::<Mutex<Vec<_>>>::default());
        let (own, not) = (Arc::clone(&taken), Arc::clone(&refused));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                converse(stream.unwrap(), &own, &not);
            }
        });
        Self { url, taken, refused }
    }

    /// What came since it was asked last.
    fn taken(&self) -> Vec<(Vec<String>, String)> {
        std::mem::take(&mut *self.taken.lock().unwrap())
    }
}

fn converse(stream: std::net::TcpStream, taken: &Taken, refused: &Mutex<Vec<String>>) {
    let mut stream = BufReader::new(stream);
    let mut to: Vec<String> = Vec::new();
    stream.get_mut().write_all(b"220 test\r\n").unwrap();
    let mut line = String::new();
    while stream.read_line(&mut line).is_ok_and(|read| read > 0) {
        let said = line.trim().to_owned();
        line.clear();
        let answer = match said.to_ascii_uppercase() {
            own if own.starts_with("EHLO") => "250-test\r\n250 8BITMIME",
            own if own.starts_with("RCPT") => {
                let address = said.split(['<', '>']).nth(1).unwrap().to_owned();
                let is_refused = refused.lock().unwrap().contains(&address);
                to.push(address);
                if is_refused { "550 no such mailbox" } else { "250 ok" }
            }
            own if own == "DATA" => {
                stream.get_mut().write_all(b"354 go on\r\n").unwrap();
                let mut text = String::new();
                while !text.ends_with("\r\n.\r\n") {
                    stream.read_line(&mut text).unwrap();
                }
                taken.lock().unwrap().push((std::mem::take(&mut to), text));
                "250 ok"
            }
            own if own == "QUIT" => "221 bye",
            _ => "250 ok",
        };
        stream.get_mut().write_all(format!("{answer}\r\n").as_bytes()).unwrap();
    }
}

fn night(place: &Place, server: &MailServer, list: Option<&str>) -> Output {
    let mut command = place.command(&["run", "--lang", "en", "--allow-rejected"]);
    command.env("KORIDOR_ALERT_SMTP", &server.url);
    command.env("KORIDOR_ALERT_FROM", "Koridor <koridor@example.go.id>");
    command.env("KORIDOR_ALERT_TO", "operator@example.go.id,deputy@example.go.id");
    if let Some(list) = list {
        place.write("letters.csv", list);
        command.env("KORIDOR_LETTERS_TO", "letters.csv");
    }
    command.output().unwrap()
}

#[test]
fn alerts_and_letters_go_out_by_mail_once_and_to_nobody_else() {
    let (place, server) = (Place::new(), MailServer::new());
    let text = "region_code,period_month,reduced_ton,handled_ton\n7407,2024-01,1,2\n";
    place.write("landing/DLH_7407/waste_handling/a.csv", text);
    let output = night(&place, &server, None);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let taken = server.taken();
    assert_eq!(taken.len(), 1, "no letter goes where none is named: {taken:?}");
    assert_eq!(taken[0].0, ["operator@example.go.id", "deputy@example.go.id"]);
    assert!(taken[0].1.contains("Subject: "), "{}", taken[0].1);

    let list = "office,address\nDLH_7407,data@dlh.example.go.id\n# nobody\n\
                DISPAR_7407,data@dispar.example.go.id\nDLH_7407,kepala@dlh.example.go.id\n";
    for gone in ["data@dispar.example.go.id", "data@dlh.example.go.id"] {
        server.refused.lock().unwrap().push(gone.to_owned());
    }
    let output = night(&place, &server, Some(list));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("a letter was not sent") && told.contains("DISPAR_7407"), "{told}");
    let taken = server.taken();
    let letters: Vec<_> = taken.iter().filter(|own| own.1.contains("filename=")).collect();
    let to: Vec<_> = letters.iter().flat_map(|own| &own.0).collect();
    assert_eq!(to, ["kepala@dlh.example.go.id"], "one address that is gone keeps it from no other");
    assert!(letters[0].1.contains("filename=\"DLH_7407_20"), "{}", letters[0].1);
    assert!(letters[0].1.contains("Message-ID: <letter.DLH_7407.20"), "{}", letters[0].1);
    assert!(letters[0].1.contains("text/html"), "{}", letters[0].1);

    // Who has a letter gets no second one; who was not reached is tried again.
    server.refused.lock().unwrap().clear();
    night(&place, &server, Some(list));
    let taken = server.taken();
    let letters: Vec<_> = taken.iter().filter(|own| own.1.contains("filename=")).collect();
    assert_eq!(letters.len(), 1, "{taken:?}");
    assert_eq!(letters[0].0, ["data@dispar.example.go.id"]);
    let kept = std::fs::read_to_string(place.path().join("lake/_koridor/letters.json")).unwrap();
    assert!(kept.contains("DISPAR_7407") && !kept.contains('@'), "{kept}");

    // A variable that is set to nothing is none, and a list without a server is told.
    for (list, told) in [("", ""), ("letters.csv", "KORIDOR_ALERT_SMTP names no server")] {
        let mut command = place.command(&["run", "--lang", "en", "--allow-rejected"]);
        let output = command.env("KORIDOR_LETTERS_TO", list).env("KORIDOR_ALERT_SMTP", "").output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&output.stderr).contains(told));
    }

    let output = night(&place, &server, Some("DLH_7407,a@b.id\nNOBODY,a@b.id\n"));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "a mistake in the list makes no night fail");
    assert!(told.contains("letters.csv, line 2: no office `NOBODY`"), "{told}");
    assert!(server.taken().iter().all(|own| !own.1.contains("filename=")));
}
