//! `koridor reference`: writes what differs, removes what is no longer made, leaves what people
//! wrote, and checks without writing.

use super::Place;

#[test]
fn pages_are_written_checked_and_mended() {
    let place = Place::new();
    assert_eq!(place.say("reference pages").status.code(), Some(0));
    let read = |page: &str| std::fs::read_to_string(place.path().join(page)).unwrap();
    let states = read("pages/states.md");
    let mark = states.lines().next().unwrap();

    let (edited, left) = ("pages/states.md", "pages/codes/gone.md");
    place.write(edited, &format!("{mark}\nedited\n"));
    place.write(left, &format!("{mark}\nof a list that is gone\n"));
    place.write("pages/codes/by_hand.md", "ours\n");
    let checked = place.say("reference pages --check --lang en");
    assert_eq!(checked.status.code(), Some(1));
    let told = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(told.lines().collect::<Vec<_>>(), [edited, left]);
    assert!(read(edited).contains("edited"), "a check writes nothing");

    assert_eq!(place.say("reference pages").status.code(), Some(0));
    assert_eq!(read(edited), states);
    assert!(!place.path().join(left).exists());
    assert_eq!(read("pages/codes/by_hand.md"), "ours\n");

    place.write("pages/README.md", "written by hand\n");
    let refused = place.say("reference pages --lang en");
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(read("pages/README.md"), "written by hand\n");
    assert!(!place.path().join("lake").exists(), "no lake is needed or made");
}
