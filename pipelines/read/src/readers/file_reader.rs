//! Who reads files that are read whole: a process of its own where there is a program for it, else
//! this one.
//!
//! A file can bring down the library that reads it, or make it run for ever: a process is ended,
//! and the file refused. One process reads many files; it is started when it is needed and ends
//! with its reader.

use super::budget::{Budget, Meter, ended, too_large, too_slow};
use super::container::Container;
use super::refusal::RefusalCode;
use super::watched::Watched;
use super::whole::{read_whole, read_whole_here};
use super::wire::{
    Answer, Heard, read_answer, read_ready, read_request, write_answer, write_ready, write_request,
};
use std::ffi::OsString;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Result, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Bytes that are sent or taken at a time.
const BUFFER_BYTES: usize = 64 << 10;
/// What a process is given beyond the file's own seconds, which it looks at itself.
const GRACE: Duration = Duration::from_secs(1);

/// A program that calls [`serve`], with its arguments.
#[derive(Debug, Clone)]
pub struct Program {
    /// Where it is.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// The variables of its environment: it is given no others.
    pub environment: Vec<(OsString, OsString)>,
}

/// Reads files that are read whole, each within the budget.
#[derive(Debug, Default)]
pub struct FileReader {
    budget: Budget,
    program: Option<Program>,
    process: Mutex<Option<ReadingProcess>>,
}

impl FileReader {
    /// Reads in this process.
    pub fn new(budget: Budget) -> Self {
        Self { budget, ..Self::default() }
    }

    /// Reads in a process of its own; in this one where the program cannot be started.
    #[must_use]
    pub fn with_program(self, program: Program) -> Self {
        Self { program: Some(program), ..self }
    }

    /// What one file may cost.
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// Reads a file that stands at its beginning and has so many bytes.
    ///
    /// # Errors
    /// Where its bytes cannot be read.
    pub fn read(&self, container: Container, file: File, bytes: u64) -> Result<Answer> {
        if bytes > self.budget.memory_bytes {
            return Ok(Err(too_large(self.budget)));
        }
        let Some(program) = &self.program else { return self.read_here(container, file, bytes) };
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let used = process.take();
        let is_used = used.is_some();
        let Some(own) = used.or_else(|| ReadingProcess::start(program).ok()) else {
            return self.read_here(container, file, bytes);
        };
        let (mut answer, mut kept) = own.answer((container, &file, bytes), self.budget);
        let has_ended = |answer: &Answer| {
            answer.as_ref().is_err_and(|refusal| refusal.code == RefusalCode::ReaderEnded)
        };
        // What ended it may have been another file, or somebody.
        if is_used && has_ended(&answer) {
            (&file).seek(SeekFrom::Start(0))?;
            if let Ok(own) = ReadingProcess::start(program) {
                (answer, kept) = own.answer((container, &file, bytes), self.budget);
            }
        }
        *process = kept;
        Ok(answer)
    }

    fn read_here(&self, container: Container, file: File, bytes: u64) -> Result<Answer> {
        let mut own = Vec::new();
        file.take(bytes).read_to_end(&mut own)?;
        Ok(read_whole(container, own, self.budget))
    }
}

/// A process that reads files.
#[derive(Debug)]
struct ReadingProcess {
    process: Watched,
    input: BufWriter<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl ReadingProcess {
    fn start(program: &Program) -> Result<Self> {
        let mut process = Command::new(&program.path)
            .args(&program.arguments)
            .env_clear()
            .envs(program.environment.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let gone = || std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        let input = process.stdin.take().ok_or_else(gone)?;
        let output = process.stdout.take().ok_or_else(gone)?;
        let input = BufWriter::with_capacity(BUFFER_BYTES, input);
        let output = BufReader::with_capacity(BUFFER_BYTES, output);
        let mut own = Self { process: Watched::new(process), input, output };
        // A program that cannot even begin is no fault of a file.
        read_ready(&mut own.output)?;
        Ok(own)
    }

    /// What comes of a file, and the process where it can read another.
    fn answer(mut self, file: (Container, &File, u64), budget: Budget) -> (Answer, Option<Self>) {
        let Heard { answer, is_whole } = self.ask(file, budget.meter());
        // After a refusal for its size it may still hold what the file made of it.
        let is_kept = match &answer {
            Ok(_) => true,
            Err(refusal) => !matches!(
                refusal.code,
                RefusalCode::FileTooLarge | RefusalCode::TooManyCells | RefusalCode::TooSlow
            ),
        };
        (answer, (is_whole && is_kept).then_some(self))
    }

    /// Has a file read; refused where the process ends at it, or does not end in time.
    fn ask(&mut self, (container, file, bytes): (Container, &File, u64), meter: Meter) -> Heard {
        let budget = meter.budget();
        let limit = Duration::from_secs(budget.seconds) + GRACE;
        let Self { process, input, output } = self;
        process.must_end_within(limit);
        let sent = write_request(input, container, bytes)
            .and_then(|()| std::io::copy(&mut file.take(bytes), input))
            .and_then(|sent| input.flush().map(|()| sent));
        let answer = match sent {
            Ok(sent) if sent < bytes => Err(std::io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => read_answer(output, meter),
            Err(error) => Err(error),
        };
        let is_late = process.answered();
        let lost = || Heard {
            answer: Err(if is_late { too_slow(budget) } else { ended(budget) }),
            is_whole: false,
        };
        answer.ok().filter(|_| !is_late).unwrap_or_else(lost)
    }
}

/// Reads files as they come and says what was read, until no more come. `begun` is called when one
/// begins: what bounds the process by the file is set there. All are read on the thread that calls.
///
/// # Errors
/// Where the one that asks is gone.
pub fn serve(
    input: &mut impl Read,
    output: &mut impl Write,
    budget: Budget,
    begun: &mut dyn FnMut(),
) -> Result<()> {
    let mut output = BufWriter::with_capacity(BUFFER_BYTES, output);
    write_ready(&mut output)?;
    while let Some((container, bytes)) = read_request(input)? {
        begun();
        if bytes > budget.memory_bytes {
            return write_answer(&mut output, &Err(too_large(budget)));
        }
        let mut own = Vec::with_capacity(bytes as usize);
        input.by_ref().take(bytes).read_to_end(&mut own)?;
        write_answer(&mut output, &read_whole_here(container, own, budget))?;
    }
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    /// The code by which a file is refused that a program of the shell is to read.
    fn refused_by(path: &str, script: &str) -> RefusalCode {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        std::fs::write(&file, "null").unwrap();
        let reader = FileReader::new(Budget { seconds: 1, ..Budget::default() });
        let reader = reader.with_program(Program {
            path: path.into(),
            arguments: vec!["-c".into(), script.into()],
            environment: vec![("PATH".into(), std::env::var_os("PATH").unwrap_or_default())],
        });
        let read = reader.read(Container::Json, File::open(&file).unwrap(), 4).unwrap();
        read.unwrap_err().code
    }

    #[test]
    fn a_process_that_ends_hangs_or_lies_costs_its_file_alone() {
        let shell = "/bin/sh";
        let cases = [
            ("printf '\\004'; exec sleep 60", RefusalCode::TooSlow),
            ("printf '\\004'; head -c 1 >/dev/null", RefusalCode::ReaderEnded),
            ("printf '\\004\\011\\011\\011'; exec cat >/dev/null", RefusalCode::ReaderEnded),
            ("printf '\\004\\001\\377\\377\\377\\377'; exec sleep 60", RefusalCode::TooManySheets),
        ];
        for (script, code) in cases {
            assert_eq!(refused_by(shell, script), code, "{script}");
        }
    }

    #[test]
    fn a_program_that_cannot_begin_is_no_fault_of_a_file() {
        assert_eq!(refused_by("/nowhere/koridor", ""), RefusalCode::WebapiNull);
        assert_eq!(refused_by("/bin/sh", "exit 1"), RefusalCode::WebapiNull);
    }
}
