#include "app/secrets.hpp"

namespace hotdesk::app {

crypto::MasterKeySource master_key_source(const Config& config) {
  crypto::MasterKeySource source;
  source.environment.clear();
  const std::string& text = config.master_key;
  const std::string rest = text.substr(text.find(':') + 1);
  if (text.starts_with("file:")) source.file = rest;
  if (text.starts_with("env:")) source.environment = rest;
  if (text.starts_with("command:")) source.command = rest;
  return source;
}

Result<std::string> load_master_key(const Config& config) { return crypto::load_master_key(master_key_source(config)); }

}  // namespace hotdesk::app
