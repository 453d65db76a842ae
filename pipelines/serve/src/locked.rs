//! Locks that hide from the compiler what they hold.
//!
//! Whether threads may share a value is asked wherever a future goes to another thread, under the
//! bounds of each function anew. A session of the engine is made of thousands of types: looking
//! through them again and again was half of the time that this crate took to compile.

use parking_lot::{Mutex, MutexGuard};

/// A value behind a lock whose type is not looked through.
pub(crate) type Locked<T> = Box<dyn Lock<T>>;

/// What a lock gives.
pub(crate) trait Lock<T>: Send + Sync {
    /// The value, as long as nobody else has it.
    fn lock(&self) -> MutexGuard<'_, T>;
}

impl<T: Send> Lock<T> for Mutex<T> {
    fn lock(&self) -> MutexGuard<'_, T> {
        Self::lock(self)
    }
}

/// A value behind a lock.
pub(crate) fn locked<T: Send + 'static>(value: T) -> Locked<T> {
    Box::new(Mutex::new(value))
}
