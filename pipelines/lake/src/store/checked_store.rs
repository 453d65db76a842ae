//! The object store of a lake, with what is known of its data files: bytes that are fetched from
//! one are checked before anybody sees them, whoever asks.

use super::sums::FileSums;
use super::unsynced::Unsynced;
use crate::error::FlippedBytes;
use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, DynObjectStore, Error, GetOptions, GetRange, GetResult, GetResultPayload,
    ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions,
    PutPayload, PutResult, RenameOptions, Result,
};
use parking_lot::RwLock;
use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

/// A store that checks what it reads of data files.
#[derive(Debug)]
pub(super) struct CheckedStore {
    inner: Arc<DynObjectStore>,
    /// Where the lake is within it.
    lake: Path,
    /// Bytes between two parts that are fetched with them rather than asked for apart.
    gap: u64,
    unsynced: Arc<Unsynced>,
    known: RwLock<HashMap<Path, Arc<FileSums>>>,
}

impl CheckedStore {
    pub(super) fn over(
        (inner, lake): (Arc<DynObjectStore>, Path),
        is_local: bool,
        unsynced: Arc<Unsynced>,
    ) -> Self {
        let gap = if is_local { 0 } else { object_store::OBJECT_STORE_COALESCE_DEFAULT };
        Self { inner, lake, gap, unsynced, known: RwLock::default() }
    }

    /// Checks a file from now on.
    pub(super) fn expect(&self, path: Path, sums: FileSums) {
        self.known.write().insert(path, Arc::new(sums));
    }

    fn within_lake(&self, location: &Path) -> String {
        let own = location.prefix_match(&self.lake).map(|parts| parts.collect::<Path>());
        own.unwrap_or_else(|| location.clone()).to_string()
    }

    fn sums_of(&self, location: &Path) -> Option<Arc<FileSums>> {
        self.known.read().get(location).cloned()
    }

    /// A part of a file, from whole blocks that were checked, with what the store says of the file.
    async fn part(
        &self,
        location: &Path,
        part: Range<u64>,
        (sums, options): (&FileSums, GetOptions),
    ) -> Result<(Bytes, ObjectMeta)> {
        let flipped = || Error::Generic {
            store: "lake",
            source: Box::new(FlippedBytes { path: self.within_lake(location) }),
        };
        let around = sums.blocks_around(&part);
        let range = Some(GetRange::Bounded(around.clone()));
        let found = self.inner.get_opts(location, GetOptions { range, ..options }).await?;
        let meta = found.meta.clone();
        // A file that was cut off has other bytes or fewer.
        let bytes = found.bytes().await?;
        let is_whole = meta.size == sums.size && bytes.len() as u64 == around.end - around.start;
        if !is_whole || !sums.hold(around.start, &bytes) {
            return Err(flipped());
        }
        let start = (part.start - around.start) as usize;
        Ok((bytes.slice(start..start + (part.end - part.start) as usize), meta))
    }
}

impl std::fmt::Display for CheckedStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.inner.fmt(formatter)
    }
}

/// What a request for bytes means in a file of a size.
fn absolute(range: Option<&GetRange>, size: u64) -> Range<u64> {
    match range {
        None => 0..size,
        Some(GetRange::Bounded(range)) => range.start..range.end.min(size).max(range.start),
        Some(GetRange::Offset(start)) => (*start).min(size)..size,
        Some(GetRange::Suffix(length)) => size.saturating_sub(*length)..size,
    }
}

/// The file of this machine that a path of the whole file system means.
fn local(location: &Path) -> PathBuf {
    let plain = || PathBuf::from(format!("/{location}"));
    let url = Url::parse(&format!("file:///{location}")).ok();
    url.and_then(|url| url.to_file_path().ok()).unwrap_or_else(plain)
}

#[async_trait]
impl ObjectStore for CheckedStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let written = self.inner.put_opts(location, payload, options).await?;
        self.unsynced.note(local(location));
        Ok(written)
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let upload = self.inner.put_multipart_opts(location, options).await?;
        self.unsynced.note(local(location));
        Ok(upload)
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let Some(sums) = self.sums_of(location).filter(|_| !options.head) else {
            return self.inner.get_opts(location, options).await;
        };
        let range = absolute(options.range.as_ref(), sums.size);
        if range.is_empty() {
            return self.inner.get_opts(location, options).await;
        }
        let (bytes, meta) = self.part(location, range.clone(), (&sums, options)).await?;
        let payload = futures::stream::once(async move { Ok(bytes) }).boxed();
        let payload = GetResultPayload::Stream(payload);
        Ok(GetResult { payload, meta, range, attributes: Default::default() })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let Some(sums) = self.sums_of(location) else {
            return self.inner.get_ranges(location, ranges).await;
        };
        let sums = &sums;
        let part = async |range| {
            let part = self.part(location, range, (sums, GetOptions::default())).await;
            part.map(|(bytes, _)| bytes)
        };
        object_store::coalesce_ranges(ranges, part, self.gap).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.inner.rename_opts(from, to, options).await
    }
}
