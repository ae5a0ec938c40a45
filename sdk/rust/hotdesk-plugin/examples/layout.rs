//! Prints the sizes and offsets of all structs of the ABI as this crate has them.
fn main() {
    print!("{}", hotdesk_plugin::raw::print_layout());
}
