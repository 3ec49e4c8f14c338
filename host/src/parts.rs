//! Parts of bytes with their lengths before them: how the gateway and a process of its own binary talk over a pipe.

use std::io::{self, Read, Write};

/// Writes some bytes with their length before them.
///
/// # Errors
/// When nobody reads, or the part is longer than a part can be (4 GiB).
pub(crate) fn write(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

/// Takes one part off the front, where all of it is there.
pub(crate) fn take<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = from.split_first_chunk::<4>()?;
    let (part, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *from = rest;
    Some(part)
}

/// Reads one part.
///
/// # Errors
/// When it ends before its end.
pub(crate) fn read(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let mut part = Vec::new();
    let length = u64::from(u32::from_le_bytes(length));
    if from.take(length).read_to_end(&mut part)? as u64 == length {
        Ok(part)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}
