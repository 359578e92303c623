//! Properties that hold for any bytes: no panic, no hang, and the form of a file changes nothing that it says.

use proptest::prelude::*;

use super::read;

proptest! {
    #[test]
    fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        read(&bytes[..]);
    }
}
