fn main() {
    hotdesk_plugin::build::plugin();
}
