// hotdesk plugin pack | keygen | sign | verify
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "app/cli/plugin_package.hpp"
#include "plugins/packages/durable_file.hpp"
#include "plugins/packages/pack.hpp"
#include "plugins/packages/package_view.hpp"
#include "plugins/packages/signature_file.hpp"
#include "plugins/packages/trust_store.hpp"
#include "plugins/packages/verify.hpp"

namespace hotdesk::app::cli {
namespace {

constexpr std::size_t most_package = 32 * 1024 * 1024;
constexpr std::size_t most_key = 64 * 1024;
constexpr const char* passphrase_variable = "HOTDESK_KEY_PASSPHRASE";

struct Wishes {
  std::string input;
  std::string output;
  std::string key;
  std::string name;
  std::string trust;
};

std::string passphrase() {
  const char* text = std::getenv(passphrase_variable);
  return text != nullptr ? text : "";
}

/// The reason with the file that it is about.
Error in_file(const std::string& file, const Error& error) { return fail(error.code, error.text, file + (error.where.empty() ? "" : ": " + error.where)); }

int run_pack(const Line& line, const Wishes& wishes) {
  const auto packed = plugins::pack_folder(wishes.input);
  if (!packed) return line.fail(in_file(wishes.input, packed.error()));
  const auto entries = plugins::read_archive(*packed);
  const auto manifest = entries ? plugins::check_entries(*entries) : Result<plugins::Manifest>(entries.error());
  if (!manifest) return line.fail(in_file(wishes.input, manifest.error()));
  const std::string output = wishes.output.empty() ? manifest->id + "-" + manifest->version + ".hdplugin" : wishes.output;
  if (const auto written = plugins::write_durably(output, *packed, 0644); !written) return line.fail(written.error());
  return line.print(output + ": " + manifest->id + " " + manifest->version + ", " + std::to_string(packed->size()) +
                        " bytes, not signed yet (hotdesk plugin sign " + output + " --key KEY)\n",
                    Json{{"file", output}, {"id", manifest->id}, {"version", manifest->version}, {"bytes", packed->size()}});
}

int run_keygen(const Line& line, const Wishes& wishes) {
  const std::string output = wishes.output.empty() ? "vendor-key.json" : wishes.output;
  const plugins::KeyFile key{wishes.name, crypto::make_signing_key()};
  const std::string id = crypto::key_id_of(key.key.public_key);
  const bool sealed = !passphrase().empty();
  if (const auto written = plugins::write_durably(output, plugins::write_key(key, passphrase()), 0600, true); !written) return line.fail(written.error());
  if (const auto written = plugins::write_durably(output + ".pub", plugins::write_public_key(key), 0644, true); !written) return line.fail(written.error());
  return line.print("Key " + id + ": " + output + (sealed ? " (sealed with the passphrase)" : "") + " signs, keep it to yourself; " + output +
                        ".pub is for whoever is to trust it.\n",
                    Json{{"key_id", id}, {"private", output}, {"public", output + ".pub"}, {"sealed", sealed}});
}

int run_sign(const Line& line, const Wishes& wishes) {
  const auto text = plugins::read_whole(wishes.key, most_key);
  if (!text) return line.fail(text.error());
  const auto key = plugins::read_key(*text, passphrase());
  if (!key) {
    auto error = in_file(wishes.key, key.error());
    if (error.code == Errc::unauthorized) error.text += std::string(" in the environment variable ") + passphrase_variable;
    return line.fail(error);
  }
  const auto package = plugins::read_whole(wishes.input, most_package);
  if (!package) return line.fail(package.error());
  const auto made = plugins::sign_package(*package, key->key);
  if (!made) return line.fail(in_file(wishes.input, made.error()));
  const std::string output = wishes.output.empty() ? wishes.input : wishes.output;
  if (const auto written = plugins::write_durably(output, *made, 0644); !written) return line.fail(written.error());
  const std::string id = crypto::key_id_of(key->key.public_key);
  return line.print(output + " is signed by key " + id + "\n", Json{{"file", output}, {"key_id", id}});
}

/// A trust store's file, or one public key as keygen wrote it (which then may sign everything).
Result<plugins::TrustList> trust_of(const std::string& file) {
  const auto text = plugins::read_whole(file, 4 * 1024 * 1024);
  if (!text) return text.error();
  if (const auto key = plugins::read_public_key(*text)) {
    plugins::TrustKey one;
    one.name = "the key given";
    one.public_key = *key;
    one.level = plugins::Trust::dev;
    one.prefixes = {"*"};
    auto checked = plugins::check_key(std::move(one));
    if (!checked) return checked.error();
    plugins::TrustList list;
    list.keys.push_back(std::move(*checked));
    return list;
  }
  return plugins::TrustStore(file).load();
}

int run_verify(const Line& line, const Wishes& wishes) {
  plugins::VerifyOptions options;
  std::string file = wishes.trust;
  options.allow_dev = true;  // what somebody names on the line counts for them
  if (file.empty()) {
    const auto config = line.config();
    if (!config) return Exit::failed;
    file = config->trust_path();
    options.allow_dev = config->plugins.allow_dev;
  }
  auto trust = trust_of(file);
  if (!trust && trust.error().code == Errc::not_found && wishes.trust.empty()) trust = plugins::TrustList{};
  if (!trust) return line.fail(trust.error());
  const auto package = plugins::read_whole(wishes.input, most_package);
  if (!package) return line.fail(package.error());
  const auto verified = plugins::verify_package(*package, *trust, options);
  if (!verified) return line.fail(in_file(wishes.input, verified.error()));
  const auto info = plugins::info_of(*verified);
  auto value = parse_json(plugins::to_json(info, false));
  if (!value) return line.fail(value.error());
  std::string asks;
  for (const auto& permission : info.manifest.permissions) asks += (asks.empty() ? "" : ", ") + permission;
  return line.print(wishes.input + " holds: " + info.manifest.id + " " + info.manifest.version + " of " + info.manifest.vendor + ", signed by key " +
                        info.key_id + " (" + verified->key_name + ", " + std::string(plugins::to_string(info.level)) + "); asks for " +
                        (asks.empty() ? "nothing" : asks) + ", runs in " + info.manifest.min_lane + " or stricter\n",
                    *value);
}

}  // namespace

void add_package_files(CLI::App& plugin, Line& line) {
  const auto wishes = std::make_shared<Wishes>();
  const auto add = [&](const char* verb, const char* words, int (*run)(const Line&, const Wishes&)) {
    auto* sub = plugin.add_subcommand(verb, words);
    sub->callback([&line, wishes, run] { line.chosen = [&line, wishes, run] { return run(line, *wishes); }; });
    return sub;
  };
  auto* pack = add("pack", "Make a package of a plugin's folder; the same folder gives the same bytes", run_pack);
  pack->add_option("folder", wishes->input, "Folder with manifest.json and the files it names")->required();
  pack->add_option("-o,--output", wishes->output, "File to write (default <id>-<version>.hdplugin)");
  auto* keygen = add("keygen", "Make a vendor's signing key; HOTDESK_KEY_PASSPHRASE seals it", run_keygen);
  keygen->add_option("-o,--output", wishes->output, "File to write, .pub beside it (default vendor-key.json)");
  keygen->add_option("--name", wishes->name, "Whose key it is");
  auto* sign = add("sign", "Sign a package", run_sign);
  sign->add_option("file", wishes->input, "Package")->required();
  sign->add_option("--key", wishes->key, "Private key of keygen")->required();
  sign->add_option("-o,--output", wishes->output, "File to write (default: the package itself)");
  auto* verify = add("verify", "Judge a package as an installation would", run_verify);
  verify->add_option("file", wishes->input, "Package")->required();
  verify->add_option("--trust", wishes->trust, "Trust store, or one public key (default: the installation's trust store)");
}

}  // namespace hotdesk::app::cli
