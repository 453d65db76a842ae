//! Work that damage in a file can make panic: that is the file's fault, and ends nothing else.

use super::refusal::{Refusal, RefusalCode};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::thread::{self, Builder};

/// Stack of a thread that reads.
const STACK_BYTES: usize = 16 << 20;

thread_local! {
    /// Whether a panic of this thread says nothing.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Does work; `None` where it panicked. It prints nothing then: the file is refused, and that is
/// told. What the work changed may be half done and is to be dropped.
pub(crate) fn quietly<T>(work: impl FnOnce() -> T) -> Option<T> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.get() {
                told(panic);
            }
        }));
    });
    let before = IS_QUIET.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    IS_QUIET.set(before);
    done
}

/// Does work on a thread with a stack of its own; `None` where it panicked.
pub(super) fn guarded<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    thread::scope(|scope| {
        let thread = Builder::new().name("koridor-reader".into()).stack_size(STACK_BYTES);
        thread.spawn_scoped(scope, || quietly(work)).ok()?.join().ok()?
    })
}

/// The refusal of a file at which a part of the program gave up.
pub(crate) fn gave_up() -> Refusal {
    Refusal::new(
        RefusalCode::GaveUp,
        "program menyerah pada berkas ini; kirim sebagai CSV, dan laporkan berkasnya kepada \
         pengelola",
        "the program gave up on this file; send it as CSV, and report the file to the operator",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_no_result() {
        assert_eq!((guarded(|| 1), quietly(|| 1)), (Some(1), Some(1)));
        assert_eq!(
            (guarded(|| Vec::<u8>::new()[0]), quietly(|| Vec::<u8>::new()[0])),
            (None, None)
        );
    }
}
