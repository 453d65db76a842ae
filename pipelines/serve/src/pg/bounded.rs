//! Bytes of a connection, refused where a message says that it is longer than may come.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Longest message of one that has not said who it is, in bytes.
pub(super) const ARRIVING: usize = 16 << 10;

/// Longest message of one without a key.
pub(super) const OPEN: usize = 256 << 10;

/// Longest message of one with a key: a statement and what it is given.
pub(super) const KEYED: usize = 4 << 20;

/// Where the messages in a row of bytes begin and end.
#[derive(Debug, Default)]
struct Frames {
    /// What has come of a message's head.
    head: Vec<u8>,
    /// Bytes of its rest that are still to come.
    rest: usize,
    /// Whether the first message has come: it alone has no letter before its length.
    is_begun: bool,
}

impl Frames {
    /// Takes bytes as they come; the length that a message says where it is more than `most`.
    fn take(&mut self, mut bytes: &[u8], most: usize) -> Result<(), usize> {
        while !bytes.is_empty() {
            if self.rest > 0 {
                let taken = self.rest.min(bytes.len());
                self.rest -= taken;
                bytes = &bytes[taken..];
                continue;
            }
            let needed = if self.is_begun { 5 } else { 4 };
            let taken = (needed - self.head.len()).min(bytes.len());
            self.head.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
            if self.head.len() < needed {
                break;
            }
            let length = self.head[needed - 4..].iter();
            let length = length.fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
            if length > most || length < 4 {
                return Err(length);
            }
            (self.rest, self.is_begun) = (length - 4, true);
            self.head.clear();
        }
        Ok(())
    }
}

/// A connection whose messages are of bounded length.
pub(super) struct Bounded<Inner> {
    inner: Inner,
    frames: Frames,
    most: Arc<AtomicUsize>,
}

impl<Inner> Bounded<Inner> {
    /// With what has come already.
    pub(super) fn new(inner: Inner, come: &[u8], most: &Arc<AtomicUsize>) -> io::Result<Self> {
        let mut own = Self { inner, frames: Frames::default(), most: Arc::clone(most) };
        own.take(come)?;
        Ok(own)
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        let most = self.most.load(Ordering::Relaxed);
        self.frames.take(bytes, most).map_err(|length| {
            let message = format!("a message says that it has {length} bytes; {most} are taken");
            io::Error::new(io::ErrorKind::InvalidData, message)
        })
    }
}

impl<Inner: AsyncRead + Unpin> AsyncRead for Bounded<Inner> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        Poll::Ready(self.take(&buffer.filled()[before..]))
    }
}

impl<Inner: AsyncWrite + Unpin> AsyncWrite for Bounded<Inner> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::Frames;

    #[test]
    fn messages_are_followed_however_they_are_cut() {
        let mut bytes = vec![0, 0, 0, 9, 1, 2, 3, 4, 5];
        bytes.extend([b'Q', 0, 0, 0, 6, 1, 2]);
        bytes.extend([b'S', 0, 0, 0, 4]);
        for cut in 1..=bytes.len() {
            let mut frames = Frames::default();
            assert!(bytes.chunks(cut).all(|own| frames.take(own, 9).is_ok()), "{cut}");
            assert_eq!((frames.rest, frames.head.len(), frames.is_begun), (0, 0, true));
        }
        let mut frames = Frames::default();
        assert_eq!(frames.take(&bytes, 8), Err(9));
        let mut frames = Frames::default();
        assert_eq!(frames.take(&[0x7f, 0xff, 0xff, 0xff], 1 << 20), Err(0x7fff_ffff));
        let mut frames = Frames { is_begun: true, ..Frames::default() };
        assert_eq!(frames.take(&[b'Q', 0xff, 0xff, 0xff, 0xff], 1 << 20), Err(0xffff_ffff));
        assert_eq!(Frames::default().take(&[0, 0, 0, 3], 9), Err(3));
    }
}
